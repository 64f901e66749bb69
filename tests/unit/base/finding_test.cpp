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

}  // namespace
}  // namespace touchstone
