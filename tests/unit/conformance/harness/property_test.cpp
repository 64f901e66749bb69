// The property wrapper: shrinking within a budget, saved inputs, required classes.

#include "conformance/harness/property.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "conformance/harness/case_context.h"
#include "tests/unit/conformance/harness/fake_adapter.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::Eq;

int arbitrary_number() {
  return *rc::gen::inRange(0, 10000);
}

Case smaller_than(int limit, PropertyOptions options = {}) {
  return test_case([=](CaseContext& ctx) {
    property<int>(ctx, "small", options, arbitrary_number, [=](CaseContext& at, const int& number) {
      classify(at, "even", number % 2 == 0);
      classify(at, "huge", number >= 10000);
      at.call("keyring.decode", {{"octets_b64", ""}});
      at.expect(number < limit, "KR-01", "a small number", std::to_string(number));
    });
  });
}

TEST(Property, PassesAndCountsItsClasses) {
  FakeAdapter iut([](const Request&) { return ok_response(); });
  const CaseResult result = run_case(smaller_than(10000), iut, test_settings());
  EXPECT_EQ(result.outcome, Outcome::pass) << result.note;
  EXPECT_EQ(result.candidates, 100);
  EXPECT_GT(result.classes.at("small: even"), 20);
}

TEST(Property, SavesTheSmallestFailingInput) {
  FakeAdapter iut([](const Request&) { return ok_response(); });
  const CaseResult result = run_case(smaller_than(700), iut, test_settings());
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_THAT(result.counterexample.at("input"), Eq(Json(700)));
  EXPECT_EQ(result.failure->observed, "700");
  EXPECT_EQ(result.failure->requirement, "KR-01");
}

TEST(Property, ReplaysASavedInputWithoutRapidCheck) {
  FakeAdapter iut([](const Request&) { return ok_response(); });
  const CaseResult result =
      run_case(smaller_than(700), iut, test_settings(), SavedInput{"small", Json(812)});
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.failure->observed, "812");
  EXPECT_EQ(iut.calls, 1);
}

TEST(Property, SameSeedGivesSameInput) {
  FakeAdapter iut([](const Request&) { return ok_response(); });
  RunSettings settings = test_settings();
  settings.shrink_milliseconds = 0;
  const CaseResult first = run_case(smaller_than(9000), iut, settings);
  const CaseResult second = run_case(smaller_than(9000), iut, settings);
  EXPECT_EQ(first.counterexample, second.counterexample);
  settings.seed = 2;
  EXPECT_NE(run_case(smaller_than(9000), iut, settings).counterexample, first.counterexample);
}

TEST(Property, FailsWhenADeclaredClassIsNeverReached) {
  FakeAdapter iut([](const Request&) { return ok_response(); });
  const CaseResult result =
      run_case(smaller_than(10000, {.classes = {{"huge", 0.1}}}), iut, test_settings());
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.failure->kind, "coverage");
}

TEST(Property, RefusesNewCandidatesAfterTheShrinkBudget) {
  // A slow IUT: without the budget the shrinking alone would take many times its limit.
  FakeAdapter iut([](const Request&) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(5);
    while (std::chrono::steady_clock::now() < until) {
    }
    return ok_response();
  });
  RunSettings settings = test_settings();
  settings.cases = 20;
  settings.shrink_milliseconds = 1;
  const CaseResult result = run_case(smaller_than(1), iut, settings);
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_LT(iut.calls, 25);
  EXPECT_EQ(result.counterexample.at("input").dump(), result.failure->observed);
}

}  // namespace
}  // namespace touchstone::conformance::harness
