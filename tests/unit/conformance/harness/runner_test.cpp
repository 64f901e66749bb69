// A whole run against a scripted implementation.

#include "conformance/harness/runner.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "conformance/harness/case_context.h"
#include "tests/unit/conformance/harness/fake_adapter.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::HasSubstr;

Response unsupported(const Request&) {
  Response response;
  response.status = Status::unsupported;
  return response;
}

// An implementation with no capability but one that the canaries do not touch.
Iut small_iut() {
  Iut iut = reference_iut();
  for (auto& [name, answer] : iut.pics)
    answer = name == "passphrase.check";
  return iut;
}

RunResult run(const Iut& iut, const std::vector<Case>& cases, FakeAdapter::Answer answer) {
  RunPlan plan;
  for (const Case& tested : cases)
    plan.cases.push_back(&tested);
  plan.iut = &iut;
  plan.make_adapter = [=] { return std::make_unique<FakeAdapter>(answer); };
  return run_plan(plan);
}

Case named(std::string id, std::function<void(CaseContext&)> body) {
  Case made = test_case(std::move(body));
  made.id = std::move(id);
  made.needs = {"passphrase.check"};
  return made;
}

Response answer(const Request& request) {
  if (request.op != "passphrase.check") return unsupported(request);
  if (request.args.value("crash", false)) std::abort();
  return ok_response({{"warnings", 0}});
}

TEST(Runner, GivesResultsInTheOrderOfThePlan) {
  const auto pass = [](CaseContext& ctx) { ctx.call("passphrase.check", Json::object()); };
  const auto fails = [](CaseContext& ctx) { ctx.fail("KR-01", "a", "b"); };
  const RunResult result =
      run(small_iut(), {named("KR-01.A", pass), named("KR-01.B", fails), named("KR-01.C", pass)},
          answer);
  ASSERT_EQ(result.results.size(), 3U) << result.adapter_fault;
  EXPECT_EQ(result.results[0].outcome, Outcome::pass);
  EXPECT_EQ(result.results[1].outcome, Outcome::fail);
  EXPECT_EQ(result.results[2].test, "KR-01.C");
  EXPECT_EQ(result.exit_code(), 1);
}

TEST(Runner, ACrashIsAHarnessErrorThatNamesOperationAndSignal) {
  const auto crash = [](CaseContext& ctx) { ctx.call("passphrase.check", {{"crash", true}}); };
  const RunResult result = run(small_iut(), {named("KR-01.A", crash)}, answer);
  EXPECT_EQ(result.results[0].outcome, Outcome::harness_error);
  EXPECT_THAT(result.results[0].note, HasSubstr("signal 6"));
  EXPECT_THAT(result.results[0].note, HasSubstr("passphrase.check in KR-01.A"));
  EXPECT_EQ(result.exit_code(), 3);
}

TEST(Runner, RunsNoCaseWhenACanaryDies) {
  bool ran = false;
  const RunResult result = run(small_iut(), {named("KR-01.A", [&](CaseContext&) { ran = true; })},
                               [](const Request&) { return ok_response(); });
  EXPECT_THAT(result.adapter_fault, HasSubstr("does not exist"));
  EXPECT_TRUE(result.results.empty());
  EXPECT_EQ(result.exit_code(), 3);
}

}  // namespace
}  // namespace touchstone::conformance::harness
