// What a body may do, and what each check makes of it.

#include "conformance/harness/case_context.h"

#include <gmock/gmock.h>

#include <fstream>

#include "conformance/harness/private_etc.h"
#include "tests/unit/conformance/harness/fake_adapter.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::HasSubstr;

CaseResult run(FakeAdapter::Answer answer, std::function<void(CaseContext&)> body) {
  FakeAdapter iut(std::move(answer));
  return run_case(test_case(std::move(body)), iut, test_settings());
}

Response reject(RejectClass reject_class) {
  Response response;
  response.status = Status::reject;
  response.reject_class = reject_class;
  return response;
}

Response answer_ok(const Request&) {
  return ok_response();
}

TEST(CaseContext, AnAcceptedInputPasses) {
  const CaseResult result = run(answer_ok, [](CaseContext& ctx) {
    ctx.expect_accepted(ctx.call("keyring.decode", Json::object()), "KR-01");
  });
  EXPECT_EQ(result.outcome, Outcome::pass);
  EXPECT_EQ(result.operations, 1);
}

TEST(CaseContext, ARefusalForAnotherReasonFails) {
  const CaseResult result = run([](const Request&) { return reject(RejectClass::io); },
                                [](CaseContext& ctx) {
                                  ctx.expect_rejected(ctx.call("keyring.decode", Json::object()),
                                                      "KR-01", {RejectClass::length});
                                });
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.failure->kind, "class");
}

TEST(CaseContext, AnUnspecifiedClassSatisfiesUnlessClassesAreExact) {
  const auto body = [](CaseContext& ctx) {
    ctx.expect_rejected(ctx.call("keyring.decode", Json::object()), "KR-01", {RejectClass::length});
  };
  FakeAdapter iut([](const Request&) { return reject(RejectClass::unspecified); });
  RunSettings settings = test_settings();
  Iut loose = reference_iut();
  loose.exact_classes = false;
  EXPECT_EQ(run_case(test_case(body), iut, settings).outcome, Outcome::fail);
  settings.iut = &loose;
  EXPECT_EQ(run_case(test_case(body), iut, settings).outcome, Outcome::pass);
}

TEST(CaseContext, JudgingWithoutCitingIsAnErrorOfTheSuite) {
  const CaseResult result =
      run(answer_ok, [](CaseContext& ctx) { ctx.expect(true, "KR-02", "x", "y"); });
  EXPECT_EQ(result.outcome, Outcome::harness_error);
}

TEST(CaseContext, CallingWithoutNeedingIsAnErrorOfTheSuite) {
  const CaseResult result =
      run(answer_ok, [](CaseContext& ctx) { ctx.call("keyring.encode", Json::object()); });
  EXPECT_EQ(result.outcome, Outcome::harness_error);
}

TEST(CaseContext, ADeclaredOperationThatIsNotThereFails) {
  const CaseResult result = run(
      [](const Request&) {
        return Response{.status = Status::unsupported, .reject_class = {}, .obs = {}, .detail = {}};
      },
      [](CaseContext& ctx) { ctx.call("keyring.decode", Json::object()); });
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.failure->kind, "unsupported");
}

TEST(CaseContext, AFailingAdapterIsNoVerdict) {
  const CaseResult result = run(
      [](const Request&) {
        return Response{
            .status = Status::error, .reject_class = {}, .obs = {}, .detail = "exit 127"};
      },
      [](CaseContext& ctx) { ctx.call("keyring.decode", Json::object()); });
  EXPECT_EQ(result.outcome, Outcome::harness_error);
  EXPECT_THAT(result.note, HasSubstr("exit 127"));
}

TEST(CaseContext, ADeclinedNeedIsNotSupported) {
  Iut iut = reference_iut();
  iut.pics["keyring.decode"] = false;
  RunSettings settings = test_settings();
  settings.iut = &iut;
  FakeAdapter adapter(answer_ok);
  const CaseResult result = run_case(test_case([](CaseContext&) {}), adapter, settings);
  EXPECT_EQ(result.outcome, Outcome::not_supported);
  EXPECT_EQ(adapter.calls, 0);
}

TEST(CaseContext, AKeyInTheErrorTextIsALeak) {
  const CaseResult result = run(
      [](const Request& request) {
        Response response = reject(RejectClass::length);
        response.detail = "bad key " + request.args.at("pwdh").get<std::string>();
        return response;
      },
      [](CaseContext& ctx) {
        ctx.call("keyring.decode", {{"pwdh", "3f7ad1529be4067c58b19e2304d86fa5"}});
      });
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.failure->kind, "leak");
  EXPECT_EQ(result.failure->requirement, "KU-21");
  EXPECT_THAT(result.failure->observed, HasSubstr("hexadecimal"));
}

