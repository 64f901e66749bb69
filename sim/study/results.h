#pragma once
// What a sweep has found: a row a run, and for each point of the grid the means with their 95 %
// confidence intervals (docs/formats/sweep.md).

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/study/grid.h"
#include "sim/study/units.h"

namespace touchstone::sim::study {

using Json = nlohmann::ordered_json;

enum class Outcome : std::uint8_t {
  missing,  ///< not run, or it came to no end
  failed,   ///< a check of the scenario does not hold
  passed,
};
[[nodiscard]] const char* print_outcome(Outcome outcome) noexcept;

struct RunFound {
  Outcome outcome = Outcome::missing;
  Json summary = nullptr;  ///< summary.json of the run
};
using FindRun = std::function<RunFound(const std::string& id)>;

/// Every number in `summary` under its path, `joins.p95_ms`, in the order of the file. Elements of
/// arrays have their `name`, when they have one, or their number.
[[nodiscard]] std::vector<std::pair<std::string, double>> numbers_of(const Json& summary);

/// results.json. Figures that a run does not have are null there and left out of the means.
[[nodiscard]] Json make_results(const Grid& grid, const std::vector<Unit>& units,
                                std::string_view version, const FindRun& find_run);

/// Units of `results` with this outcome.
[[nodiscard]] std::size_t count_outcome(const Json& results, Outcome outcome);

/// RFC 4180. A row a run: parameters, seed, unit, outcome, figures.
[[nodiscard]] std::string print_runs_csv(const Json& results);
/// A row a point: parameters, runs, passed, and for each figure mean, low and high.
[[nodiscard]] std::string print_points_csv(const Json& results);
/// A table for people: a row a point, the first `most` figures as mean and half width.
[[nodiscard]] std::string print_points(const Json& results, std::size_t most = 5);

}  // namespace touchstone::sim::study
