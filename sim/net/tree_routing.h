#pragma once
// The way through a tree, of one node: below its subtree by the child whose range holds the
// address, everything else to its parent. The routing of ns-3 looks at every route and every
// interface for each packet, which makes a router with many children slow.

#include <ns3/ipv4-routing-protocol.h>
#include <cstdint>
#include <vector>

#include "sim/world/topology.h"

namespace touchstone::sim::net {

class TreeRouting final : public ns3::Ipv4RoutingProtocol {
 public:
  static ns3::TypeId GetTypeId();

  /// `topology` outlives the routing. Foreign addresses, of machines behind an external node, go to
  /// the node that add_foreign() names.
  void place(const Topology& topology, NodeIndex node);
  /// The device that leads to the parent, or to `child`; children come in ascending order.
  void set_parent(ns3::Ptr<ns3::NetDevice> device) { parent_ = make_hop(device); }
  void add_child(NodeIndex child, ns3::Ptr<ns3::NetDevice> device);
  /// The wire to the machine that node stands for: what is addressed to the node goes there.
  void set_machine(ns3::Ptr<ns3::NetDevice> device, ns3::Ipv4Address gateway);

  ns3::Ptr<ns3::Ipv4Route> RouteOutput(ns3::Ptr<ns3::Packet> packet, const ns3::Ipv4Header& header,
                                       ns3::Ptr<ns3::NetDevice> device,
                                       ns3::Socket::SocketErrno& error) override;
  bool RouteInput(ns3::Ptr<const ns3::Packet> packet, const ns3::Ipv4Header& header,
                  ns3::Ptr<const ns3::NetDevice> device, UnicastForwardCallback forward,
                  MulticastForwardCallback multicast, LocalDeliverCallback deliver,
                  ErrorCallback fail) override;
  void NotifyInterfaceUp(std::uint32_t) override {}
  void NotifyInterfaceDown(std::uint32_t) override {}
  void NotifyAddAddress(std::uint32_t, ns3::Ipv4InterfaceAddress) override {}
  void NotifyRemoveAddress(std::uint32_t, ns3::Ipv4InterfaceAddress) override {}
  void SetIpv4(ns3::Ptr<ns3::Ipv4> ipv4) override { ipv4_ = ipv4; }
  void PrintRoutingTable(ns3::Ptr<ns3::OutputStreamWrapper> stream,
                         ns3::Time::Unit unit) const override;

 private:
  struct Child {
    NodeIndex first;
    ns3::Ptr<ns3::Ipv4Route> hop;
  };

  void DoDispose() override;
  [[nodiscard]] ns3::Ptr<ns3::Ipv4Route> make_hop(ns3::Ptr<ns3::NetDevice> device) const;
  /// Null when there is no way.
  [[nodiscard]] ns3::Ptr<ns3::Ipv4Route> find(ns3::Ipv4Address to) const;

  const Topology* topology_ = nullptr;
  NodeIndex node_ = 0;
  ns3::Ptr<ns3::Ipv4> ipv4_;
  ns3::Ptr<ns3::Ipv4Route> parent_;
  ns3::Ptr<ns3::Ipv4Route> machine_;
  std::vector<Child> children_;
};

}  // namespace touchstone::sim::net
