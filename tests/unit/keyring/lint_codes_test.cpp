#include "reference/keyring/lint_codes.h"

#include <gtest/gtest.h>

#include <set>

namespace touchstone::keyring {
namespace {

TEST(LintCodes, HaveOneRowACode) {
  std::set<std::string_view> codes;
  for (const LintCode& row : lint_codes()) {
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    EXPECT_FALSE(row.clause.empty() || row.text.empty()) << row.code;
    EXPECT_EQ(find_lint_code(row.code), &lint_code(row.id));
  }
  EXPECT_EQ(find_lint_code("KL-NOSUCH"), nullptr);
}

TEST(LintCodes, AreErrorsInTolerantModeOnlyWhereTheRegistrySaysSo) {
  // The list of the requirements, and KL-DUPDIFF, for which KR-18 refuses the file.
  const std::set<std::string_view> errors = {"KL-HEXLEN",  "KL-SAMEKEY", "KL-CONSTKEY",
                                             "KL-DESWEAK", "KL-SAMEREP", "KL-PERM",
                                             "KL-DUPDIFF"};
  for (const LintCode& row : lint_codes())
    if (row.code.starts_with("KL-")) {
      EXPECT_EQ(row.tolerant == Severity::error, errors.contains(row.code)) << row.code;
    }
}

TEST(LintCodes, MakeFindingsWithTheTextOfTheRowOrAnother) {
  EXPECT_EQ(print_finding("f", make_finding(Lint::crlf, 3, 7)),
            "f:3:7: KL-CRLF: expected LF at the end of the line");
  EXPECT_EQ(make_finding(Lint::crlf, 3, 7, "other").text, "other");
}

}  // namespace
}  // namespace touchstone::keyring
