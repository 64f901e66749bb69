// touchstone-sim: one run of a simulated network. `touchstone simulate` executes it.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "reference/base/defect.h"
#include "reference/host/descriptor.h"
#include "sim/deployment/keys.h"
#include "sim/flow/flow_world.h"
#include "sim/run/describe.h"
#include "sim/run/manifest.h"
#include "sim/run/shrink.h"
#ifdef TOUCHSTONE_SIM_NS3
#include "sim/emu/emu_world.h"
#include "sim/net/ns3_world.h"
#endif

namespace touchstone {
namespace {

constexpr int exit_holds = 0;
constexpr int exit_deviates = 1;
constexpr int exit_usage = 2;
constexpr int exit_broken = 3;

struct Options {
  std::string scenario;
  std::string world;
  std::optional<std::uint64_t> seed;
  std::string report;
  std::string replay;
  std::string keyring;
  bool describe = false;
  bool shrink = false;
  bool quiet = false;
};

sim::Worlds worlds() {
  sim::Worlds all;
  all.push_back({"flow", sim::make_flow_world});
#ifdef TOUCHSTONE_SIM_NS3
  all.push_back({"ns3", [](const sim::Topology& topology, const sim::WorldSettings& settings) {
                   return sim::net::make_ns3_world(topology, settings);
                 }});
  all.push_back({"emu", sim::emu::make_emu_world});
#else
  const auto missing = [](const sim::Topology&, sim::WorldSettings) {
    return Result<std::unique_ptr<sim::World>>(
        fail(std::errc::not_supported,
             "touchstone-sim was built without ns-3; install libns3-dev and build again"));
  };
  all.push_back({"ns3", missing});
  all.push_back({"emu", missing});
#endif
  return all;
}

int complain(const Error& error) {
  fmt::print(stderr, "touchstone simulate: {}{}\n", error.place.empty() ? "" : error.place + ": ",
             error.detail.empty() ? error.code.message() : error.detail);
  return error.code == std::errc::invalid_argument ? exit_usage : exit_broken;
}

Result<sim::Scenario> load(const Options& options) {
  const std::ifstream file(options.scenario, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return fail(std::errc::invalid_argument, options.scenario + ": cannot be read");
  TOUCHSTONE_TRY(sim::Scenario scenario, sim::parse_scenario(text.str(), options.scenario));
  if (!options.world.empty()) scenario.world = options.world;
  if (options.seed) scenario.seed = *options.seed;
  return scenario;
}

void show_progress(const sim::Progress& progress) {
  const auto seconds = [](sim::Moment at) { return static_cast<double>(at.count()) / 1e9; };
  const double rate = static_cast<double>(progress.joined) / std::max(seconds(progress.at), 1e-9);
  fmt::print(stderr, "\r{:9.3f} of {:.0f} s  {} joined ({:.1f}/s)  {} on the way  {} refused   ",
             seconds(progress.at), seconds(progress.end), progress.joined, rate, progress.joining,
             progress.refused);
  if (progress.at >= progress.end) fmt::print(stderr, "\n");
  static_cast<void>(std::fflush(stderr));
}

/// The folder for a report, made if it is not there.
Result<void> make_folder(const std::string& path) {
  if (path.empty()) return {};
  std::error_code fault;
  std::filesystem::create_directories(path, fault);
  if (fault) return fail(std::errc::io_error, path + ": " + fault.message());
  return {};
}

int shrink(const sim::Scenario& scenario, const Options& options) {
  const auto shrunk = sim::shrink(scenario, worlds());
  if (!shrunk) return complain(shrunk.error());
  if (!*shrunk) {
    fmt::print("every check holds: there is nothing to shrink\n");
    return exit_holds;
  }
  const sim::Shrunk& found = **shrunk;
  fmt::print("{} fails with {} faults, found in {} runs: {}\n", found.failed.name,
             found.scenario.faults.size(), found.runs, found.failed.why);
  const std::string text = sim::print_scenario(found.scenario);
  if (options.report.empty()) {
    fmt::print("{}", text);
    return exit_deviates;
  }
  const std::string path = options.report + "/repro.toml";
  std::ofstream file(path);
  file << text;
  fmt::print("touchstone simulate {}\n", path);
  return exit_deviates;
}

/// What a KMS of somebody else needs to serve the simulated nodes: their keys.
int write_keyring(const sim::Scenario& scenario, const std::string& path) {
  const sim::RunKeys keys = sim::draw_keys(scenario, sim::build_topology(scenario));
  const host::Descriptor file = host::open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file || !host::write_all(file.get(), keys.print_keyring(scenario)))
    return complain(
        host::system_fault(errno == EEXIST ? FileErrc::exists : FileErrc::write_failed, path)
            .error());
  return exit_holds;
}

int simulate(const Options& options) {
  const auto scenario = load(options);
  if (!scenario) return complain(scenario.error());
  if (options.describe) {
    fmt::print("{}", sim::describe(*scenario));
    return exit_holds;
  }
  if (!options.keyring.empty()) return write_keyring(*scenario, options.keyring);
  if (const auto made = make_folder(options.report); !made) return complain(made.error());
  if (options.shrink) return shrink(*scenario, options);
  sim::RunOptions how;
  how.report = options.report;
  if (!options.quiet && ::isatty(STDERR_FILENO) == 1) how.on_progress = show_progress;
  const auto result = sim::run(*scenario, worlds(), how);
  if (!result) return complain(result.error());
  if (!options.quiet) {
    if (!scenario->question.empty()) fmt::print("{}\n", scenario->question);
    if (!scenario->answer.empty()) fmt::print("{}\n\n", scenario->answer);
  }
  fmt::print("{}", result->table);
  return result->holds() ? exit_holds : exit_deviates;
}

int replay(const Options& options) {
  const std::string folder = options.report.empty()
                                 ? std::filesystem::path(options.replay).parent_path() / "replay"
                                 : std::filesystem::path(options.report);
  if (const auto made = make_folder(folder); !made) return complain(made.error());
  const auto done = sim::replay(options.replay, worlds(), folder);
  if (!done) return complain(done.error());
  for (const sim::ReplayDifference& one : done->differences)
    fmt::print("{} differs: {} was {}\n", one.file, one.is, one.was);
  fmt::print("{} of {} files are the same, octet for octet\n",
             done->compared - done->differences.size(), done->compared);
  return done->differences.empty() ? exit_holds : exit_deviates;
}

int main_of(int argc, char** argv) {
  CLI::App app("Runs a whole network of KMS, gateways and nodes in simulated time.",
               "touchstone simulate");
  app.set_version_flag("--version", TOUCHSTONE_VERSION);
  app.footer(
      "exit status: 0 every check holds, 1 one does not, 2 usage or scenario, 3 it cannot be run\n"
      "docs/simulation.md says what the figures mean and what they do not.");
  Options options;
  auto* scenario = app.add_option("SCENARIO", options.scenario, "Scenario file (TOML)");
  app.add_option("--world", options.world, "flow, ns3 or emu, instead of the scenario's");
  app.add_option("--seed", options.seed, "Instead of the scenario's");
  app.add_option("--report", options.report,
                 "Folder for summary.json, metrics.jsonl, manifest.json, scenario.toml and pcaps");
  app.add_flag("--describe", options.describe,
               "Print the plan, and the topology as Graphviz, and run nothing");
  app.add_option("--keyring", options.keyring,
                 "Write the keyring.csv of the KMS at the start, SECRET, to a new file, for a KMS "
                 "of your own, and run nothing");
  app.add_flag("--shrink", options.shrink,
               "Run until a check fails, then find the fewest faults that make it fail, and write "
               "them as a scenario (repro.toml in the report's folder)");
  app.add_flag("--quiet", options.quiet, "The table alone");
#ifdef TOUCHSTONE_DEFECTS
  app.add_option_function<std::string>(
      "--defect", [](const std::string& name) { activate_defect(name); },
      "Switch a seeded defect on");
#endif
  auto* again = app.add_option("--replay", options.replay,
                               "manifest.json of a report: run it again and compare");
  scenario->excludes(again);
  CLI11_PARSE(app, argc, argv);
  if (!options.replay.empty()) return replay(options);
  if (options.scenario.empty()) {
    fmt::print(stderr, "touchstone simulate: expected a scenario file; --help says more\n");
    return exit_usage;
  }
  return simulate(options);
}

}  // namespace
}  // namespace touchstone

int main(int argc, char** argv) {
  const int status = touchstone::main_of(argc, argv);
  return status > 3 ? 2 : status;  // CLI11 has statuses of its own for usage
}
