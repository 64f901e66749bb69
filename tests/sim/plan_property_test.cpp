// A property over fault plans: whatever goes wrong, no key is lost, none is mixed up, nobody gets
// in who should not, and when it is over everybody is in. A plan that breaks it is shrunk and
// written as a scenario.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "sim/flow/flow_world.h"
#include "sim/run/shrink.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

const Worlds flow{{"flow", make_flow_world}};

/// Ten nodes: two KMS, two gateways, six that join; new network keys in the middle of the trouble.
Scenario scenario_of(std::uint64_t seed, std::uint32_t budget, Protection protection) {
  Scenario scenario;
  scenario.name = "plan";
  scenario.seed = seed;
  scenario.topology = {.kind = TopologyKind::star, .kms = 2, .gateways = 2, .enodes = 3};
  scenario.keys.watchdog = 6s;
  scenario.keys.rotation_window = 90s;
  scenario.keys.protection = protection;
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

std::string keep(const Scenario& scenario) {
  const char* folder = std::getenv("TOUCHSTONE_BUILD_DIR");
  const std::string path =
      (std::filesystem::path(folder == nullptr ? "." : folder) / "plan_repro.toml").string();
  std::ofstream(path) << print_scenario(scenario);
  return path;
}

void explain(const Scenario& scenario) {
  const auto shrunk = shrink(scenario, flow);
  if (!shrunk || !*shrunk) return;
  const std::string path = keep((*shrunk)->scenario);
  ADD_FAILURE() << (*shrunk)->failed.name << ": " << (*shrunk)->failed.why << "\n"
                << (*shrunk)->scenario.faults.size() << " faults left; touchstone simulate "
                << path;
}

TEST(FaultPlans, NeverBreakWhatHasToHold) {
  ::setenv("RC_PARAMS", "seed=20260611 max_success=1000", 0);
  std::uint64_t faults = 0;
  const bool holds = rc::check([&faults] {
    const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1'000'000'000);
    const auto budget = *rc::gen::inRange<std::uint32_t>(1, 7);
    const Scenario scenario = scenario_of(seed, budget, Protection::wrap);
    const auto result = run(scenario, flow, {});
    RC_ASSERT(result.has_value());
    faults += budget;
    if (result->holds()) return;
    explain(scenario);
    RC_FAIL("a plan breaks it");
  });
  EXPECT_TRUE(holds);
  EXPECT_GT(faults, 2000U);
}

}  // namespace
}  // namespace touchstone::sim
