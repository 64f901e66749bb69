#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>

#include "conformance/harness/glob.h"
#include "conformance/report/report.h"
#include "conformance/report/terminal.h"
#include "tools/touchstone/actions.h"
#include "tools/touchstone/manifests.h"

namespace touchstone::tool {
namespace {

namespace harness = conformance::harness;
namespace report = conformance::report;
using harness::Case;
using harness::Json;

std::vector<const Case*> chosen_cases(const CheckOptions& options) {
  std::vector<const Case*> chosen;
  for (const Case& tested : all_cases().cases()) {
    const bool suite = options.suites.empty() ||
                       std::ranges::find(options.suites, tested.suite) != options.suites.end();
    if (suite && (options.filter.empty() || harness::matches_glob(options.filter, tested.id)))
      chosen.push_back(&tested);
  }
  return chosen;
}

int list_cases(const std::vector<const Case*>& cases, bool json) {
  Json list = Json::array();
  for (const Case* tested : cases) {
    if (!json) fmt::print("{:<9} {:<52} {}\n", tested->suite, tested->id, tested->title);
    list.push_back({{"test", tested->id},
                    {"suite", tested->suite},
                    {"requirements", tested->requirements},
                    {"needs", tested->needs},
                    {"title", tested->title}});
  }
  if (json) fmt::print("{}\n", list.dump(1));
  return 0;
}

int usage(const std::string& what) {
  fmt::print(stderr, "touchstone: {}\n", what);
  return 2;
}

// Progress goes to the terminal as it comes: on one line there, line by line elsewhere.
void show_progress(const harness::CaseResult& result) {
  fmt::print("{}\n", report::print_line(result));
  static_cast<void>(std::fflush(stdout));
}

Result<report::JudgedRun> judge(const CheckOptions& options, const std::string& manifest,
                                const std::vector<const Case*>& cases) {
  report::JudgedRun judged;
  judged.manifest = manifest;
  TOUCHSTONE_TRY(judged.iut, load_iut(manifest, options.profile));
  harness::RunPlan plan;
  plan.cases = cases;
  plan.iut = &judged.iut;
  plan.make_adapter = adapter_factory(judged.iut, options.seed);
  plan.seed = options.seed;
  plan.cases_a_property = options.cases > 0 ? options.cases : default_cases(judged.iut);
  // Two workers would be the same peers of one implementation at once.
  plan.workers = judged.iut.tier == "attach" ? 1 : options.workers;
  plan.filtered = cases.size() != all_cases().cases().size();
  if (!options.json) plan.progress = show_progress;
  judged.run = harness::run_plan(plan);
  return judged;
}

Result<Json> read_kill_matrix(const std::string& file) {
  if (file.empty()) return Json::array();
  std::ifstream stream(file);
  const Json json = Json::parse(stream, nullptr, false);
  if (!json.is_object() || !json.contains("defects"))
    return fail(harness::ManifestErrc::syntax, fmt::format("{} holds no kill matrix", file));
  return json.at("defects");
}

// fixtures/<suite>/found below the working directory: asked for by --save alone.
void save_counterexamples(const Json& whole) {
  for (const auto& [test, content] : report::counterexamples(whole)) {
    const std::filesystem::path folder =
        std::filesystem::path("fixtures") / content.at("suite").get<std::string>() / "found";
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    std::ofstream(folder / (test + ".json")) << content.dump(1) << '\n';
    fmt::print(stderr, "saved {}\n", (folder / (test + ".json")).string());
  }
}

int finish(const CheckOptions& options, const report::ReportHead& head,
           const std::vector<report::JudgedRun>& runs) {
  const auto& catalogue = conformance::requirements::catalogue();
  const Json whole = report::make_report(head, runs, all_cases(), catalogue);
  if (options.json) fmt::print("{}\n", whole.dump(1, ' ', false, Json::error_handler_t::replace));
  if (!options.json)
    for (const Json& run : whole.at("runs"))
      fmt::print("{}", report::print_summary(run, catalogue));
  if (!options.report.empty()) {
    if (const auto written = report::write_report(options.report, whole); !written)
      return usage(written.error().detail);
    if (!options.json) fmt::print("report: {}/index.html\n", options.report);
  }
  if (options.save) save_counterexamples(whole);
  int status = 0;
  for (const report::JudgedRun& judged : runs)
    status = std::max(status, judged.run.exit_code());
  return status;
}

}  // namespace

int check(const CheckOptions& options) {
  std::set<std::string> suites;
  for (const Case& tested : all_cases().cases())
    suites.insert(tested.suite);
  for (const std::string& suite : options.suites)
    if (!suites.contains(suite))
      return usage(
          fmt::format("there is no suite \"{}\"; there are {}", suite, fmt::join(suites, ", ")));
  const std::vector<const Case*> cases = chosen_cases(options);
  if (options.list) return list_cases(cases, options.json);
  if (cases.empty()) return usage("no test matches");
  const auto kill_matrix = read_kill_matrix(options.kill_matrix);
  if (!kill_matrix) return usage(kill_matrix.error().detail);
  report::ReportHead head{
      .started = fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::time(nullptr))),
      .seed = options.seed,
      .cases = options.cases,
      .profile = options.profile,
      .folder = options.report,
      .defects = *kill_matrix};
  std::vector<report::JudgedRun> runs;
  const std::vector<std::string> manifests =
      options.manifests.empty() ? std::vector<std::string>{""} : options.manifests;
  for (const std::string& manifest : manifests) {
    auto judged = judge(options, manifest, cases);
    if (!judged) return usage(judged.error().detail);
    if (head.profile.empty()) head.profile = judged->iut.profile;
    if (head.cases == 0) head.cases = default_cases(judged->iut);
    runs.push_back(*std::move(judged));
  }
  return finish(options, head, runs);
}

}  // namespace touchstone::tool