TEST(CaseContext, AKeyInTheArgumentsOfAProgramIsALeak) {
  FakeAdapter iut([](const Request&) {
    return ok_response({{"executed", {{"setkey", "-c"}, {"psk", "correct horse \"battery\""}}}});
  });
  Case tested = test_case([](CaseContext& ctx) {
    ctx.secret(as_octets("correct horse \"battery\""));
    ctx.call("cmd.ipsec", {{"argv", {"--create"}}});
  });
  tested.needs = {"cmd.ipsec"};
  const CaseResult result = run_case(tested, iut, test_settings());
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.failure->kind, "leak");
  EXPECT_EQ(result.failure->requirement, "KR-01");
  EXPECT_THAT(result.failure->observed, HasSubstr("arguments of a program"));
}

TEST(CaseContext, AMachineWithoutAPrivateEtcIsASkip) {
  FakeAdapter iut([](const Request&) { return cannot_capture("unshare: not permitted"); });
  Case tested = test_case([](CaseContext& ctx) { ctx.call("cmd.ipsec", {{"argv", {"-h"}}}); });
  tested.needs = {"cmd.ipsec"};
  const CaseResult result = run_case(tested, iut, test_settings());
  EXPECT_EQ(result.outcome, Outcome::not_supported);
  EXPECT_THAT(result.note, HasSubstr("skipped: no private /etc: unshare: not permitted"));
}

TEST(CaseContext, AKeyOfAClosedFileInAnOpenOneIsALeak) {
  FakeAdapter* self = nullptr;
  FakeAdapter iut([&](const Request&) {
    std::ofstream(self->last_start.sandbox / "copy.txt") << "P3rRUpvkBnxYsZ4jBNhvpQ==";
    return ok_response({{"exit", 0}, {"stdout", ""}, {"stderr", ""}});
  });
  self = &iut;
  const auto body = [](CaseContext& ctx) {
    ctx.sandbox().write("keyring.csv", "pwdh, 0x3f7ad1529be4067c58b19e2304d86fa5\n", 0600);
    ctx.sandbox().write("by-the-suite", "3f7ad1529be4067c58b19e2304d86fa5", 0644);
    ctx.call("cmd.keyring_lint", Json::object());
  };
  const CaseResult result = run_case(test_case(body), iut, test_settings());
  ASSERT_EQ(result.outcome, Outcome::fail);
  EXPECT_THAT(result.failure->observed, HasSubstr("base64 form in the file copy.txt"));
}

TEST(CaseContext, AnUnexpectedFileChangeFailsAndIsListed) {
  const CaseResult result = run(answer_ok, [](CaseContext& ctx) {
    ctx.sandbox().write("keyring.csv", "one");
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.sandbox().write("keyring.csv", "two");
    ctx.sandbox().write("keyring.csv.lock", "");
    ctx.expect_unchanged(before, "KR-01", {"keyring.csv.lock"});
  });
  EXPECT_EQ(result.outcome, Outcome::fail);
  ASSERT_EQ(result.files.size(), 1U);
  EXPECT_EQ(result.files[0].change, "content");
}

TEST(CaseContext, WarningsOutrankChoicesAndFailuresOutrankBoth) {
  const auto body = [](bool fails) {
    return [fails](CaseContext& ctx) {
      ctx.warn("should");
      ctx.info("choice");
      ctx.expect(!fails, "KR-01", "a", "b");
    };
  };
  EXPECT_EQ(run(answer_ok, body(false)).outcome, Outcome::warn);
  EXPECT_EQ(run(answer_ok, body(true)).outcome, Outcome::fail);
}

TEST(CaseContext, ALateAnswerFailsAsATimeOut) {
  const CaseResult result = run(
      [](const Request&) {
        return Response{
            .status = Status::error, .reject_class = {}, .obs = {}, .detail = "time-out"};
      },
      [](CaseContext& ctx) { ctx.call("keyring.decode", Json::object()); });
  EXPECT_EQ(result.outcome, Outcome::fail);
  EXPECT_EQ(result.failure->kind, "timeout");
}

TEST(CaseContext, TheFirstDifferenceOfTwoValuesIsNamed) {
  const CaseResult result = run(answer_ok, [](CaseContext& ctx) {
    ctx.expect_equal("KR-01", "nodes", {{"a", {1, 2}}}, {{"a", {1, 3}}});
  });
  EXPECT_EQ(result.failure->expected, "nodes/a/1 is 2");
  EXPECT_EQ(result.failure->observed, "nodes/a/1 is 3");
}

}  // namespace
}  // namespace touchstone::conformance::harness
