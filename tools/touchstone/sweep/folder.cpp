#include "tools/touchstone/sweep/folder.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>

namespace touchstone::tool {
namespace {

using sim::study::Json;
namespace fs = std::filesystem;

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::unexpected<Error> cannot(const char* what, const fs::path& path) {
  return fail(static_cast<std::errc>(errno), fmt::format("{} cannot be {}", path.string(), what));
}

}  // namespace

Result<std::string> read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || fs::is_directory(path) || !(text << file.rdbuf()))
    return fail(std::errc::no_such_file_or_directory, path.string() + " cannot be read");
  return text.str();
}

Result<void> write_text(const fs::path& path, std::string_view text) {
  const fs::path pending = path.string() + fmt::format(".{}.{}", host_name(), ::getpid());
  std::ofstream file(pending, std::ios::binary);
  file << text;
  file.close();
  if (file && ::rename(pending.c_str(), path.c_str()) == 0) return {};
  std::error_code ignored;
  fs::remove(pending, ignored);
  return cannot("written", path);
}

fs::path SweepFolder::scenario_of(const std::string& id) const {
  return path_ / "units" / (id + ".toml");
}
fs::path SweepFolder::run_of(const std::string& id) const {
  return path_ / "runs" / id;
}
fs::path SweepFolder::words_of(const std::string& id) const {
  return path_ / "failed" / (id + ".txt");
}

Result<void> SweepFolder::prepare(const Settings& settings,
                                  std::span<const sim::study::Unit> units) const {
  std::error_code error;
  for (const char* name : {"units", "runs", "failed"}) {
    fs::create_directories(path_ / name, error);
    if (error) return fail(static_cast<std::errc>(error.value()), (path_ / name).string());
  }
  for (const sim::study::Unit& unit : units)
    if (const fs::path scenario = scenario_of(unit.id); !fs::exists(scenario))
      TOUCHSTONE_TRY_VOID(write_text(scenario, unit.scenario));
  const Json made{{"schema", "touchstone-sweep-folder/1"},
                  {"simulator", settings.simulator},
                  {"version", settings.version},
                  {"keep_events", settings.keep_events}};
  return write_text(path_ / "sweep.json", made.dump(2) + "\n");
}

Result<SweepFolder::Settings> SweepFolder::settings() const {
  TOUCHSTONE_TRY(const std::string text, read_text(path_ / "sweep.json"));
  const Json read = Json::parse(text, nullptr, false);
  if (!read.is_object() || read.value("schema", "") != "touchstone-sweep-folder/1")
    return fail(std::errc::invalid_argument, path_.string() + " is no folder of a sweep");
  return Settings{read.value("simulator", ""), read.value("version", ""),
                  read.value("keep_events", false)};
}

bool SweepFolder::is_finished(const std::string& id) const {
  return fs::exists(run_of(id) / "unit.json");
}

sim::study::RunFound SweepFolder::find_run(const std::string& id) const {
  const auto unit = read_text(run_of(id) / "unit.json");
  const auto summary = read_text(run_of(id) / "summary.json");
  if (!unit || !summary) return {};
  const Json read = Json::parse(*unit, nullptr, false);
  const bool has_passed = read.is_object() && read.value("outcome", "") == "passed";
  return {has_passed ? sim::study::Outcome::passed : sim::study::Outcome::failed,
          Json::parse(*summary, nullptr, false)};
}

fs::path SweepFolder::begin(const std::string& id) const {
  log("started", id);
  fs::path made = path_ / "runs" / fmt::format(".{}.{}.{}", id, host_name(), ::getpid());
  fs::remove_all(made);
  fs::create_directories(made);
  return made;
}

bool SweepFolder::finish(const std::string& id, const fs::path& made, bool has_passed) const {
  const Json unit{{"unit", id}, {"outcome", has_passed ? "passed" : "failed"}};
  const bool is_written = write_text(made / "unit.json", unit.dump() + "\n").has_value();
  if (!is_written || ::rename(made.c_str(), run_of(id).c_str()) != 0) {
    fs::remove_all(made);
    return false;
  }
  log("finished", id);
  return true;
}

// One write of a short line at the end of the file: lines of several processes do not mix.
void SweepFolder::log(const char* what, const std::string& id) const {
  const auto now = std::chrono::system_clock::now();
  const Json entry{{"at", fmt::format("{:%FT%TZ}", fmt::gmtime(now))},
                   {"what", what},
                   {"unit", id},
                   {"host", host_name()},
                   {"process", ::getpid()}};
  const std::string line = entry.dump() + "\n";
  const int file =
      ::open((path_ / "log.jsonl").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t count = ::write(file, line.data(), line.size());
  ::close(file);
}

}  // namespace touchstone::tool
