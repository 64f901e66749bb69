// Manifests, right and wrong.

#include "conformance/harness/iut.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "conformance/harness/case.h"

namespace touchstone::conformance::harness {
namespace {

using ::testing::HasSubstr;

std::string pics(std::string_view without = "") {
  std::string text = "[pics]\n";
  for (const Capability& capability : capabilities())
    if (capability.name != without) text += fmt::format("\"{}\" = false\n", capability.name);
  return text;
}

std::string manifest(std::string_view extra = "", const std::string& answers = pics()) {
  return fmt::format(
      "[iut]\nname = \"acme\"\n[adapter]\ntier = \"shim\"\ncommand = [\"./shim\"]\n{}{}", answers,
      extra);
}

std::string fault_of(const std::string& text) {
  const auto parsed = parse_iut(text, "/acme");
  return parsed ? "" : parsed.error().detail;
}

TEST(Iut, ReadsAWholeManifest) {
  const auto iut = parse_iut(manifest(R"(
[pixit]
host = "kms"
[exec.exit]
accept = [0]
reject = { 4 = "signature" }
[codec.batch]
decode = ["acme-open", "{key}"]
[[expect]]
test = "KR-02.*"
outcome = "FAIL"
kind = "class"
reason = "ticket 7"
expires = "2030-01-01"
)"),
                             "/acme");
  ASSERT_TRUE(iut.has_value()) << iut.error().detail;
  EXPECT_EQ(iut->name, "acme");
  EXPECT_EQ(iut->pixit.at("host"), "kms");
  EXPECT_EQ(iut->exits.at(4).reject_class, RejectClass::signature);
  EXPECT_EQ(iut->exits.at(89).status, Status::unsupported);
  EXPECT_EQ(iut->expect.at(0).outcome, Outcome::fail);
  EXPECT_FALSE(iut->has("keyring.decode"));
}

TEST(Iut, RefusesAnUnansweredCapability) {
  EXPECT_THAT(fault_of(manifest("", pics("keyring.decode"))), HasSubstr("keyring.decode"));
}

TEST(Iut, RefusesAnUnknownCapability) {
  EXPECT_THAT(fault_of(manifest("", pics() + "\"keyring.divine\" = true\n")),
              HasSubstr("keyring.divine"));
}

TEST(Iut, RefusesAnUnknownKey) {
  EXPECT_THAT(fault_of(manifest("[adaptor]\n")), HasSubstr("adaptor"));
}

TEST(Iut, RefusesExitsThatMeanNothingWasExecuted) {
  EXPECT_THAT(fault_of(manifest("[exec.exit]\naccept = [127]\n")), HasSubstr("127"));
}

TEST(Iut, RefusesAnExpectationWithoutReasonOrEnd) {
  EXPECT_THAT(fault_of(manifest("[[expect]]\ntest = \"a\"\noutcome = \"FAIL\"\nreason = \"\"\n"
                                "expires = \"2030-01-01\"\n")),
              HasSubstr("reason"));
}

TEST(Iut, SaysWhereTheTomlIsWrong) {
  EXPECT_THAT(fault_of("[iut\n"), HasSubstr("iut.toml:1:"));
}

TEST(Iut, DemandsACommandForEveryDeclaredOperationOfExec) {
  std::string answers = pics("cmd.keyring_lint") + "\"cmd.keyring_lint\" = true\n";
  EXPECT_THAT(fault_of("[iut]\nname = \"a\"\n[adapter]\ntier = \"exec\"\n" + answers),
              HasSubstr("cmd.keyring_lint"));
}

}  // namespace
}  // namespace touchstone::conformance::harness
