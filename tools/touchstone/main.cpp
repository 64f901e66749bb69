// touchstone: judges implementations of the key files, and the judge itself.

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "reference/host/process.h"
#include "tools/touchstone/actions.h"
#include "tools/touchstone/study/draw.h"
#include "tools/touchstone/sweep/sweep.h"

namespace {

namespace tool = touchstone::tool;

constexpr const char* teaching = R"(
First steps:
  touchstone check                              judge the reference in this program
  touchstone capabilities > acme.toml           begin a manifest for your own implementation
  touchstone adapter-check acme.toml            prove that the harness can talk to it
  touchstone check --iut acme.toml --report out judge it; open out/index.html

Exit status: 0 as expected, 1 deviations, 2 usage, 3 harness error.)";

void add_check(CLI::App& app, tool::CheckOptions& options) {
  CLI::App* sub = app.add_subcommand("check", "Judge an implementation");
  sub->add_option("--iut", options.manifests,
                  "Manifest of an implementation (docs/formats/iut-toml.md); "
                  "several give one report; none judges the reference");
  sub->add_option(
         "--suite", options.suites,
         "Suites to run, separated by commas: keyring, keyfiles, diameter-conf, diameter, kms, "
         "gateway, ipsec-config, dot1x-config")
      ->delimiter(',');
  sub->add_option("--filter", options.filter, "Only tests whose id matches, e.g. 'KR-*'");
  sub->add_option("--profile", options.profile, "Reading of the open clauses: strict, as-printed");
  sub->add_option("--cases", options.cases,
                  "Candidates a property (default 200 in process, 50 by shim, 20 by exec)")
      ->check(CLI::Range(1, 1000000));
  sub->add_option("--seed", options.seed, "Seed of all generated inputs (default 1)");
  sub->add_option("--report", options.report, "Folder for index.html, report.json, junit.xml");
  sub->add_option("--kill-matrix", options.kill_matrix,
                  "Output of `touchstone defects --json`, to show it in the report");
  sub->add_option("--jobs", options.workers, "Worker processes (default 2)")
      ->check(CLI::Range(1, 64));
  sub->add_flag("--list", options.list, "List the tests and run none (with --json as JSON)");
  sub->add_flag("--json", options.json, "The report on standard output, instead of text");
  sub->add_flag("--save", options.save, "Keep shrunk counterexamples under fixtures/SUITE/found");
  sub->callback([&options] { std::exit(tool::check(options)); });
}

void add_replay(CLI::App& app, tool::ReplayOptions& options) {
  CLI::App* sub =
      app.add_subcommand("replay", "Run saved counterexamples again, without a generator");
  sub->add_option("FILE", options.files, "found/*.json of a report or of fixtures")->required();
  sub->add_option("--iut", options.manifest, "Manifest; none replays on the reference");
  sub->callback([&options] { std::exit(tool::replay(options)); });
}

void add_defects(CLI::App& app, tool::DefectOptions& options) {
  CLI::App* sub = app.add_subcommand(
      "defects", "Switch each seeded defect on and show which test catches it (preset defects)");
  sub->add_option("--cases", options.cases, "Candidates a property (default 20)")
      ->check(CLI::Range(1, 1000000));
  sub->add_option("--seed", options.seed, "Seed of all generated inputs (default 1)");
  sub->add_option("--filter", options.filter, "Only defects whose id matches, e.g. 'KR-02.*'");
  sub->add_option("--jobs", options.workers, "Worker processes (default 2)")
      ->check(CLI::Range(1, 64));
  sub->add_flag("--json", options.json, "The kill matrix as JSON");
  sub->callback([&options] { std::exit(tool::defects(options)); });
}

void add_requirements(CLI::App& app, tool::RequirementOptions& options) {
  CLI::App* sub = app.add_subcommand("requirements", "Show the requirements and their tests");
  sub->add_flag("--uncovered", options.uncovered,
                "Only testable ones without a test; exit 1 if there is one");
  sub->add_flag("--markdown", options.markdown, "As docs/requirements.md");
  sub->callback([&options] { std::exit(tool::show_requirements(options)); });
}

void add_report(CLI::App& app, std::string& before, std::string& after,
                std::vector<std::string>& folders, tool::CompareOptions& runs) {
  CLI::App* sub = app.add_subcommand("report", "Work with reports")->require_subcommand(1);
  CLI::App* diff =
      sub->add_subcommand("diff", "What changed between two reports; exit 1 if anything");
  diff->add_option("A", before, "report.json or its folder")->required();
  diff->add_option("B", after, "report.json or its folder")->required();
  diff->callback([&] { std::exit(tool::report_diff(before, after)); });
  CLI::App* draw = sub->add_subcommand("draw", "Draw the page of a simulation's report");
  draw->add_option("DIR", folders, "Folder with summary.json and metrics.jsonl")->required();
  draw->callback([&] { std::exit(tool::draw_reports(folders)); });
  CLI::App* compare = sub->add_subcommand("compare", "Show two simulations side by side");
  compare->add_option("A", runs.a, "Folder of a report, or a scenario file, which is run")
      ->required();
  compare->add_option("B", runs.b, "The same")->required();
  compare->add_option("--report", runs.report, "Folder for the page, and for runs");
  compare->callback([&] { std::exit(tool::compare(runs)); });
}

