#include "reference/mediagateway/ipsec_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/mediagateway/ipsec_scene.h"

namespace touchstone::mediagateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Notes what would be run and answers as it is told.
class FakePrograms final : public ProgramRunner {
 public:
  std::map<std::string, ProgramOutcome> answers;  ///< by the first two words
  std::vector<ProgramCall> calls;

  ProgramOutcome run(const ProgramCall& call) override {
    calls.push_back(call);
    const std::string words = call.argv[0] + " " + (call.argv.size() > 1 ? call.argv[1] : "");
    const auto told = answers.find(words);
    return told == answers.end() ? ProgramOutcome{.found = true} : told->second;
  }
  bool has(std::string_view) const override { return true; }
};

std::vector<Connection> one_connection(MemoryTree& memory) {
  EXPECT_EQ(create(memory, wish()), "");
  IpsecTree tree(memory);
  return std::move(*tree.connections());
}

const std::string policies =
    "spdadd 192.168.1.100 192.168.1.200 any -P out ipsec esp/transport//require;\n"
    "spdadd 192.168.1.200 192.168.1.100 any -P in ipsec esp/transport//require;\n";
const std::string removal =
    "spddelete 192.168.1.100 192.168.1.200 any -P out;\n"
    "spddelete 192.168.1.200 192.168.1.100 any -P in;\n";

TEST(IpsecRun, BringsUpPoliciesThenRacoon) {
  MemoryTree memory;
  FakePrograms programs;
  const auto report = bring_up(one_connection(memory), {""}, programs);
  EXPECT_THAT(report.faults, IsEmpty());
  ASSERT_THAT(programs.calls, SizeIs(2));
  EXPECT_EQ(programs.calls[0], (ProgramCall{{"setkey", "-c"}, policies}));
  EXPECT_EQ(programs.calls[1], (ProgramCall{{"racoonctl", "reload-config"}, ""}));
}

TEST(IpsecRun, BeginsARacoonThatDoesNotRun) {
  MemoryTree memory;
  FakePrograms programs;
  programs.answers["racoonctl reload-config"] = {.found = true, .code = 1};
  EXPECT_THAT(bring_up(one_connection(memory), {""}, programs).faults, IsEmpty());
  ASSERT_THAT(programs.calls, SizeIs(3));
  EXPECT_EQ(programs.calls[2].argv,
            (std::vector<std::string>{"racoon", "-f", "/etc/racoon/racoon.conf"}));
}

TEST(IpsecRun, ReplacesWhatIsInForce) {
  MemoryTree memory;
  FakePrograms programs;
  bring_up(one_connection(memory), {policies}, programs);
  EXPECT_EQ(programs.calls[0].input, removal + policies);
}

TEST(IpsecRun, TakesDownWhatWasBroughtUp) {
  MemoryTree memory;
  FakePrograms programs;
  EXPECT_THAT(take_down(one_connection(memory), {policies}, programs).faults, IsEmpty());
  ASSERT_THAT(programs.calls, SizeIs(2));
  EXPECT_EQ(programs.calls[0].argv,
            (std::vector<std::string>{"racoonctl", "vpn-disconnect", "192.168.1.200"}));
  EXPECT_EQ(programs.calls[1].input, removal +
                                         "deleteall 192.168.1.100 192.168.1.200 esp;\n"
                                         "deleteall 192.168.1.200 192.168.1.100 esp;\n");
}

TEST(IpsecRun, SaysWhatIsMissing) {
  MemoryTree memory;
  FakePrograms programs;
  programs.answers["setkey -c"] = {};
  const auto report = bring_up(one_connection(memory), {""}, programs);
  EXPECT_TRUE(report.missing);
  EXPECT_THAT(report.faults, ElementsAre(HasSubstr("setkey is not on this machine")));
  EXPECT_THAT(programs.calls, SizeIs(1)) << "no racoon without policies";
}

TEST(IpsecRun, ReadsWhatSetkeySaysBecauseItAlwaysEndsWithZero) {
  const ProgramCall call{{"setkey", "-c"}, ""};
  EXPECT_EQ(fault_of(call, {.found = true}), "");
  EXPECT_EQ(fault_of(call, {.found = true, .output = "The result of line 1: No entry.\n"}), "");
  EXPECT_THAT(fault_of(call, {.found = true, .output = "line 1: syntax error at [x]\n"}),
              HasSubstr("syntax error"));
  EXPECT_THAT(fault_of(call, {.found = true, .code = 1}), HasSubstr("1"));
}

TEST(IpsecRun, ShowsNoKeyToAProgram) {
  MemoryTree memory;
  FakePrograms programs;
  const auto connections = one_connection(memory);
  bring_up(connections, {policies}, programs);
  take_down(connections, {policies}, programs);
  for (const ProgramCall& call : programs.calls) {
    EXPECT_EQ(call.input.find("a key of"), std::string::npos);
    for (const std::string& word : call.argv)
      EXPECT_EQ(word.find("a key of"), std::string::npos);
  }
}

TEST(IpsecRun, BringsEveryConfigurationUpAtABoot) {
  MemoryTree memory;
  IpsecTree tree(memory);
  EXPECT_THAT(*plan_boot(tree), IsEmpty());
  ASSERT_EQ(create(memory, wish()), "");
  ASSERT_EQ(create(memory, wish("other", "192.168.1.201")), "");
  const auto calls = plan_boot(tree);
  ASSERT_TRUE(calls);
  ASSERT_THAT(*calls, SizeIs(3));
  EXPECT_EQ((*calls)[0].input, policies);
  EXPECT_THAT((*calls)[1].input, HasSubstr("192.168.1.201"));
  EXPECT_EQ((*calls)[2].argv[0], "racoon");
  std::string& ifcfg = memory.files["/etc/sysconfig/network-scripts/ifcfg-head"];
  ifcfg.replace(ifcfg.find("ONBOOT=yes"), 10, "ONBOOT=no");
  EXPECT_THAT(*plan_boot(tree), SizeIs(2));
}

TEST(IpsecRun, PrintsCallsForAShell) {
  const std::vector<ProgramCall> calls = {{{"setkey", "-c"}, "flush;\n"},
                                          {{"racoonctl", "reload-config"}, ""}};
  EXPECT_EQ(
      print_calls(calls, true),
      "setkey -c <<'END_OF_POLICIES'\nflush;\nEND_OF_POLICIES\nracoonctl reload-config || :\n");
  EXPECT_EQ(print_calls(calls, false),
            "# setkey -c <<'END_OF_POLICIES'\n# flush;\n# END_OF_POLICIES\n"
            "# racoonctl reload-config || :\n");
}

}  // namespace
}  // namespace touchstone::mediagateway
