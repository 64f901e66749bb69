#include "sim/run/describe.h"

#include <fmt/format.h>

#include <map>

#include "sim/scenario/units.h"
#include "sim/study/topology_picture.h"

namespace touchstone::sim {
namespace {

std::string print_address(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255,
                     address & 255);
}

std::string plan_of(const Scenario& scenario, const Topology& topology) {
  std::map<Role, std::size_t> counts;
  for (const TopologyNode& node : topology.nodes)
    ++counts[node.role];
  std::string text =
      fmt::format("// {}: {}\n// world {}, seed {}, {}\n//", scenario.name, scenario.question,
                  scenario.world, scenario.seed, print_duration(scenario.stop));
  for (const auto& [role, count] : counts)
    text += fmt::format(" {} {},", count, print_role(role));
  text.back() = '\n';
  for (const ExternalPlan& one : scenario.externals)
    text += fmt::format("// {} is a real process at {}\n", one.name,
                        print_address(topology.nodes[topology.find(one.name)].address));
  for (const JoinPlan& one : scenario.joins)
    text += fmt::format("// {:>10}  join of {} within {}\n", print_duration(one.at), one.nodes,
                        print_duration(one.spread));
  for (const RotatePlan& one : scenario.rotations)
    text += fmt::format("// {:>10}  new network keys\n", print_duration(one.at));
  for (const DeliveryPlan& one : scenario.deliveries)
    text += fmt::format("// {:>10}  delivery of {} nodes\n", print_duration(one.at), one.nodes);
  for (const AttackPlan& one : scenario.attacks)
    text += fmt::format("// {:>10}  attack by way of {} for {}\n", print_duration(one.at), one.via,
                        print_duration(one.lasts));
  for (const Fault& one : scenario.faults)
    text += fmt::format("// {:>10}  {} for {}\n", print_duration(one.at), describe(one),
                        print_duration(one.lasts));
  for (const Expectation& one : scenario.expectations)
    text += fmt::format("// {:>10}  {}\n", one.by == Moment() ? "always" : print_duration(one.by),
                        one.check);
  return text;
}

}  // namespace

std::string describe(const Scenario& given) {
  const Scenario scenario = with_drawn_faults(given);
  const Topology topology = build_topology(scenario);
  return plan_of(scenario, topology) + study::print_dot(study::make_picture(topology));
}

}  // namespace touchstone::sim
