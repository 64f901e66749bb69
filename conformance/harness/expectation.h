#pragma once
// Known deviations ([expect] of a manifest) held against what really came. An announced failure
// that passes, or fails in another way, is as much a deviation as a new one.

#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/iut.h"
#include "conformance/harness/outcome.h"

namespace touchstone::conformance::harness {

/// Sets expectation and its reason in each result. Returns the faults of the entries themselves:
/// one that matches no test (stale) or more than twenty (over-broad), and one whose day has come.
/// `today` is YYYY-MM-DD. With `filtered`, an entry that matches nothing is no fault.
std::vector<std::string> judge_expectations(std::vector<CaseResult>& results,
                                            const std::vector<ExpectedDeviation>& expected,
                                            std::string_view today, bool filtered);

/// True when the result is what the documents or [expect] say: it does not fail a run.
[[nodiscard]] bool as_expected(const CaseResult& result) noexcept;

}  // namespace touchstone::conformance::harness
