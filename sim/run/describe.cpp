#include "sim/run/describe.h"

#include <fmt/format.h>

#include <map>

#include "sim/scenario/units.h"

namespace touchstone::sim {
namespace {

/// Children of one role that are drawn below one node.
constexpr std::size_t drawn_of_a_kind = 4;

const char* look_of(Role role) {
  switch (role) {
    case Role::kms:
      return "shape=cylinder, style=filled, fillcolor=\"#f4d58d\"";
    case Role::lks:
      return "shape=component, style=filled, fillcolor=\"#e8dab2\"";
    case Role::gateway:
      return "shape=box, style=filled, fillcolor=\"#a9c5a0\"";
    case Role::access_point:
      return "shape=triangle, style=filled, fillcolor=\"#d6e5e3\"";
    case Role::enode:
      return "shape=point";
    case Role::attacker:
      return "shape=octagon, style=filled, fillcolor=\"#e5989b\"";
    case Role::external:
      return "shape=box3d";
    case Role::router:
      break;
  }
  return "shape=circle, width=0.3";
}

std::string link_label(const LinkProperties& link) {
  std::string text = print_duration(link.delay);
  if (link.jitter > Duration()) text += "+" + print_duration(link.jitter);
  if (link.rate > 0) text += " " + print_rate(link.rate);
  return text;
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
  std::string text = plan_of(scenario, topology);
  text += "graph \"" + scenario.name + "\" {\n  overlap=false;\n  node [fontsize=10];\n";
  std::map<std::pair<NodeIndex, Role>, std::size_t> drawn;
  std::vector<bool> is_shown(topology.size(), true);
  for (NodeIndex i = 0; i < topology.size(); ++i) {
    const TopologyNode& node = topology.nodes[i];
    if (i > 0) is_shown[i] = is_shown[node.parent];
    if (!is_shown[i]) continue;
    if (i > 0 && ++drawn[{node.parent, node.role}] > drawn_of_a_kind) {
      is_shown[i] = false;
      continue;
    }
    text += fmt::format("  n{} [label=\"{}\", {}];\n", i, node.name, look_of(node.role));
    if (i > 0)
      text += fmt::format("  n{} -- n{} [label=\"{}\", fontsize=8];\n", node.parent, i,
                          link_label(node.uplink));
  }
  for (const auto& [kind, count] : drawn)
    if (count > drawn_of_a_kind)
      text += fmt::format(
          "  more{0}_{1} [label=\"{2} more {3}s\", shape=plaintext];\n"
          "  n{0} -- more{0}_{1} [style=dotted];\n",
          kind.first, static_cast<int>(kind.second), count - drawn_of_a_kind,
          print_role(kind.second));
  return text + "}\n";
}

}  // namespace touchstone::sim
