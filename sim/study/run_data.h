#pragma once
// What the page shows of a run, from the files of its report
// (docs/formats/simulation-report.md).

#include <istream>
#include <string>
#include <string_view>

#include "reference/base/result.h"
#include "sim/study/results.h"

namespace touchstone::sim::study {

/// Points that a page shows of the joins of a run; more are thinned out evenly.
inline constexpr std::size_t most_points = 4000;

/// `summary`: summary.json; `events`: metrics.jsonl. Gives an object with
///   summary    the whole of it
///   joins      `at_s`, `ms` of admitted joins, thinned; `of`: how many there were
///   bins       the run in equal parts of `bin_s`: `at_s` (middle), `begun`, `admitted`, `refused`,
///              `asked`, and `p50`, `p95`, `max` of the latency in ms
///   histogram  `from_ms`, `to_ms`, `count`
///   cdf        `ms`, `share`
///   kms        of each: `name`, `at_s`, `queue`, `load`
///   faults     `text`, `from`, `to` (null: never), `recovered` (null: not yet), in seconds
/// Errors: Errc::report with what is missing, or with the line of the events that is none.
Result<Json> make_run_data(std::string_view summary, std::istream& events);

/// Of `scenario`, a scenario file: what it says in `answer`; empty when nothing.
[[nodiscard]] std::string answer_of(std::string_view scenario);

}  // namespace touchstone::sim::study
