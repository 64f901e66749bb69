#include "sim/world/topology.h"

#include <algorithm>
#include <array>

namespace touchstone::sim {
namespace {

constexpr std::uint32_t first_address = 0x0A000001;

}  // namespace

const char* print_role(Role role) noexcept {
  constexpr std::array<const char*, 8> names{"router",       "kms",   "lks",      "gateway",
                                             "access_point", "enode", "attacker", "external"};
  return names[static_cast<std::size_t>(role)];
}

NodeIndex Topology::find(const std::string& name) const noexcept {
  const auto found = std::ranges::find(nodes, name, &TopologyNode::name);
  return found == nodes.end() ? no_node : static_cast<NodeIndex>(found - nodes.begin());
}

NodeIndex Topology::at_address(std::uint32_t address) const noexcept {
  const std::uint32_t index = address - first_address;
  return index < nodes.size() ? index : no_node;
}

NodeIndex Topology::next_hop(NodeIndex from, NodeIndex to) const noexcept {
  if (!is_below(to, from)) return nodes[from].parent;
  NodeIndex hop = to;
  while (nodes[hop].parent != from)
    hop = nodes[hop].parent;
  return hop;
}

TopologyBuilder::Handle TopologyBuilder::add(std::string name, Role role,
                                             std::optional<Handle> parent, LinkProperties uplink,
                                             std::uint32_t site) {
  TopologyNode node;
  node.name = std::move(name);
  node.role = role;
  node.parent = parent.value_or(no_node);
  node.uplink = uplink;
  node.site = site;
  nodes_.push_back(std::move(node));
  return static_cast<Handle>(nodes_.size() - 1);
}

Topology TopologyBuilder::build() const {
  std::vector<std::vector<Handle>> children(nodes_.size());
  for (Handle i = 1; i < nodes_.size(); ++i)
    children[nodes_[i].parent].push_back(i);
  Topology made;
  made.nodes.reserve(nodes_.size());
  struct Visit {
    Handle handle;
    NodeIndex parent;
  };
  std::vector<Visit> open;
  if (!nodes_.empty()) open.push_back({0, no_node});
  while (!open.empty()) {
    const Visit visit = open.back();
    open.pop_back();
    const auto index = static_cast<NodeIndex>(made.nodes.size());
    TopologyNode node = nodes_[visit.handle];
    node.parent = visit.parent;
    node.address = first_address + index;
    node.end_of_subtree = index + 1;
    made.nodes.push_back(std::move(node));
    const std::vector<Handle>& below = children[visit.handle];
    for (std::size_t i = below.size(); i-- > 0;)
      open.push_back({below[i], index});
  }
  for (std::size_t i = made.nodes.size(); i-- > 1;) {
    TopologyNode& parent = made.nodes[made.nodes[i].parent];
    parent.end_of_subtree = std::max(parent.end_of_subtree, made.nodes[i].end_of_subtree);
  }
  return made;
}

}  // namespace touchstone::sim
