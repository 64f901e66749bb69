#pragma once
// Pages of reports: `touchstone report draw`, and what `touchstone simulate` adds to a run.

#include <optional>
#include <string>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::tool {

/// index.html of the report of a run. Gives its path.
Result<std::string> draw_report(const std::string& folder);
/// `touchstone report draw`: the same, and says so. Exit status 0 or 2.
int draw_reports(const std::vector<std::string>& folders);

struct CompareOptions {
  std::string a;  ///< folder of a report, or a scenario file, which is run
  std::string b;
  std::string report;                   ///< folder for the page and for the runs; may be empty
  std::vector<std::string> simulation;  ///< options for runs: `--world ns3`
};
/// Prints the figures side by side. Exit status 0, 2 for what is no report, 3 when a run came to no
/// end.
int compare(const CompareOptions& options);

/// What `touchstone simulate` does beyond running touchstone-sim: `--compare A B`, and the page of
/// `--report DIR`. The exit status; nothing when there is nothing beyond.
std::optional<int> simulate_and_draw(const std::vector<std::string>& arguments);

}  // namespace touchstone::tool
