// Work in child processes.

#include "conformance/harness/worker_pool.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <map>

#include "conformance/harness/exchange.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::HasSubstr;

std::map<std::size_t, JobResult> run(std::size_t jobs, std::function<Json(std::size_t)> work) {
  std::map<std::size_t, JobResult> results;
  Pool pool;
  pool.jobs = jobs;
  pool.time_limit = [](std::size_t) { return std::chrono::seconds(1); };
  pool.start = [&](int) -> Work { return work; };
  pool.done = [&](const JobResult& result) { results[result.job] = result; };
  run_pool(pool);
  return results;
}

TEST(WorkerPool, DoesEveryJobOnce) {
  const auto results = run(50, [](std::size_t job) { return Json(job * job); });
  ASSERT_EQ(results.size(), 50U);
  for (const auto& [job, result] : results)
    EXPECT_EQ(*result.value, job * job);
}

TEST(WorkerPool, NamesTheSignalOfACrashAndGoesOn) {
  const auto results = run(4, [](std::size_t job) {
    if (job == 1) std::abort();
    return Json(job);
  });
  ASSERT_EQ(results.size(), 4U);
  EXPECT_THAT(results.at(1).crash, HasSubstr("signal 6"));
  EXPECT_EQ(*results.at(3).value, 3);
}

TEST(WorkerPool, KillsAJobThatTakesTooLong) {
  const auto results = run(2, [](std::size_t job) {
    if (job == 0) ::pause();
    return Json(job);
  });
  EXPECT_TRUE(results.at(0).timed_out);
  EXPECT_TRUE(results.at(1).value.has_value());
}

}  // namespace
}  // namespace touchstone::conformance::harness
