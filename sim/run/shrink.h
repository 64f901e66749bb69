#pragma once
// From a run that fails to the smallest fault plan that still fails.

#include "sim/run/run.h"

namespace touchstone::sim {

struct Shrunk {
  Scenario scenario;  ///< with the faults that are left, and no nemesis
  CheckResult failed;
  int runs = 0;
};

/// Takes faults away, then makes those that are left simpler, as long as the check that failed
/// first fails again. Nothing when no check fails.
Result<std::optional<Shrunk>> shrink(const Scenario& scenario, const Worlds& worlds,
                                     int max_runs = 400);

}  // namespace touchstone::sim
