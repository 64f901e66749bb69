#pragma once
// Who runs the units of a sweep. Engines that exist: nothing here decides what runs where.

#include <string>
#include <vector>

#include "reference/base/result.h"
#include "tools/touchstone/sweep/folder.h"
#include "tools/touchstone/sweep/sweep.h"

namespace touchstone::tool {

/// GNU parallel on this machine, or on those of --sshlogin; waits for the end. Error: it is not
/// installed, or it could not begin.
Result<void> run_parallel(const SweepFolder& folder, const std::vector<std::string>& units,
                          const SweepOptions& options);

/// Writes DIR/slurm/array.sh, which runs the units as a job array, and DIR/slurm/follow.sh, which
/// runs after it: the same sweep with one retry less, so that what was killed is submitted again,
/// and the results are collected when nothing is left. Submits both. Gives what was said to the
/// user. Error: sbatch is missing or refuses.
Result<std::string> run_slurm(const SweepFolder& folder, const std::vector<std::string>& units,
                              const std::string& name, const SweepOptions& options);

}  // namespace touchstone::tool