void add_sweep(CLI::App& app, tool::SweepOptions& options) {
  CLI::App* sub = app.add_subcommand("sweep", "Run a scenario over a grid of parameters and seeds");
  sub->add_option("GRID", options.grid, "Grid file (docs/sweep.md)")->required();
  sub->add_option("--out", options.out, "Folder of runs and results (default NAME.sweep)");
  sub->add_option("--shard", options.shard, "i/n: every n-th run alone, from the i-th on");
  sub->add_option("--jobs", options.jobs, "Runs at once, as GNU parallel has it: 4, 50%, +0");
  sub->add_option("--sshlogin", options.ssh_logins,
                  "Machine to run on, as GNU parallel has it; more than one may be given");
  CLI::Option* slurm =
      sub->add_flag("--slurm", options.slurm, "Submit the runs as a job array of Slurm");
  sub->add_flag("!--no-submit", options.submit, "With --slurm: write the scripts alone")
      ->needs(slurm);
  sub->add_option("--sbatch", options.sbatch_options,
                  "Option for sbatch, such as --sbatch=--mem=2G")
      ->needs(slurm);
  sub->add_option("--tasks", options.tasks, "Tasks of the array at most (default 1000)")
      ->check(CLI::Range(1, 4'000'000));
  sub->add_option("--retries", options.retries, "Of a run that was killed (default 2)")
      ->check(CLI::Range(-1, 1000));
  sub->add_flag("--serial", options.serial, "One run after the other, without GNU parallel")
      ->excludes(slurm);
  sub->add_flag("--collect", options.collect, "Collect the results that are there, run nothing");
  sub->add_flag("--list", options.list, "List the runs, run nothing");
  sub->add_flag("--keep-events", options.keep_events, "Keep metrics.jsonl of each run");
  sub->add_option("--simulator", options.simulator, "Program that runs a scenario")
      ->default_str("touchstone-sim");
  sub->callback([&options] { std::exit(tool::sweep(options)); });
}

void add_sweep_unit(CLI::App& app, tool::SweepUnitOptions& options) {
  CLI::App* sub = app.add_subcommand("sweep-unit", "Run units of a sweep: what the engines call");
  sub->add_option("DIR", options.folder, "Folder of the sweep")->required();
  sub->add_option("UNIT", options.units, "Units");
  sub->add_option("--list", options.list, "File with a unit a line");
  sub->add_option("--shard", options.shard, "i/n: every n-th line alone, from the i-th on");
  sub->callback([&options] { std::exit(tool::sweep_unit(options)); });
}

}  // namespace

int main(int argc, char** argv) {
  touchstone::host::choose_defect();
  CLI::App app("Conformance of key files and key utilities, of any implementation.", "touchstone");
  app.set_version_flag("--version", TOUCHSTONE_VERSION);
  app.footer(teaching);
  app.require_subcommand(1);
  tool::CheckOptions check_options;
  tool::ReplayOptions replay_options;
  tool::DefectOptions defect_options;
  tool::RequirementOptions requirement_options;
  tool::SweepOptions sweep_options;
  tool::SweepUnitOptions sweep_unit_options;
  std::string manifest;
  std::vector<std::string> folders;
  tool::CompareOptions runs;
  std::string before;
  std::string after;
  add_check(app, check_options);
  add_replay(app, replay_options);
  CLI::App* proof = app.add_subcommand(
      "adapter-check", "Prove that the harness can believe what a manifest's adapter says");
  proof->add_option("FILE", manifest, "Manifest")->required();
  proof->callback([&] { std::exit(tool::adapter_check(manifest)); });
  add_requirements(app, requirement_options);
  add_defects(app, defect_options);
  app.add_subcommand("capabilities", "Print a [pics] table with every capability, answered false")
      ->callback([] { std::exit(tool::show_capabilities()); });
  add_report(app, before, after, folders, runs);
  add_sweep(app, sweep_options);
  add_sweep_unit(app, sweep_unit_options);
  CLI::App* simulation = app.add_subcommand(
      "simulate", "Run a whole network in simulated time (touchstone simulate --help)");
  simulation->prefix_command();
  simulation->set_help_flag();
  simulation->callback([simulation] { std::exit(tool::simulate(simulation->remaining())); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : 2;
  }
  return 0;
}
