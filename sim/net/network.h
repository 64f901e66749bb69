#pragma once
// The nodes and links of a topology as objects of ns-3.

#include <ns3/node.h>
#include <vector>

#include "sim/net/wire.h"

namespace touchstone::sim::net {

class Network {
 public:
  /// `wiring` outlives the network; ns-3 itself owns what is made here until its Destroy().
  explicit Network(Wiring& wiring);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  [[nodiscard]] const ns3::Ptr<ns3::Node>& node(NodeIndex index) const { return nodes_[index]; }
  [[nodiscard]] Wire& wire(LinkIndex link) const { return *wires_[link]; }

  /// Joins `node` by a wire of its own to the machine behind the descriptor `tap`.
  void join_machine(NodeIndex node, int tap);

 private:
  ns3::Ptr<ns3::Node> make_node(NodeIndex index) const;
  void make_link(LinkIndex link);
  ns3::Ptr<ns3::NetDevice> make_end(NodeIndex index, LinkIndex link, const ns3::Ptr<Wire>& wire);
  void add_interface(NodeIndex index, const ns3::Ptr<ns3::NetDevice>& device,
                     ns3::Ipv4Address address) const;

  Wiring& wiring_;
  std::vector<ns3::Ptr<ns3::Node>> nodes_;
  std::vector<ns3::Ptr<Wire>> wires_;  // by link; none for link 0
};

}  // namespace touchstone::sim::net
