#include <gtest/gtest.h>

#include "sim/run/describe.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/units.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

std::string fault_of(std::string_view text) {
  const auto scenario = parse_scenario(text, "s.toml");
  return scenario ? "none" : scenario.error().detail;
}

TEST(Scenario, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(fault_of("name = \"x\"\n"), "s.toml:1:1: expected `schema = 1`");
  EXPECT_EQ(fault_of("schema = 1\nname = \"x\"\nstop = \"10 parsecs\"\n"),
            "s.toml:3:8: expected a time such as \"250ms\" or \"10s\"");
  EXPECT_EQ(fault_of("schema = 1\nname = \"x\"\n[topology]\ngateway = 3\n"),
            "s.toml:4:1: unknown key `gateway`");
  EXPECT_EQ(fault_of("schema = 1\nname = \"x\"\n[[fault]]\nkind = \"flood\"\n").substr(0, 26),
            "s.toml:4:8: expected one o");
  EXPECT_EQ(fault_of("schema = 1\nname = \"x\"\n[topology]\ngateways = -1\n"),
            "s.toml:4:12: expected a whole number, 0 or more");
  EXPECT_EQ(fault_of("schema = 1\nname = [\n").substr(0, 7), "s.toml:");
  EXPECT_EQ(fault_of("schema = 1\nname = \"x\"\n[[delivery]]\nnodes = 3\n"),
            "s.toml:1:1: [[delivery]] needs `lks` in [topology]");
}

TEST(Scenario, IsTheSameAfterPrintingAndReading) {
  Scenario scenario;
  scenario.name = "all";
  scenario.nemesis = {40, 1s, 50s, {}};
  scenario.topology.kind = TopologyKind::branches;
  scenario.topology.wan = {30ms, 5ms, 2'000'000, 64};
  scenario.joins = {{12s, 7s, Arrival::poisson, "gw?-n*"}};
  scenario.attacks = {{AttackKind::rogue, 3s, 4s, 1.5, "gw2"}};
  scenario.expectations = {{"all_nodes_joined", 40s}};
  const Scenario drawn = with_drawn_faults(scenario);
  EXPECT_EQ(drawn.faults.size(), 40U);
  const std::string text = print_scenario(drawn);
  const auto again = parse_scenario(text, "s.toml");
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(print_scenario(*again), text);
  EXPECT_EQ(again->faults, drawn.faults);
  EXPECT_EQ(again->topology.wan.rate, 2'000'000U);
}

TEST(Scenario, ReadsTimesAndRatesAsItPrintsThem) {
  for (const char* text : {"250ms", "90s", "3m", "2h", "1500us", "7ns"})
    EXPECT_EQ(parse_duration(text)->count(),
              parse_duration(print_duration(*parse_duration(text)))->count());
  EXPECT_EQ(parse_duration("1.5s"), Duration(1500ms));
  EXPECT_FALSE(parse_duration("-1s"));
  EXPECT_FALSE(parse_duration("5"));
  EXPECT_EQ(parse_rate("2.5Mbps"), 2'500'000U);
}

TEST(Scenario, BuildsEveryTopologyWithEverybodyInIt) {
  for (const TopologyKind kind : {TopologyKind::star, TopologyKind::tree, TopologyKind::chain,
                                  TopologyKind::branches, TopologyKind::two_sites}) {
    Scenario scenario;
    scenario.topology = {.kind = kind,
                         .kms = 2,
                         .gateways = 70,
                         .access_points = 2,
                         .enodes = 3,
                         .strangers = 1,
                         .fan = 4,
                         .lks = true};
    const Topology made = build_topology(scenario);
    std::array<std::size_t, 8> counts{};
    for (const TopologyNode& node : made.nodes)
      ++counts[static_cast<std::size_t>(node.role)];
    EXPECT_EQ(counts[static_cast<std::size_t>(Role::kms)], 2U);
    EXPECT_EQ(counts[static_cast<std::size_t>(Role::lks)], 1U);
    EXPECT_EQ(counts[static_cast<std::size_t>(Role::gateway)], 70U);
    EXPECT_EQ(counts[static_cast<std::size_t>(Role::access_point)], 140U);
    EXPECT_EQ(counts[static_cast<std::size_t>(Role::enode)], 280U);
  }
}

TEST(Scenario, IsDescribedAsAGraphWithItsPlan) {
  Scenario scenario;
  scenario.name = "small";
  scenario.faults = {{.kind = FaultKind::crash, .at = 3s, .target = "kms1"}};
  const std::string text = describe(scenario);
  EXPECT_NE(text.find("// small: "), std::string::npos);
  EXPECT_NE(text.find("crash kms1 for 10s"), std::string::npos);
  EXPECT_NE(text.find("more gateways"), std::string::npos);
}

TEST(Pattern, StandsForNames) {
  EXPECT_TRUE(matches("gw?", "gw1"));
  EXPECT_FALSE(matches("gw?", "gw12"));
  EXPECT_TRUE(matches("gw*-n1*", "gw12-n100"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_FALSE(matches("a*b", "abc"));
}

}  // namespace
}  // namespace touchstone::sim
