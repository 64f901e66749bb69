#pragma once
// The figures of a run as JSON and as a table. Internal to sim/run.

#include "sim/deployment/deployment.h"
#include "sim/metrics/event_log.h"
#include "sim/metrics/statistics.h"
#include "sim/run/run.h"

namespace touchstone::sim {

struct RunFigures {
  const Scenario& scenario;
  const Statistics& statistics;
  const EventLog* log = nullptr;
  World& world;
  Deployment& deployment;
  double cpu_seconds = 0;
  double wall_seconds = 0;
};

void write_summary(const RunFigures& figures, RunResult& result);

}  // namespace touchstone::sim
