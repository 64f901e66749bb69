#pragma once
// The self-contained HTML pages: of a run, of two runs side by side, of a sweep. Style, script and
// the chart library are in the program (docs/decisions/0010-charts-are-embedded.md).

#include <string>

#include "sim/study/results.h"

namespace touchstone::sim::study {

/// `run`: make_run_data(), with `answer` and `topology` when there are any.
[[nodiscard]] std::string make_run_page(const Json& run);
/// Each with a `label`, where it came from.
[[nodiscard]] std::string make_comparison_page(const Json& a, const Json& b);
/// `results`: make_results().
[[nodiscard]] std::string make_sweep_page(const Json& results);

/// A table of the main figures of two summaries, for people: name, A, B.
[[nodiscard]] std::string print_comparison(const Json& a, const Json& b);

}  // namespace touchstone::sim::study
