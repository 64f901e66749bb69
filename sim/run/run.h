#pragma once
// One run of one scenario: from the file to the figures (docs/formats/simulation-report.md).

#include <functional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"
#include "sim/world/world.h"

namespace touchstone::sim {

struct Progress {
  Moment at{};
  Moment end{};
  std::uint64_t joined = 0;
  std::uint64_t refused = 0;
  std::uint64_t joining = 0;
};

struct RunOptions {
  std::string report = {};  ///< folder that is there; empty: nothing is written
  bool keeps_log = false;   ///< the event log as text, without a folder
  std::function<void(const Progress&)> on_progress = {};  ///< a hundred times a run
};

struct CheckResult {
  std::string name;
  bool holds = false;
  std::string why;  ///< it does not
};

struct RunResult {
  std::vector<CheckResult> checks;
  std::string summary;          ///< JSON
  std::string table;            ///< for people
  std::string log;              ///< with RunOptions::keeps_log
  std::string log_sha256 = {};  ///< of a log that was kept or written
  WorldCounters counters;

  [[nodiscard]] bool holds() const;
};

/// Runs on the world that `worlds` has under the scenario's name. A nemesis is drawn from the seed.
/// Errors: a world that this build or machine lacks, a check or a node that nobody knows, a folder
/// that cannot be written.
Result<RunResult> run(const Scenario& scenario, const Worlds& worlds, const RunOptions& options);

}  // namespace touchstone::sim
