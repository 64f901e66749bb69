#include "reference/ipsec/config/rules.h"
#include "tests/support/tree.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace touchstone::ipsec::config {
namespace {

TEST(Rules, HaveCodesOfTheirOwnAndSayWhatWasExpected) {
  std::set<std::string_view> seen;
  for (const RuleRow& row : rules()) {
    EXPECT_TRUE(seen.insert(row.code).second) << row.code;
    EXPECT_EQ(&rule(row.id), &row);
    EXPECT_FALSE(row.clause.empty()) << row.code;
    EXPECT_FALSE(row.text.empty()) << row.code;
  }
}

TEST(Rules, StandInTheDocument) {
  std::ifstream in(tests::tree_path("docs/formats/ipsec-rules.md"));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  for (const RuleRow& row : rules()) {
    const std::string line = "| `" + std::string(row.code) + "` | " +
                             (row.daemon == Daemon::refuses ? "refuses" : "takes") + " | " +
                             (row.strict == Severity::error ? "error" : "warning") + " | ";
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
}

TEST(RuleLog, NotesForADaemonWhatItRefuses) {
  RuleLog log(Profile::daemon);
  log.note(Rule::rc_glued, {});
  EXPECT_FALSE(log.refused());
  log.note(Rule::rc_no_mode, {.line = 2, .column = 1});
  log.note(Rule::rc_syntax, {.line = 1, .column = 1}, "expected tea");
  EXPECT_TRUE(log.refused());
  const auto findings = std::move(log).take();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].finding.text, "expected tea");
}

}  // namespace
}  // namespace touchstone::ipsec::config
