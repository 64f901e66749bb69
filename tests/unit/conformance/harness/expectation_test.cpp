// Announced failures.

#include "conformance/harness/expectation.h"

#include <gmock/gmock.h>

namespace touchstone::conformance::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

CaseResult result(std::string test, Outcome outcome, std::string kind = "value") {
  CaseResult made;
  made.test = std::move(test);
  made.outcome = outcome;
  if (outcome == Outcome::fail) made.failure = Failure{std::move(kind), "KR-01", "", "", ""};
  return made;
}

std::vector<ExpectedDeviation> announce(std::string glob, std::string kind = "") {
  return {{std::move(glob), Outcome::fail, std::move(kind), "known", "2030-01-01"}};
}

Expectation judged(CaseResult made, const std::vector<ExpectedDeviation>& expected) {
  std::vector results{std::move(made)};
  EXPECT_THAT(judge_expectations(results, expected, "2026-01-01", false), IsEmpty());
  return results.front().expectation;
}

TEST(Expectation, AnAnnouncedFailureIsXfail) {
  EXPECT_EQ(judged(result("KR-01.A", Outcome::fail), announce("KR-01.*")), Expectation::xfail);
}

TEST(Expectation, AnAnnouncedFailureThatPassesIsXpass) {
  EXPECT_EQ(judged(result("KR-01.A", Outcome::pass), announce("KR-01.A")), Expectation::xpass);
}

TEST(Expectation, AnotherKindOfFailureIsChanged) {
  EXPECT_EQ(judged(result("KR-01.A", Outcome::fail, "exit"), announce("KR-01.A", "value")),
            Expectation::changed);
  EXPECT_EQ(judged(result("KR-01.A", Outcome::inconclusive), announce("KR-01.A")),
            Expectation::changed);
}

TEST(Expectation, AFailureWithoutAnnouncementIsUnexpected) {
  EXPECT_EQ(judged(result("KR-01.A", Outcome::fail), {}), Expectation::unexpected);
  EXPECT_EQ(judged(result("KR-01.A", Outcome::not_supported), {}), Expectation::expected);
}

TEST(Expectation, AStaleEntryIsAFault) {
  std::vector results{result("KR-01.A", Outcome::pass)};
  EXPECT_THAT(judge_expectations(results, announce("KR-99.*"), "2026-01-01", false),
              ElementsAre(HasSubstr("stale")));
  EXPECT_THAT(judge_expectations(results, announce("KR-99.*"), "2026-01-01", true), IsEmpty());
}

TEST(Expectation, AnExpiredEntryIsAFaultAndExcusesNothing) {
  std::vector results{result("KR-01.A", Outcome::fail)};
  EXPECT_THAT(judge_expectations(results, announce("KR-01.A"), "2030-01-01", false),
              ElementsAre(HasSubstr("expired")));
  EXPECT_EQ(results.front().expectation, Expectation::unexpected);
}

TEST(Expectation, MoreThanTwentyMatchesAreOverBroad) {
  std::vector<CaseResult> results;
  for (int i = 0; i < 21; ++i)
    results.push_back(result("KR-01.A" + std::to_string(i), Outcome::fail));
  EXPECT_THAT(judge_expectations(results, announce("KR-*"), "2026-01-01", false),
              ElementsAre(HasSubstr("over-broad")));
}

}  // namespace
}  // namespace touchstone::conformance::harness
