#include "conformance/harness/expectation.h"

#include <fmt/format.h>

#include "conformance/harness/glob.h"

namespace touchstone::conformance::harness {
namespace {

constexpr std::size_t over_broad = 20;

bool needs_no_announcement(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::pass:
    case Outcome::warn:
    case Outcome::info:
    case Outcome::not_supported:
      return true;
    default:
      return false;
  }
}

Expectation compare_with(const CaseResult& result, const ExpectedDeviation& announced) {
  if (result.outcome != announced.outcome)
    return result.outcome == Outcome::pass ? Expectation::xpass : Expectation::changed;
  const bool same_kind =
      announced.kind.empty() || (result.failure && result.failure->kind == announced.kind);
  return same_kind ? Expectation::xfail : Expectation::changed;
}

}  // namespace

std::vector<std::string> judge_expectations(std::vector<CaseResult>& results,
                                            const std::vector<ExpectedDeviation>& expected,
                                            std::string_view today, bool filtered) {
  for (CaseResult& result : results)
    result.expectation =
        needs_no_announcement(result.outcome) ? Expectation::expected : Expectation::unexpected;
  std::vector<std::string> faults;
  for (const ExpectedDeviation& announced : expected) {
    std::size_t matched = 0;
    const bool expired = today >= announced.expires;
    for (CaseResult& result : results) {
      if (!matches_glob(announced.glob, result.test)) continue;
      ++matched;
      if (expired) continue;
      result.expectation = compare_with(result, announced);
      result.expectation_reason = announced.reason;
    }
    if (expired)
      faults.push_back(fmt::format("\"{}\" expired on {}", announced.glob, announced.expires));
    if (matched == 0 && !filtered)
      faults.push_back(fmt::format("\"{}\" matches no test: stale", announced.glob));
    if (matched > over_broad)
      faults.push_back(fmt::format("\"{}\" matches {} tests, more than {}: over-broad",
                                   announced.glob, matched, over_broad));
  }
  return faults;
}

bool as_expected(const CaseResult& result) noexcept {
  return result.expectation == Expectation::expected || result.expectation == Expectation::xfail;
}

}  // namespace touchstone::conformance::harness
