// The scenario and the seed decide a run to the octet: on any scheduler of ns-3, and for the second
// time in the same process.

#include <gtest/gtest.h>

#include "sim/net/ns3_world.h"
#include "sim/run/run.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

Worlds worlds_with(const std::string& scheduler) {
  return {{"ns3", [scheduler](const Topology& topology, const WorldSettings& settings) {
             return net::make_ns3_world(topology, settings, {.scheduler = scheduler});
           }}};
}

/// Joins, a rotation and a delivery in trouble of many kinds.
Scenario busy(Protection protection, std::uint64_t seed) {
  Scenario scenario;
  scenario.name = "busy";
  scenario.world = "ns3";
  scenario.seed = seed;
  scenario.stop = 60s;
  scenario.topology.kms = 2;
  scenario.topology.gateways = 3;
  scenario.topology.access_points = 1;
  scenario.topology.enodes = 4;
  scenario.topology.lks = true;
  scenario.topology.access.jitter = 3ms;
  scenario.keys.protection = protection;
  scenario.keys.watchdog = 6s;
  scenario.keys.initial = 0.5;
  scenario.joins = {{5s, 20s, Arrival::poisson, "*"}};
  scenario.rotations = {{15s}};
  scenario.deliveries = {{10s, 4}};
  scenario.costs[static_cast<std::size_t>(Work::message)] = 1ms;
  scenario.faults = {{.kind = FaultKind::loss, .at = 6s, .target = "gw*", .amount = 0.05},
                     {.kind = FaultKind::crash, .at = 12s, .target = "kms1"}};
  scenario.nemesis = {4, 5s, 40s, {}};
  scenario.record.pcap = {"kms*", "gw1"};
  return scenario;
}

/// Everything that has to be the same: the event log and the captures.
std::string octets_of(const Scenario& scenario, const std::string& scheduler) {
  const tests::TemporaryFolder folder;
  const auto result = run(scenario, worlds_with(scheduler), {.report = folder.folder()});
  EXPECT_TRUE(result) << (result ? "" : result.error().detail);
  std::string all;
  for (const char* name : {"metrics.jsonl", "kms1.pcap", "kms2.pcap", "gw1.pcap"}) {
    const std::string file = folder.read(name);
    EXPECT_GT(file.size(), 5000U) << name;
    all += file;
  }
  return all;
}

class Determinism : public testing::TestWithParam<Protection> {};

TEST_P(Determinism, GivesTheSameOctetsOnEverySchedulerAndForTheSecondTime) {
  const Scenario scenario = busy(GetParam(), 11);
  const std::string first = octets_of(scenario, "map");
  for (const char* scheduler : {"map", "heap", "list", "calendar", "priority_queue"})
    EXPECT_TRUE(octets_of(scenario, scheduler) == first) << scheduler;
  EXPECT_FALSE(octets_of(busy(GetParam(), 12), "map") == first);
}

INSTANTIATE_TEST_SUITE_P(All, Determinism, testing::Values(Protection::wrap, Protection::tls));

}  // namespace
}  // namespace touchstone::sim
