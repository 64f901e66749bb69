// Whole runs in the world `flow`.

#include "sim/run/run.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "sim/flow/flow_world.h"
#include "tests/support/temporary_folder.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

const Worlds flow{{"flow", make_flow_world}};

Scenario small(Protection protection = Protection::wrap) {
  Scenario scenario;
  scenario.name = "small";
  scenario.topology.gateways = 3;
  scenario.topology.access_points = 1;
  scenario.topology.enodes = 4;
  scenario.topology.strangers = 1;
  scenario.keys.protection = protection;
  scenario.joins = {{5s, 5s, Arrival::uniform, "*"}};
  scenario.stop = 60s;
  scenario.expectations = {{"all_gateways_have_keys", 5s},
                           {"all_nodes_joined", 30s},
                           {"no_stranger_admitted"},
                           {"no_key_on_wire"},
                           {"one_gateway_key"},
                           {"no_torn_keyring"}};
  return scenario;
}

RunResult result_of(const Scenario& scenario) {
  auto result = run(scenario, flow, {.keeps_log = true});
  EXPECT_TRUE(result) << (result ? "" : result.error().detail);
  return result ? *std::move(result) : RunResult{};
}

std::string broken_checks(const RunResult& result) {
  std::string names;
  for (const CheckResult& check : result.checks)
    if (!check.holds) names += check.name + ": " + check.why + "\n";
  return names;
}

TEST(Run, FailsWhenItsEventsHaveNoRoom) {
  const tests::TemporaryFolder folder;
  const std::string events = folder.path("metrics.jsonl");
  std::filesystem::create_symlink("/dev/full", events);
  const auto result = run(small(), flow, {.report = folder.folder()});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, std::errc::no_space_on_device);
  EXPECT_EQ(result.error().place, events);
}

TEST(Run, BringsEveryNodeInAndNoStranger) {
  const RunResult result = result_of(small());
  EXPECT_EQ(broken_checks(result), "");
  const Json summary = Json::parse(result.summary);
  EXPECT_EQ(summary["joins"]["admitted"], 12);
  EXPECT_EQ(summary["joins"]["refused"], 3);
  EXPECT_EQ(summary["questions"]["asked"], 3 + 15);
  EXPECT_EQ(summary["results"]["2001"], 15);
}

TEST(Run, ProtectsKeysByTlsToo) {
  EXPECT_EQ(broken_checks(result_of(small(Protection::tls))), "");
}

// The scan can see: without protection the keys are there.
TEST(Run, FindsTheKeysThatTravelUnprotected) {
  const RunResult result = result_of(small(Protection::none));
  EXPECT_EQ(broken_checks(result).substr(0, 34), "no_key_on_wire: a key on the link ");
}

TEST(Run, IsTheSameForTheSameSeedInTheSameProcess) {
  for (const Protection protection : {Protection::wrap, Protection::tls}) {
    Scenario scenario = small(protection);
    scenario.nemesis = {3, 5s, 30s, {}};
    const RunResult one = result_of(scenario);
    const RunResult again = result_of(scenario);
    EXPECT_EQ(one.log, again.log);
    EXPECT_GT(one.log.size(), 1000U);
    scenario.seed = 2;
    EXPECT_NE(one.log, result_of(scenario).log);
  }
}

TEST(Run, WritesNoLineOverItsLimit) {
  const RunResult result = result_of(small());
  std::size_t begin = 0;
  while (begin < result.log.size()) {
    const std::size_t end = result.log.find('\n', begin);
    ASSERT_LE(end - begin + 1, 150U);
    ASSERT_FALSE(Json::parse(result.log.substr(begin, end - begin), nullptr, false).is_discarded());
    begin = end + 1;
  }
}

// On an empty network a join takes two round trips to the gateway and one from there to the KMS.
TEST(Run, TakesTheTimeThatDistanceWants) {
  Scenario scenario;
  scenario.name = "empty";
  scenario.topology = {.kind = TopologyKind::star, .gateways = 1, .enodes = 9};
  const LinkProperties slow{30ms, {}, 0};
  scenario.topology.wan = slow;
  scenario.topology.core = {1ms, {}, 0};
  scenario.topology.radio = {5ms, {}, 0};
  scenario.joins = {{5s, 30s, Arrival::uniform, "*"}};
  const Json summary = Json::parse(result_of(scenario).summary);
  EXPECT_NEAR(summary["joins"]["latency_ms"]["p50"].get<double>(), 4 * 5 + 2 * 31, 0.82);
}

// The disk is full when new keys come, and the power goes while they are written later.
TEST(Run, BringsNewNetworkKeysToAGatewayThatCouldNotSaveThem) {
  Scenario scenario = small();
  scenario.topology = {.kind = TopologyKind::star, .kms = 2, .gateways = 2, .enodes = 3};
  scenario.keys.watchdog = 6s;
  scenario.keys.rotation_window = 90s;
  scenario.rotations = {{20s}, {40s}};
  scenario.faults = {{.kind = FaultKind::torn_write, .at = 18s, .target = "gw1", .count = 14},
                     {.kind = FaultKind::disk_full, .at = 37s, .lasts = 5s, .target = "gw1"}};
  scenario.stop = 200s;
  scenario.expectations = {{"one_gateway_key"}, {"all_gateways_have_keys"}};
  const RunResult result = result_of(scenario);
  EXPECT_EQ(broken_checks(result), "");
  EXPECT_NE(result.log.find(R"("e":"rotate","n":"kms1","p":"gw1","r":4002)"), std::string::npos);
  EXPECT_NE(result.log.find(R"("e":"crash","n":"gw1")"), std::string::npos);
}

