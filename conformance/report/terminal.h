#pragma once
// A run as text for people.

#include <string>

#include "conformance/report/report.h"

namespace touchstone::conformance::report {

/// `PASS  KR-01.HeaderLinesInOrder  200 candidates  3.1 ms`, without a line end.
[[nodiscard]] std::string print_line(const harness::CaseResult& result);

/// The failures of a run of make_report, by requirement, each with the command that replays it;
/// then the counts. Ends with a line feed.
[[nodiscard]] std::string print_summary(const Json& run, const requirements::Catalogue& catalogue);

/// What differs between two reports, a line each; empty when the verdicts agree.
[[nodiscard]] std::string print_difference(const Json& before, const Json& after);

/// docs/requirements.md: the matrix of requirements and tests.
[[nodiscard]] std::string print_matrix(const harness::Registry& registry,
                                       const requirements::Catalogue& catalogue);

}  // namespace touchstone::conformance::report
