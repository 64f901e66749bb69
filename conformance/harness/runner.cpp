#include "conformance/harness/runner.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "conformance/harness/canary.h"
#include "conformance/harness/expectation.h"
#include "conformance/harness/leak_scan.h"
#include "conformance/harness/worker_pool.h"
#include "reference/base/result.h"

namespace touchstone::conformance::harness {
namespace {

namespace fs = std::filesystem;

CaseResult of_crash(const Case& tested, const JobResult& job) {
  CaseResult result;
  result.test = tested.id;
  result.outcome = Outcome::harness_error;
  result.note = fmt::format("the worker ended by {}", job.crash);
  return result;
}

// Runs the cases of the plan; the results stand in the order of the plan.
void run_cases(const RunPlan& plan, const fs::path& root, RunResult& run) {
  run.results.resize(plan.cases.size());
  Pool pool;
  pool.workers = plan.workers;
  pool.jobs = plan.cases.size();
  pool.time_limit = [&](std::size_t job) {
    const bool in_process = plan.iut->tier == "reference";
    return std::chrono::seconds(plan.cases[job]->time_limit_s * (in_process ? 1 : 10));
  };
  pool.start = [&](int worker) -> Work {
    RunSettings settings{.seed = plan.seed,
                         .cases = plan.cases_a_property,
                         .shrink_milliseconds = 2000,
                         .sandbox_root = root / fmt::format("worker-{}", worker),
                         .iut = plan.iut};
    return [&plan, settings, adapter = plan.make_adapter()](std::size_t job) {
      return Json(run_case(*plan.cases[job], *adapter, settings));
    };
  };
  pool.done = [&](const JobResult& job) {
    const Case& tested = *plan.cases[job.job];
    run.results[job.job] = job.value ? job.value->get<CaseResult>() : of_crash(tested, job);
    if (plan.progress) plan.progress(run.results[job.job]);
  };
  run_pool(pool);
}

// A scan that saw nothing proves nothing.
void check_scan(RunResult& run) {
  std::uint64_t octets = 0;
  std::int64_t operations = 0;
  for (const CaseResult& result : run.results) {
    octets += result.scanned_octets;
    operations += result.operations;
  }
  if (operations > 0 && octets == 0) run.faults.push_back("the search for secrets saw no octet");
  if (!leak_scan_proves_itself())
    run.faults.push_back("the search for secrets does not find a planted key");
}

}  // namespace

bool RunResult::as_expected() const {
  return adapter_fault.empty() && faults.empty() &&
         std::ranges::all_of(results,
                             [](const CaseResult& result) { return harness::as_expected(result); });
}

int RunResult::exit_code() const {
  const bool broken = std::ranges::any_of(
      results, [](const CaseResult& result) { return result.outcome == Outcome::harness_error; });
  if (!adapter_fault.empty() || broken) return 3;
  return as_expected() ? 0 : 1;
}

AdapterProof prove_in_process(const Iut& iut, const AdapterFactory& make_adapter) {
  const SandboxRoot root;
  AdapterProof proof;
  Pool pool;
  pool.workers = 1;
  pool.jobs = 1;
  pool.time_limit = [](std::size_t) { return std::chrono::seconds(60); };
  pool.start = [&](int) -> Work {
    return [&](std::size_t) {
      const auto adapter = make_adapter();
      const IutDescription described = adapter->describe();
      return Json{{"name", described.name},
                  {"version", described.version},
                  {"ops", described.ops},
                  {"fault", prove_adapter(*adapter, iut, root.folder())}};
    };
  };
  pool.done = [&](const JobResult& job) {
    if (!job.value) {
      proof.fault = fmt::format("the adapter ended by {}", job.crash);
      return;
    }
    proof.described = {job.value->at("name"), job.value->at("version"), job.value->at("ops")};
    proof.fault = job.value->at("fault");
  };
  run_pool(pool);
  return proof;
}

RunResult run_plan(const RunPlan& plan) {
  const auto start = std::chrono::steady_clock::now();
  RunResult run;
  AdapterProof proof = prove_in_process(*plan.iut, plan.make_adapter);
  run.described = std::move(proof.described);
  run.adapter_fault = std::move(proof.fault);
  if (run.adapter_fault.empty()) {
    const SandboxRoot root;
    run_cases(plan, root.folder(), run);
    run.faults = judge_expectations(run.results, plan.iut->expect, today(), plan.filtered);
    check_scan(run);
  }
  run.duration_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return run;
}

SandboxRoot::SandboxRoot() {
  const char* chosen = std::getenv("TOUCHSTONE_SANDBOX");
  std::string parent = chosen != nullptr ? chosen : "/dev/shm";
  if (::access(parent.c_str(), W_OK | X_OK) != 0) parent = fs::temp_directory_path().string();
  std::string name = parent + "/touchstone-XXXXXX";
  TOUCHSTONE_CHECK(::mkdtemp(name.data()) != nullptr);
  folder_ = name;
}

SandboxRoot::~SandboxRoot() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

std::string today() {
  return fmt::format("{:%Y-%m-%d}", fmt::localtime(std::time(nullptr)));
}

}  // namespace touchstone::conformance::harness
