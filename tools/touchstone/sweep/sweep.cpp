#include "tools/touchstone/sweep/sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/study/pages.h"
#include "tools/touchstone/sweep/engines.h"
#include "tools/touchstone/sweep/folder.h"
#include "tools/touchstone/sweep/program.h"

namespace touchstone::tool {
namespace {

namespace fs = std::filesystem;
namespace study = sim::study;
using study::Json;

struct Plan {
  study::Grid grid;
  std::vector<study::Unit> units;
  SweepFolder::Settings settings;
};

Result<Plan> make_plan(SweepOptions& options) {
  Plan plan;
  TOUCHSTONE_TRY(const std::string text, read_text(options.grid));
  TOUCHSTONE_TRY(plan.grid, study::parse_grid(text, options.grid));
  const fs::path scenario_path = fs::path(options.grid).parent_path() / plan.grid.scenario;
  TOUCHSTONE_TRY(const std::string scenario, read_text(scenario_path));
  if (options.simulator.empty()) options.simulator = find_simulator().string();
  if (options.simulator.empty())
    return fail(std::errc::no_such_file_or_directory,
                "touchstone-sim is neither beside touchstone nor in PATH; "
                "it is built where libns3-dev is installed");
  options.simulator = fs::absolute(options.simulator).string();
  TOUCHSTONE_TRY(const std::string version, version_of(options.simulator));
  TOUCHSTONE_TRY(plan.units, study::expand(plan.grid, scenario, scenario_path.string(), version));
  plan.settings = {options.simulator, version, options.keep_events};
  return plan;
}

void print_units(const Plan& plan, const SweepFolder& folder) {
  for (const study::Unit& unit : plan.units) {
    fmt::print("{}  {:<8}  seed = {}", unit.id, folder.is_finished(unit.id) ? "finished" : "open",
               unit.seed);
    for (const study::Setting& setting : unit.settings)
      fmt::print("  {} = {}", setting.path, setting.toml);
    fmt::print("\n");
  }
}

std::vector<std::string> open_units(const Plan& plan, const SweepFolder& folder,
                                    const study::Shard& shard) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < plan.units.size(); ++i)
    if (shard.has(i) && !folder.is_finished(plan.units[i].id)) open.push_back(plan.units[i].id);
  return open;
}

Result<Json> collect(const Plan& plan, const SweepFolder& folder) {
  Json results = study::make_results(plan.grid, plan.units, plan.settings.version,
                                     [&](const std::string& id) { return folder.find_run(id); });
  const fs::path& out = folder.path();
  TOUCHSTONE_TRY_VOID(write_text(out / "results.json", results.dump(1) + "\n"));
  TOUCHSTONE_TRY_VOID(write_text(out / "runs.csv", study::print_runs_csv(results)));
  TOUCHSTONE_TRY_VOID(write_text(out / "points.csv", study::print_points_csv(results)));
  TOUCHSTONE_TRY_VOID(write_text(out / "index.html", study::make_sweep_page(results)));
  return results;
}

// What killed runs have left; nobody runs when every unit has its result.
void clean(const SweepFolder& folder) {
  std::error_code error;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(folder.path() / "runs", error))
    if (entry.path().filename().string().starts_with('.')) left.push_back(entry.path());
  for (const fs::path& path : left)
    fs::remove_all(path, error);
}

int conclude(const Json& results, const SweepFolder& folder) {
  fmt::print("{}", study::print_points(results));
  const std::size_t missing = study::count_outcome(results, study::Outcome::missing);
  const std::size_t failed = study::count_outcome(results, study::Outcome::failed);
  fmt::print("{} runs: {} passed, {} failed, {} without a result; {}\n", results.at("runs").size(),
             study::count_outcome(results, study::Outcome::passed), failed, missing,
             (folder.path() / "index.html").string());
  if (missing > 0) return 3;
  clean(folder);
  return failed > 0 ? 1 : 0;
}

int complain(const Error& error, int status) {
  fmt::print(stderr, "touchstone: {}\n",
             error.detail.empty() ? error.code.message() : error.detail);
  return status;
}

// Of what is open; nothing when the results are to be collected now.
Result<std::optional<int>> run(const Plan& plan, const SweepFolder& folder,
                               const std::vector<std::string>& open, const SweepOptions& options) {
  if (open.empty() || options.collect) return std::optional<int>();
  if (options.slurm) {
    if (options.retries < 0) return std::optional<int>();
    TOUCHSTONE_TRY(const std::string said, run_slurm(folder, open, plan.grid.name, options));
    fmt::print("{}", said);
    return std::optional<int>(0);
  }
  if (options.serial) {
    SweepUnitOptions units{folder.path().string(), open, {}, {}};
    for (int i = 0; i <= options.retries && sweep_unit(units) != 0; ++i) {
    }
    return std::optional<int>();
  }
  TOUCHSTONE_TRY_VOID(run_parallel(folder, open, options));
  return std::optional<int>();
}

}  // namespace

int sweep(const SweepOptions& given) {
  SweepOptions options = given;
  const auto shard = study::parse_shard(options.shard.empty() ? "1/1" : options.shard);
  if (!shard) return complain(shard.error(), 2);
  const auto plan = make_plan(options);
  if (!plan) return complain(plan.error(), 2);
  const SweepFolder folder(
      fs::absolute(options.out.empty() ? plan->grid.name + ".sweep" : options.out));
  if (options.list) return print_units(*plan, folder), 0;
  if (const auto ready = folder.prepare(plan->settings, plan->units); !ready)
    return complain(ready.error(), 3);
  const auto ended = run(*plan, folder, open_units(*plan, folder, *shard), options);
  if (!ended) return complain(ended.error(), 3);
  if (*ended) return **ended;
  const auto results = collect(*plan, folder);
  return results ? conclude(*results, folder) : complain(results.error(), 3);
}

}  // namespace touchstone::tool
