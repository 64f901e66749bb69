#pragma once
// The subcommands of touchstone. Each gives the exit status: 0 as expected, 1 deviations, 2 usage,
// 3 harness error.

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/harness/case.h"

namespace touchstone::tool {

struct CheckOptions {
  std::vector<std::string> manifests;  ///< none: the reference in process
  std::vector<std::string> suites;     ///< none: all
  std::string filter;                  ///< glob over test ids; empty for all
  std::string profile;                 ///< empty: the manifest's
  int cases = 0;                       ///< candidates a property; 0: by tier
  std::uint64_t seed = 1;
  std::string report;       ///< folder; empty for none
  std::string kill_matrix;  ///< file made by `touchstone defects --json`, shown in the report
  bool list = false;
  bool json = false;
  bool save = false;
  int workers = 2;
};

struct ReplayOptions {
  std::vector<std::string> files;
  std::string manifest;  ///< empty: the reference in process
};

struct DefectOptions {
  int cases = 20;
  std::uint64_t seed = 1;
  std::string filter;  ///< glob over defect ids; empty for all
  bool json = false;
  int workers = 2;
};

struct RequirementOptions {
  bool uncovered = false;
  bool markdown = false;
};

/// All cases of all suites that this build has.
[[nodiscard]] const conformance::harness::Registry& all_cases();

int check(const CheckOptions& options);
int replay(const ReplayOptions& options);
int adapter_check(const std::string& manifest);
int defects(const DefectOptions& options);
int show_requirements(const RequirementOptions& options);
int show_capabilities();
/// Becomes touchstone-sim, which lies beside this program; comes back only when it cannot.
int simulate(const std::vector<std::string>& arguments);
int report_diff(const std::string& before, const std::string& after);

}  // namespace touchstone::tool
