#include <fmt/format.h>

#include <fstream>

#include "tools/touchstone/sweep/folder.h"
#include "tools/touchstone/sweep/program.h"
#include "tools/touchstone/sweep/sweep.h"

namespace touchstone::tool {
namespace {

namespace fs = std::filesystem;

Result<std::vector<std::string>> units_of(const SweepUnitOptions& options) {
  std::vector<std::string> units = options.units;
  if (options.list.empty()) return units;
  TOUCHSTONE_TRY(const sim::study::Shard shard,
                 sim::study::parse_shard(options.shard.empty() ? "1/1" : options.shard));
  std::ifstream file(options.list);
  if (!file) return fail(std::errc::no_such_file_or_directory, options.list + " cannot be read");
  std::string line;
  for (std::size_t position = 0; std::getline(file, line); ++position)
    if (shard.has(position)) units.push_back(line);
  return units;
}

// True when the unit has a result now, whoever made it.
bool run_unit(const SweepFolder& folder, const SweepFolder::Settings& settings,
              const std::string& id) {
  if (folder.is_finished(id)) return true;
  const fs::path made = folder.begin(id);
  const fs::path words = folder.words_of(id);
  fs::copy_file(folder.scenario_of(id), made / "scenario.toml",
                fs::copy_options::overwrite_existing);
  const int status =
      run_child({{settings.simulator, (made / "scenario.toml").string(), "--report", made.string()},
                 {},
                 "/dev/null",
                 words});
  const bool has_ended = (status == 0 || status == 1) && fs::exists(made / "summary.json");
  if (!has_ended) {
    fmt::print(stderr, "touchstone: unit {}: {} gives status {}; see {}\n", id, settings.simulator,
               status, words.string());
    fs::remove_all(made);
    folder.log("failed", id);
    return false;
  }
  if (!settings.keep_events) fs::remove(made / "metrics.jsonl");
  fs::remove(words);
  return folder.finish(id, made, status == 0) || folder.is_finished(id);
}

}  // namespace

int sweep_unit(const SweepUnitOptions& options) {
  const SweepFolder folder(options.folder);
  const auto settings = folder.settings();
  if (!settings) return fmt::print(stderr, "touchstone: {}\n", settings.error().detail), 2;
  const auto units = units_of(options);
  if (!units) return fmt::print(stderr, "touchstone: {}\n", units.error().detail), 2;
  const auto version = version_of(settings->simulator);
  if (!version || *version != settings->version) {
    fmt::print(stderr, "touchstone: {} is {} here, and the sweep is of {}\n", settings->simulator,
               version ? *version : version.error().detail, settings->version);
    return 3;
  }
  bool is_all = true;
  for (const std::string& id : *units)
    is_all = run_unit(folder, *settings, id) && is_all;
  return is_all ? 0 : 3;
}

}  // namespace touchstone::tool
