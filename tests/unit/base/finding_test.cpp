#include "reference/base/finding.h"

#include <gtest/gtest.h>

namespace touchstone {
namespace {

TEST(Finding, PrintsPlaceThenCodeThenText) {
  const Finding finding{"KL-CASE", Severity::warning, 3, 12, "lower-case digits"};
  EXPECT_EQ(print_finding("keyring.csv", finding), "keyring.csv:3:12: KL-CASE: lower-case digits");
}

TEST(Finding, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(print_finding("f", {"KL-PERM", Severity::error, 0, 0, "mode 0600"}),
            "f: KL-PERM: mode 0600");
  EXPECT_EQ(print_finding("f", {"KL-BLANK", Severity::warning, 7, 0, "no blank line"}),
            "f:7: KL-BLANK: no blank line");
}

TEST(Finding, TakesTheTextOfItsRowUnlessTheCallerHasABetterOne) {
  enum class Code { odd };
  const FindingCode<Code> row{Code::odd, "KL-ODD", Severity::error, "KR-01",
                              "expected an even one"};
  EXPECT_EQ(print_finding("f", make_finding(row, 3, 7)), "f:3:7: KL-ODD: expected an even one");
  EXPECT_EQ(make_finding(row, 3, 7, "expected two").text, "expected two");
  EXPECT_EQ(make_finding(row).severity, Severity::error);
}

TEST(Finding, SortsByPlaceFromAnIndexOnAndKeepsEqualPlacesInOrder) {
  Findings findings = {{"A", Severity::warning, 9, 9, {}},
                       {"B", Severity::warning, 2, 5, {}},
                       {"C", Severity::warning, 2, 1, {}},
                       {"D", Severity::warning, 1, 7, {}},
                       {"E", Severity::warning, 2, 1, {}}};
  sort_by_place(findings, 1);
  std::string order;
  for (const Finding& finding : findings)
    order += finding.code;
  EXPECT_EQ(order, "ADCEB");
}

}  // namespace
}  // namespace touchstone