// The gateway is away when the keys change, and every KMS has been restarted when it comes back.
TEST(Run, BringsNewNetworkKeysToAGatewayThatEveryKmsHasForgotten) {
  for (const kms::ReloadMode reload :
       {kms::ReloadMode::on_signal, kms::ReloadMode::compat_restart}) {
    Scenario scenario = small();
    scenario.topology.kms = 2;
    scenario.keys.watchdog = 6s;
    scenario.keys.reload = reload;
    scenario.rotations = {{20s}};
    scenario.faults = {{.kind = FaultKind::crash, .at = 18s, .lasts = 25s, .target = "gw1"},
                       {.kind = FaultKind::crash, .at = 30s, .lasts = 5s, .target = "kms*"}};
    scenario.stop = 150s;
    scenario.expectations = {{"one_gateway_key"}, {"all_gateways_have_keys"}};
    EXPECT_EQ(broken_checks(result_of(scenario)), "");
  }
}

/// What each kind of fault is seen in.
struct Seen {
  Fault fault;
  const char* counter;
};

class EachFault : public testing::TestWithParam<Seen> {};

/// The figures of a run with `faults`.
Json figures_with(const FaultPlan& faults) {
  Scenario scenario = small();
  scenario.expectations.clear();
  scenario.topology.enodes = 20;
  scenario.topology.lks = true;
  scenario.keys.initial = 0.5;
  scenario.keys.watchdog = 6s;
  scenario.deliveries = {{8s, 30}};
  scenario.costs[static_cast<std::size_t>(Work::message)] = 1ms;
  scenario.faults = faults;
  return Json::parse(result_of(scenario).summary);
}

TEST_P(EachFault, IsSeenInACounter) {
  static const Json undisturbed = figures_with({});
  const Json summary = figures_with({GetParam().fault});
  const Json::json_pointer place(GetParam().counter);
  ASSERT_TRUE(summary.contains(place)) << GetParam().counter << summary.dump(1);
  EXPECT_GT(summary[place].get<double>(), undisturbed.value(place, 0.0)) << GetParam().counter;
  EXPECT_EQ(summary["happenings"]["fault"], 1);
}

TEST(Run, MeasuresWhatClocksHaveGained) {
  const Json clocks =
      figures_with({{.kind = FaultKind::clock_jump, .at = 6s, .target = "gw1", .by = 90s},
                    {.kind = FaultKind::clock_drift,
                     .at = 6s,
                     .lasts = 40s,
                     .target = "kms1",
                     .amount = 5000}})["clocks"];
  EXPECT_EQ(clocks["jumps"], 1);
  EXPECT_EQ(clocks["jumped_ms"], 90'000);
  EXPECT_NEAR(clocks["drifted_ms"].get<double>(), 200, 0.001);
}

INSTANTIATE_TEST_SUITE_P(
    All, EachFault,
    testing::Values(
        Seen{{.kind = FaultKind::link_down, .at = 6s, .target = "gw1"}, "/network/cut"},
        Seen{{.kind = FaultKind::flap, .at = 6s, .target = "gw1", .by = 300ms}, "/network/cut"},
        Seen{{.kind = FaultKind::partition, .at = 6s, .target = "kms1", .other = "gw*"},
             "/network/cut"},
        Seen{{.kind = FaultKind::loss, .at = 6s, .target = "gw*", .amount = 0.3}, "/network/lost"},
        Seen{{.kind = FaultKind::burst_loss, .at = 6s, .target = "gw*", .amount = 0.1, .count = 3},
             "/network/burst_lost"},
        Seen{{.kind = FaultKind::drop, .at = 6s, .target = "gw1", .count = 2}, "/network/dropped"},
        Seen{{.kind = FaultKind::delay, .at = 6s, .target = "gw1", .by = 500ms},
             "/network/delayed"},
        Seen{{.kind = FaultKind::reorder, .at = 6s, .target = "gw*", .amount = 0.3, .by = 20ms},
             "/network/reordered"},
        Seen{{.kind = FaultKind::duplicate, .at = 6s, .target = "gw*", .amount = 0.3},
             "/network/duplicated"},
        Seen{{.kind = FaultKind::corrupt, .at = 6s, .target = "gw*", .amount = 0.3},
             "/network/corrupted"},
        Seen{{.kind = FaultKind::crash, .at = 6s, .target = "kms1"}, "/happenings/crash"},
        Seen{{.kind = FaultKind::pause, .at = 6s, .target = "kms1"}, "/kms/0/longest_wait_ms"},
        Seen{{.kind = FaultKind::clock_jump, .at = 6s, .target = "gw1", .by = 600s},
             "/clocks/jumped_ms"},
        Seen{{.kind = FaultKind::clock_drift, .at = 6s, .target = "kms1", .amount = 20000},
             "/clocks/drifted_ms"},
        Seen{{.kind = FaultKind::slow_cpu, .at = 6s, .target = "kms1", .amount = 500},
             "/kms/0/longest_wait_ms"},
        Seen{{.kind = FaultKind::disk_full, .at = 6s, .target = "kms1"}, "/kms/0/disk_refused"},
        Seen{{.kind = FaultKind::torn_write, .at = 6s, .target = "kms1", .count = 5},
             "/happenings/crash"}));

}  // namespace
}  // namespace touchstone::sim
