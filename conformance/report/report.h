#pragma once
// What a run leaves behind: report.json (docs/formats/report.schema.json), junit.xml and one file a
// counterexample. The page index.html is drawn from report.json.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "conformance/harness/case.h"
#include "conformance/harness/iut.h"
#include "conformance/harness/runner.h"
#include "conformance/requirements/catalogue.h"
#include "reference/base/result.h"

namespace touchstone::conformance::report {

using harness::Json;

/// One implementation in a report.
struct JudgedRun {
  harness::Iut iut;
  std::string manifest;  ///< path of its iut.toml, empty for the reference in process
  harness::RunResult run;
};

/// What is the same for all implementations of a report.
struct ReportHead {
  std::string started;  ///< YYYY-MM-DD hh:mm:ss, local
  std::uint64_t seed = 1;
  int cases = 200;
  std::string profile;
  std::string folder;            ///< where the report goes, for the replay commands; may be empty
  Json defects = Json::array();  ///< the kill matrix, if it is to be shown
};

/// The whole report.
[[nodiscard]] Json make_report(const ReportHead& head, const std::vector<JudgedRun>& runs,
                               const harness::Registry& registry,
                               const requirements::Catalogue& catalogue);

/// The document of junit.xml: a testsuite an implementation and suite.
[[nodiscard]] std::string make_junit(const Json& report);

/// report.json, junit.xml, index.html and found/*.json in `folder`, which is made.
/// Error: std::errc of the file that could not be written.
Result<void> write_report(const std::filesystem::path& folder, const Json& report);

/// The counterexample files of a report: name to content. Empty for results without one.
[[nodiscard]] std::map<std::string, Json> counterexamples(const Json& report);

/// Ids of the cases that cite each requirement.
[[nodiscard]] std::map<std::string, std::vector<std::string>> tests_by_requirement(
    const harness::Registry& registry);

}  // namespace touchstone::conformance::report
