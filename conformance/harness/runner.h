#pragma once
// A run: the adapter is proved, then every case runs in a worker process, then the expectations are
// held against what came.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/harness/case.h"
#include "conformance/harness/case_run.h"
#include "conformance/harness/iut.h"
#include "conformance/harness/outcome.h"

namespace touchstone::conformance::harness {

/// Makes an adapter; called in each worker process.
using AdapterFactory = std::function<std::unique_ptr<Adapter>()>;

struct RunPlan {
  std::vector<const Case*> cases;
  const Iut* iut = nullptr;
  AdapterFactory make_adapter;
  std::uint64_t seed = 1;
  int cases_a_property = 200;
  int workers = 2;
  bool filtered = false;                            ///< not all cases of the registry
  std::function<void(const CaseResult&)> progress;  ///< as cases end
};

struct RunResult {
  IutDescription described;         ///< by the adapter
  std::string adapter_fault;        ///< of a canary; then no case was run
  std::vector<std::string> faults;  ///< of the run itself: expectations, an empty secret scan
  std::vector<CaseResult> results;  ///< in the order of the plan
  double duration_s = 0;

  [[nodiscard]] bool as_expected() const;
  /// 0 as expected, 1 deviations, 3 harness error.
  [[nodiscard]] int exit_code() const;
};

RunResult run_plan(const RunPlan& plan);

/// The canaries alone, in a process of their own: what the adapter did wrong, or nothing.
struct AdapterProof {
  IutDescription described;
  std::string fault;
};
AdapterProof prove_in_process(const Iut& iut, const AdapterFactory& make_adapter);

/// A new folder for sandboxes, in memory where the machine has such a file system
/// ($TOUCHSTONE_SANDBOX, /dev/shm, then the temporary folder); removed with the object.
class SandboxRoot {
 public:
  SandboxRoot();
  ~SandboxRoot();
  SandboxRoot(const SandboxRoot&) = delete;
  SandboxRoot& operator=(const SandboxRoot&) = delete;
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// Today as YYYY-MM-DD.
[[nodiscard]] std::string today();

}  // namespace touchstone::conformance::harness
