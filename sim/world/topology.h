#pragma once
// Who is there and how they are linked, as plain data: each world builds itself from it.
//
// A topology is a tree: there is one path between any two nodes. Its nodes stand in preorder, so
// that the subtree of node i is the range i .. end_of_subtree-1, and its addresses go up with the
// index: a router needs one range of addresses for each of its children and its parent for the
// rest. Link i joins node i with its parent; there is no link 0.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/time.h"

namespace touchstone::sim {

using NodeIndex = std::uint32_t;
using LinkIndex = std::uint32_t;  ///< the node at its lower end

inline constexpr NodeIndex no_node = std::numeric_limits<NodeIndex>::max();

enum class Role : std::uint8_t {
  router,
  kms,
  lks,
  gateway,
  access_point,
  enode,
  attacker,
  external,  ///< a real process; in a world in real time alone
};
/// `access_point` and so on, as scenarios spell them.
[[nodiscard]] const char* print_role(Role role) noexcept;

/// A full-duplex link without faults. Both ways are alike.
struct LinkProperties {
  Duration delay{std::chrono::milliseconds(1)};
  Duration jitter{};           ///< delay is drawn from delay .. delay + jitter, order kept
  std::uint64_t rate = 0;      ///< bits a second; 0: no limit
  std::uint32_t queue = 1000;  ///< packets that wait at each end; more are dropped
};

struct TopologyNode {
  std::string name;  ///< `kms1`, `gw3`, `gw3-ap1`, ...; no other node has it
  Role role = Role::router;
  NodeIndex parent = no_node;    ///< of node 0 alone no_node
  NodeIndex end_of_subtree = 0;  ///< one past the last node below this one
  std::uint32_t address = 0;     ///< IPv4
  std::uint32_t site = 0;        ///< network: the KMS, gateways and nodes of one keyring
  LinkProperties uplink;         ///< link of the same index
};

struct Topology {
  std::vector<TopologyNode> nodes;

  [[nodiscard]] std::size_t size() const noexcept { return nodes.size(); }
  /// no_node when there is none.
  [[nodiscard]] NodeIndex find(const std::string& name) const noexcept;
  [[nodiscard]] NodeIndex at_address(std::uint32_t address) const noexcept;
  /// The neighbour of `from` on the way to `to`, another node.
  [[nodiscard]] NodeIndex next_hop(NodeIndex from, NodeIndex to) const noexcept;
  [[nodiscard]] bool is_below(NodeIndex node, NodeIndex top) const noexcept {
    return node >= top && node < nodes[top].end_of_subtree;
  }
};

/// Puts nodes together from the top down and numbers them in the end.
class TopologyBuilder {
 public:
  using Handle = std::uint32_t;

  /// `parent` is nothing for the first node alone. Names are the caller's affair.
  Handle add(std::string name, Role role, std::optional<Handle> parent, LinkProperties uplink = {},
             std::uint32_t site = 0);
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  /// In preorder, children in the order in which they were added; addresses from 10.0.0.1 on.
  [[nodiscard]] Topology build() const;

 private:
  std::vector<TopologyNode> nodes_;  // parents are handles
};

}  // namespace touchstone::sim
