// What our nodes cost over the packets that they send: a scenario on the world ns3, and the same
// sendings on a bare ns-3 program, taking turns; medians of the processor time, without what is
// built before the first event.
//
//   ns3_overhead SCENARIO.toml [--gate]    with --gate it fails at twice the target

#include <fmt/format.h>

#include <algorithm>

#include "sim/net/ns3_world.h"
#include "sim/run/run.h"
#include "tests/bench/replay.h"
#include "tests/bench/scenario_file.h"

namespace {

namespace bench = touchstone::bench;
namespace sim = touchstone::sim;

constexpr double target = 1.5;
constexpr int rounds = 7;
constexpr double alike = 0.01;  // of the packets

bench::Observation run_ours(const sim::Scenario& scenario, bool records) {
  bench::Observation observation;
  const sim::Worlds worlds{
      {"ns3", [&](const sim::Topology& topology, const sim::WorldSettings& settings) {
         auto world = sim::net::make_ns3_world(topology, settings);
         if (!world) return world;
         return decltype(world)(
             std::make_unique<bench::ObservedWorld>(*std::move(world), observation, records));
       }}};
  const auto result = sim::run(scenario, worlds, {});
  if (result && result->holds()) return observation;
  fmt::print(stderr, "{}\n", result ? result->table : result.error().detail);
  std::exit(1);
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Whether the bare program sends what our run has sent.
bool is_the_same(const bench::Observation& ours, const sim::Scenario& scenario,
                 const sim::Topology& topology) {
  bench::BareNetwork network(topology);
  network.count_packets();
  bench::Replay replay(network, ours.sendings);
  replay.run(scenario.stop);
  const auto theirs = static_cast<double>(network.packets());
  const double off = theirs / static_cast<double>(ours.packets) - 1;
  fmt::print("{} sendings; packets over links: {} here, {} of the bare program ({:+.2f} %)\n",
             ours.sendings.size(), ours.packets, network.packets(), 100 * off);
  if (replay.missed() > 0) fmt::print("{} sendings had no socket\n", replay.missed());
  return replay.missed() == 0 && std::abs(off) <= alike;
}

int run(const sim::Scenario& scenario, bool gate) {
  const sim::Topology topology = sim::build_topology(scenario);
  bench::set_tcp_defaults();
  const bench::Observation recorded = run_ours(scenario, true);
  if (!is_the_same(recorded, scenario, topology)) return 1;
  std::vector<double> ours;
  std::vector<double> bare;
  for (int round = 0; round < rounds; ++round) {
    ours.push_back(run_ours(scenario, false).run_seconds);
    const bench::BareNetwork network(topology);
    bare.push_back(bench::Replay(network, recorded.sendings).run(scenario.stop));
  }
  const double ratio = median(ours) / median(bare);
  fmt::print(
      "our run {:.3f} s, bare ns-3 program {:.3f} s (medians of {}): ratio {:.2f}, target "
      "{:.2f}{}\n",
      median(ours), median(bare), rounds, ratio, target, ratio > target ? "  MISSED" : "");
  return gate && ratio > 2 * target ? 1 : 0;
}

}  // namespace

int main(int count, char** words) {
  if (count < 2 || count > 3) {
    fmt::print(stderr, "usage: ns3_overhead SCENARIO.toml [--gate]\n");
    return 2;
  }
  const auto scenario = bench::read_scenario(words[1]);
  return scenario ? run(*scenario, count == 3) : 2;
}
