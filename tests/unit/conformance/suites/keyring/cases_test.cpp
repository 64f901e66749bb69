#include "conformance/suites/keyring/cases.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "conformance/adapters/reference/reference_adapter.h"
#include "conformance/harness/case.h"
#include "conformance/harness/case_run.h"

namespace touchstone::conformance::suites::keyring {
namespace {

harness::Registry registered() {
  harness::Registry registry;
  add_keyring_cases(registry);
  return registry;
}

TEST(KeyringSuite, CitesEveryKeyringRequirement) {
  const harness::Registry registry = registered();
  std::set<std::string> cited;
  for (const harness::Case& one : registry.cases())
    cited.insert(one.requirements.begin(), one.requirements.end());
  for (int number = 1; number <= 28; ++number) {
    const std::string id = (number < 10 ? "KR-0" : "KR-") + std::to_string(number);
    EXPECT_TRUE(cited.contains(id)) << id;
  }
}

TEST(KeyringSuite, HoldsForTheReference) {
  harness::Iut iut = adapters::reference::reference_manifest();
  iut.readings = {{"X-01", "A"}};
  const auto adapter = adapters::reference::make_reference_adapter(iut);
  const harness::Registry registry = registered();
  harness::RunSettings settings;
  settings.cases = 40;
  settings.sandbox_root = std::filesystem::path(testing::TempDir()) / "keyring-suite";
  settings.iut = &iut;
  for (const harness::Case& one : registry.cases()) {
    const harness::CaseResult result = harness::run_case(one, *adapter, settings);
    EXPECT_TRUE(result.outcome == harness::Outcome::pass)
        << one.id << ": " << print_outcome(result.outcome) << " " << result.note << " "
        << (result.failure ? result.failure->expected + " / " + result.failure->observed : "");
  }
  std::filesystem::remove_all(settings.sandbox_root);
}

}  // namespace
}  // namespace touchstone::conformance::suites::keyring
