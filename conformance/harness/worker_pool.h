#pragma once
// Work spread over child processes: an implementation in process that crashes or hangs ends one
// job, not the run.

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/harness/adapter.h"

namespace touchstone::conformance::harness {

struct JobResult {
  std::size_t job = 0;
  std::optional<Json> value;  ///< nothing when the worker did not survive the job
  std::string crash;  ///< `signal 11 (Segmentation fault) during keyring.decode in KR-01...`
  bool timed_out = false;
};

/// Does one job in a worker process.
using Work = std::move_only_function<Json(std::size_t job)>;

struct Pool {
  int workers = 2;
  std::size_t jobs = 0;
  /// How long job number n may take before its worker is killed.
  std::function<std::chrono::seconds(std::size_t job)> time_limit;
  /// Called once in each new worker process, whose number it is given.
  std::function<Work(int worker)> start;
  /// Called in this process as jobs end, in any order.
  std::function<void(const JobResult&)> done;
};

/// Returns when every job has ended. A worker that dies is replaced.
void run_pool(const Pool& pool);

}  // namespace touchstone::conformance::harness
