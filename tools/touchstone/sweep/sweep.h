#pragma once
// touchstone sweep and sweep-unit (docs/sweep.md). The exit status is 0 when every run of the grid
// has passed, 1 when a check of some run does not hold, 2 for usage and files that are wrong, 3
// when a run has no result.

#include <cstdint>
#include <string>
#include <vector>

namespace touchstone::tool {

struct SweepOptions {
  std::string grid;
  std::string out;        ///< folder; empty: NAME.sweep in the working directory
  std::string simulator;  ///< path; empty: touchstone-sim beside this program or in PATH
  std::string shard;      ///< `i/n`; empty: all
  std::string jobs;       ///< as GNU parallel has it: 4, 50%, +0; empty: a job a processor
  std::vector<std::string> ssh_logins;      ///< as GNU parallel has them
  std::vector<std::string> sbatch_options;  ///< handed on
  int retries = 2;                          ///< of a unit that has come to no end
  int tasks = 1000;                         ///< at most, of a job array
  bool slurm = false;
  bool submit = true;        ///< false: the scripts of Slurm are written and not submitted
  bool serial = false;       ///< one after the other in this process
  bool collect = false;      ///< run nothing
  bool list = false;         ///< print the units and run nothing
  bool keep_events = false;  ///< metrics.jsonl of each run stays
};
int sweep(const SweepOptions& options);

struct SweepUnitOptions {
  std::string folder;
  std::vector<std::string> units;
  std::string list;   ///< file with a unit a line
  std::string shard;  ///< of that list
};
/// Runs units that have no result yet, one after the other. 0 when all have one at the end.
int sweep_unit(const SweepUnitOptions& options);

}  // namespace touchstone::tool
