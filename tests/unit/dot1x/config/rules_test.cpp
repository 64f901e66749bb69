#include "reference/dot1x/config/rules.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/support/tree.h"

namespace touchstone::dot1x::config {
namespace {

TEST(Dot1xRules, HaveCodesOfTheirOwnAndStandInTheDocument) {
  std::ifstream in(tests::tree_path("docs/formats/dot1x-rules.md"));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  std::set<std::string_view> seen;
  for (const RuleRow& row : rules()) {
    EXPECT_TRUE(seen.insert(row.code).second) << row.code;
    EXPECT_EQ(&rule(row.id), &row);
    const std::string line = "| `" + std::string(row.code) + "` | " +
                             (row.tolerant == Severity::error ? "error" : "warning") + " | " +
                             std::string(row.text) + " | " + std::string(row.clause) + " |";
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace touchstone::dot1x::config
