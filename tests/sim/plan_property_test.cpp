// A property over fault plans: whatever goes wrong, no key is lost, none is mixed up, nobody gets
// in who should not, and when it is over everybody is in. A plan that breaks it is shrunk and
// written as a scenario.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "sim/flow/flow_world.h"
#include "sim/run/shrink.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

const Worlds flow{{"flow", make_flow_world}};

/// Ten nodes: two KMS, two gateways, six that join; new network keys in the middle of the trouble.
Scenario scenario_of(std::uint64_t seed, std::uint32_t budget) {
  Scenario scenario;
  scenario.name = "plan";
  scenario.seed = seed;
  scenario.topology = {.kind = TopologyKind::star, .kms = 2, .gateways = 2, .enodes = 3};
  scenario.keys.watchdog = 6s;
  scenario.keys.rotation_window = 90s;
  scenario.joins = {{5s, 60s, Arrival::uniform, "*"}};
  scenario.rotations = {{20s}, {40s}};
  scenario.nemesis = {budget, 1s, 60s, {}};
  scenario.stop = 400s;
  scenario.expectations = {{"one_gateway_key"},
                           {"no_stranger_admitted"},
                           {"no_torn_keyring"},
                           {"all_gateways_have_keys"},
                           {"all_nodes_joined"}};
  return scenario;
}

/// Where a scenario is kept that fails.
std::string keep(const Scenario& scenario) {
  const char* build = std::getenv("TOUCHSTONE_BUILD_DIR");
  const std::filesystem::path folder =
      build == nullptr ? std::filesystem::temp_directory_path() : std::filesystem::path(build);
  const std::string path = (folder / "plan_repro.toml").string();
  std::ofstream(path) << print_scenario(scenario);
  return path;
}

void explain(const Scenario& scenario) {
  const auto shrunk = shrink(scenario, flow);
  ASSERT_TRUE(shrunk && *shrunk);
  const std::string path = keep((*shrunk)->scenario);
  ADD_FAILURE() << (*shrunk)->failed.name << ": " << (*shrunk)->failed.why << "\n"
                << (*shrunk)->scenario.faults.size() << " faults left; touchstone simulate "
                << path;
}

TEST(FaultPlans, NeverBreakWhatHasToHold) {
  ::setenv("RC_PARAMS", "seed=20260611 max_success=2000", 0);
  std::uint64_t faults = 0;
  std::uint64_t runs = 0;
  const std::clock_t begun = std::clock();
  const bool holds = rc::check([&] {
    // A plan has its own way to shrink.
    const auto seed = *rc::gen::noShrink(
        rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(1, 1'000'000'000)));
    const std::uint32_t budget = static_cast<std::uint32_t>(1 + seed % 6);
    const Scenario scenario = scenario_of(seed, budget);
    const auto result = run(scenario, flow, {});
    RC_ASSERT(result.has_value());
    faults += budget;
    ++runs;
    if (result->holds()) return;
    explain(scenario);
    RC_FAIL("a plan breaks it");
  });
  EXPECT_TRUE(holds);
  EXPECT_GT(faults, 2 * runs);
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  fmt::print(
      "{} runs of 10 nodes with {} faults: {:.1f} s of processor time, {:.2f} s a thousand\n", runs,
      faults, seconds, 1000 * seconds / static_cast<double>(runs));
}

TEST(FaultPlans, ThatFailAreShrunkToWhatFailsAgainWhenItIsReadFromItsFile) {
  Scenario scenario = scenario_of(5, 6);
  scenario.faults = {
      {.kind = FaultKind::partition, .at = 0s, .lasts = 100s, .target = "kms*", .other = "gw2"}};
  scenario.expectations.push_back({"all_gateways_have_keys", 60s});
  const auto shrunk = shrink(scenario, flow);
  ASSERT_TRUE(shrunk && *shrunk);
  EXPECT_EQ((*shrunk)->failed.name, "all_gateways_have_keys");
  ASSERT_EQ((*shrunk)->scenario.faults.size(), 1U);
  EXPECT_EQ((*shrunk)->scenario.faults[0].kind, FaultKind::partition);
  auto again = parse_scenario(print_scenario((*shrunk)->scenario), "repro.toml");
  ASSERT_TRUE(again);
  const auto red = run(*again, flow, {});
  ASSERT_TRUE(red);
  EXPECT_FALSE(red->holds());
  again->faults.clear();
  const auto green = run(*again, flow, {});
  ASSERT_TRUE(green);
  EXPECT_TRUE(green->holds());
}

}  // namespace
}  // namespace touchstone::sim
