#pragma once
// The triangle of requirement, test and seeded defect: each defect must be caught by a test that
// cites its requirement, and each test must catch one.

#include <string>
#include <vector>

#include "conformance/harness/runner.h"
#include "reference/base/result.h"

namespace touchstone::conformance::harness {

/// A row of conformance/defects/*.toml.
struct Defect {
  std::string id;           ///< the name of the TOUCHSTONE_DEFECT site
  std::string requirement;  ///< the id that it breaks
  std::string kind;         ///< omit-check, off-by-one, wrong-constant, ...
  std::string what;         ///< one line for people
  std::string equivalent;   ///< why no test can tell it from the correct program; empty normally
};

/// The rows of one file. Error: ManifestErrc with the id.
Result<std::vector<Defect>> parse_defects(std::string_view text, std::string_view name);

struct KillRow {
  Defect defect;
  bool killed = false;
  std::vector<std::string> by;  ///< ids of the tests that failed as they should
  std::vector<std::string>
      notes;  ///< tests that crashed, hung or gave no verdict: they do not count
};

struct KillMatrix {
  std::vector<KillRow> rows;
  std::vector<std::string> idle;  ///< tests that catch nothing
  std::vector<std::string>
      baseline;  ///< tests that fail without any defect; they count for nothing
  double duration_s = 0;

  /// Every defect killed or equivalent with a reason, no idle test, a clean baseline.
  [[nodiscard]] bool closed() const;
};

/// Runs, for each defect, the cases of the plan that cite its requirement, with the defect active
/// in the worker's process. Only FAIL kills, and not one for a generator's coverage or a time-out.
KillMatrix run_defects(const RunPlan& plan, const std::vector<Defect>& defects);

void to_json(Json& json, const KillMatrix& matrix);

}  // namespace touchstone::conformance::harness
