// What a run leaves behind.

#include "conformance/report/report.h"

#include <gmock/gmock.h>

#include "conformance/report/page.h"
#include "conformance/report/terminal.h"

namespace touchstone::conformance::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

harness::Registry registry() {
  harness::Registry made;
  made.add({.id = "KR-01.Order",
            .suite = "keyring",
            .requirements = {"KR-01"},
            .needs = {},
            .title = "The header lines stand in their order",
            .body = [](harness::CaseContext&) {}});
  return made;
}

std::vector<JudgedRun> failing_run() {
  JudgedRun judged;
  judged.iut = harness::reference_iut();
  judged.iut.name = "acme </script>";
  judged.manifest = "acme.toml";
  harness::CaseResult result;
  result.test = "KR-01.Order";
  result.outcome = harness::Outcome::fail;
  result.expectation = harness::Expectation::unexpected;
  result.failure = harness::Failure{"value", "KR-01", "pwdh first", "base first", "x.cpp:1"};
  result.counterexample = {{"property", "order"}, {"input", 7}};
  judged.run.results = {result};
  return {judged};
}

Json report_of(const std::vector<JudgedRun>& runs) {
  return make_report({.started = "2026-01-01 00:00:00",
                      .profile = "strict",
                      .folder = "out",
                      .defects = Json::array()},
                     runs, registry(), requirements::catalogue());
}

TEST(Report, NamesTheCommandThatReplaysAFailure) {
  const Json report = report_of(failing_run());
  EXPECT_EQ(report.at("runs")[0].at("results")[0].at("replay"),
            "touchstone replay out/found/KR-01.Order.json --iut acme.toml");
  EXPECT_EQ(counterexamples(report).at("KR-01.Order").at("input"), 7);
}

TEST(Report, GroupsFailuresByRequirement) {
  const Json report = report_of(failing_run());
  const std::string text = print_summary(report.at("runs")[0], requirements::catalogue());
  EXPECT_THAT(text, HasSubstr("KR-01  The first four lines"));
  EXPECT_THAT(text, HasSubstr("expected  pwdh first"));
  EXPECT_THAT(text, HasSubstr("again     touchstone replay"));
}

TEST(Report, SaysWhatTheMachineCouldNotDo) {
  std::vector<JudgedRun> runs = failing_run();
  harness::CaseResult& result = runs[0].run.results[0];
  result.outcome = harness::Outcome::not_supported;
  result.failure.reset();
  result.note = "skipped: no private /etc: unshare: Operation not permitted";
  const Json report = report_of(runs);
  EXPECT_THAT(print_summary(report.at("runs")[0], requirements::catalogue()),
              HasSubstr("1 tests were skipped: no private /etc: unshare: Operation not permitted"));
  EXPECT_THAT(make_junit(report), HasSubstr("skipped=\"1\""));
  EXPECT_THAT(make_junit(report), HasSubstr("Operation not permitted"));
}

TEST(Report, CarriesTheFailureIntoJunit) {
  const std::string junit = make_junit(report_of(failing_run()));
  EXPECT_THAT(junit, HasSubstr("failures=\"1\""));
  EXPECT_THAT(junit, HasSubstr("expected pwdh first; observed base first"));
}

TEST(Report, TextOfAnImplementationCannotEndTheScriptOfThePage) {
  const std::string page = make_page(report_of(failing_run()));
  EXPECT_THAT(page, Not(HasSubstr("acme </script>")));
  EXPECT_THAT(page, HasSubstr("acme \\u003c/script>"));
  EXPECT_THAT(page, Not(HasSubstr("@@report.json@@")));
}

TEST(Report, ADifferenceNamesTheTestAndBothVerdicts) {
  const Json before = report_of(failing_run());
  std::vector<JudgedRun> passing = failing_run();
  passing[0].run.results[0].outcome = harness::Outcome::pass;
  passing[0].run.results[0].failure.reset();
  const Json after = report_of(passing);
  EXPECT_EQ(print_difference(before, before), "");
  EXPECT_THAT(print_difference(before, after), HasSubstr("KR-01.Order: FAIL (value) -> PASS"));
}

TEST(Report, TheMatrixHasEveryRequirement) {
  const std::string matrix = print_matrix(registry(), requirements::catalogue());
  EXPECT_THAT(matrix, HasSubstr("`KR-01.Order`"));
  for (const auto& requirement : requirements::catalogue().requirements)
    EXPECT_THAT(matrix, HasSubstr("| " + requirement.id + " |"));
}

}  // namespace
}  // namespace touchstone::conformance::report
