#include "tools/touchstone/study/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sim/study/pages.h"
#include "sim/study/run_data.h"
#include "tools/touchstone/study/topology.h"
#include "tools/touchstone/sweep/folder.h"
#include "tools/touchstone/sweep/program.h"

namespace touchstone::tool {
namespace {

namespace fs = std::filesystem;
namespace study = sim::study;

int complain(const Error& error, int status) {
  fmt::print(stderr, "touchstone: {}\n",
             error.detail.empty() ? error.code.message() : error.detail);
  return status;
}

Result<study::Json> read_run(const fs::path& folder) {
  TOUCHSTONE_TRY(const std::string summary, read_text(folder / "summary.json"));
  std::ifstream events(folder / "metrics.jsonl");
  auto run = study::make_run_data(summary, events);
  if (!run) {
    run.error().detail = folder.string() + ": " + run.error().detail;
    return run;
  }
  if (const auto scenario = read_text(folder / "scenario.toml"))
    (*run)["answer"] = study::answer_of(*scenario);
  if (study::Json picture = picture_of(folder); !picture.is_null())
    (*run)["topology"] = std::move(picture);
  return run;
}

// The folder of the report: the given one, or that of a run of the given scenario.
Result<fs::path> report_of(const std::string& given, const char* side, const fs::path& place,
                           const std::vector<std::string>& options) {
  if (fs::is_directory(given)) return fs::path(given);
  fs::path folder = place / side;
  std::error_code error;
  fs::create_directories(folder, error);
  std::vector<std::string> argv{find_simulator().string(), given, "--quiet", "--report",
                                folder.string()};
  if (argv.front().empty())
    return fail(std::errc::no_such_file_or_directory,
                "touchstone-sim is neither beside touchstone nor in PATH");
  std::ranges::copy(options, std::back_inserter(argv));
  if (const int status = run_child({argv, {}, "/dev/null"}); status != 0 && status != 1)
    return fail(std::errc::operation_canceled,
                fmt::format("the run of {} gives status {}", given, status));
  return folder;
}

/// Gone with its content at the end.
struct Scratch {
  Scratch() {
    std::string name = (fs::temp_directory_path() / "touchstone.XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path = name;
  }
  ~Scratch() {
    std::error_code error;
    if (!path.empty()) fs::remove_all(path, error);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  fs::path path;
};

struct Arguments {
  CompareOptions options;
  bool is_comparison = false;
};

// Those of `touchstone simulate`; what touchstone-sim alone knows is handed on.
Result<Arguments> read_arguments(const std::vector<std::string>& words) {
  Arguments read;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t left = words.size() - i - 1;
    if (words[i] == "--compare") {
      if (left < 2)
        return fail(std::errc::invalid_argument, "--compare A B: two reports or scenario files");
      read.is_comparison = true;
      read.options.a = words[++i];
      read.options.b = words[++i];
    } else if (words[i] == "--report" && left > 0) {
      read.options.report = words[++i];
    } else if (words[i].starts_with("--report=")) {
      read.options.report = words[i].substr(9);
    } else {
      read.options.simulation.push_back(words[i]);
    }
  }
  return read;
}

}  // namespace

Result<std::string> draw_report(const std::string& folder) {
  TOUCHSTONE_TRY(const study::Json run, read_run(folder));
  const fs::path page = fs::path(folder) / "index.html";
  TOUCHSTONE_TRY_VOID(write_text(page, study::make_run_page(run)));
  return page.string();
}

int draw_reports(const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    const auto page = draw_report(folder);
    if (!page) return complain(page.error(), 2);
    fmt::print("{}\n", *page);
  }
  return 0;
}

int compare(const CompareOptions& options) {
  const Scratch scratch;
  const fs::path place = options.report.empty() ? scratch.path : fs::path(options.report);
  const auto a = report_of(options.a, "A", place, options.simulation);
  if (!a) return complain(a.error(), 3);
  const auto b = report_of(options.b, "B", place, options.simulation);
  if (!b) return complain(b.error(), 3);
  auto first = read_run(*a);
  if (!first) return complain(first.error(), 2);
  auto second = read_run(*b);
  if (!second) return complain(second.error(), 2);
  fmt::print("A  {}\nB  {}\n{}", options.a, options.b,
             study::print_comparison((*first)["summary"], (*second)["summary"]));
  if (options.report.empty()) return 0;
  (*first)["label"] = options.a;
  (*second)["label"] = options.b;
  std::error_code error;
  fs::create_directories(place, error);
  const fs::path page = place / "index.html";
  if (const auto written = write_text(page, study::make_comparison_page(*first, *second)); !written)
    return complain(written.error(), 3);
  fmt::print("{}\n", page.string());
  return 0;
}

std::optional<int> simulate_and_draw(const std::vector<std::string>& arguments) {
  const auto read = read_arguments(arguments);
  if (!read) return complain(read.error(), 2);
  if (read->is_comparison) return compare(read->options);
  if (read->options.report.empty()) return std::nullopt;
  std::vector<std::string> argv{find_simulator().string()};
  std::ranges::copy(arguments, std::back_inserter(argv));
  const int status = run_child({argv});
  // A run that was shrunk leaves no summary; there is nothing to draw then.
  const std::string& folder = read->options.report;
  if (status > 1 || !fs::exists(fs::path(folder) / "summary.json")) return status;
  const auto page = draw_report(folder);
  if (!page) return complain(page.error(), 3);
  fmt::print("{}\n", *page);
  return status;
}

}  // namespace touchstone::tool
