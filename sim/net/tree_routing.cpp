#include "sim/net/tree_routing.h"

#include <ns3/ipv4-route.h>
#include <ns3/ipv4.h>
#include <ns3/net-device.h>
#include <ns3/output-stream-wrapper.h>
#include <algorithm>
#include <ostream>

namespace touchstone::sim::net {

NS_OBJECT_ENSURE_REGISTERED(TreeRouting);

ns3::TypeId TreeRouting::GetTypeId() {
  static const ns3::TypeId id = ns3::TypeId("touchstone::TreeRouting")
                                    .SetParent<ns3::Ipv4RoutingProtocol>()
                                    .AddConstructor<TreeRouting>();
  return id;
}

void TreeRouting::place(const Topology& topology, NodeIndex node) {
  topology_ = &topology;
  node_ = node;
}

void TreeRouting::add_child(NodeIndex child, ns3::Ptr<ns3::NetDevice> device) {
  children_.push_back({child, make_hop(device)});
}

void TreeRouting::set_machine(ns3::Ptr<ns3::NetDevice> device, ns3::Ipv4Address gateway) {
  machine_ = make_hop(device);
  machine_->SetGateway(gateway);
}

// One route serves every destination behind a device: it is read, and never kept with changes.
ns3::Ptr<ns3::Ipv4Route> TreeRouting::make_hop(ns3::Ptr<ns3::NetDevice> device) const {
  const auto route = ns3::Create<ns3::Ipv4Route>();
  route->SetSource(ns3::Ipv4Address(topology_->nodes[node_].address));
  route->SetGateway(ns3::Ipv4Address::GetZero());
  route->SetOutputDevice(device);
  return route;
}

ns3::Ptr<ns3::Ipv4Route> TreeRouting::find(ns3::Ipv4Address to) const {
  const NodeIndex target = topology_->at_address(to.Get());
  if (target == no_node) return nullptr;
  if (target == node_) return machine_;
  if (!topology_->is_below(target, node_)) return parent_;
  const auto after = std::ranges::upper_bound(children_, target, {}, &Child::first);
  return after == children_.begin() ? nullptr : std::prev(after)->hop;
}

ns3::Ptr<ns3::Ipv4Route> TreeRouting::RouteOutput(ns3::Ptr<ns3::Packet>,
                                                  const ns3::Ipv4Header& header,
                                                  ns3::Ptr<ns3::NetDevice>,
                                                  ns3::Socket::SocketErrno& error) {
  auto route = find(header.GetDestination());
  error = route ? ns3::Socket::ERROR_NOTERROR : ns3::Socket::ERROR_NOROUTETOHOST;
  return route;
}

bool TreeRouting::RouteInput(ns3::Ptr<const ns3::Packet> packet, const ns3::Ipv4Header& header,
                             ns3::Ptr<const ns3::NetDevice> device, UnicastForwardCallback forward,
                             MulticastForwardCallback, LocalDeliverCallback deliver,
                             ErrorCallback fail) {
  if (header.GetDestination().Get() == topology_->nodes[node_].address && !machine_) {
    deliver(packet, header, static_cast<std::uint32_t>(ipv4_->GetInterfaceForDevice(device)));
    return true;
  }
  const auto route = find(header.GetDestination());
  if (route)
    forward(route, packet, header);
  else
    fail(packet, header, ns3::Socket::ERROR_NOROUTETOHOST);
  return route != nullptr;
}

void TreeRouting::PrintRoutingTable(ns3::Ptr<ns3::OutputStreamWrapper> stream,
                                    ns3::Time::Unit) const {
  for (const Child& child : children_)
    *stream->GetStream() << ns3::Ipv4Address(topology_->nodes[child.first].address) << " - "
                         << topology_->nodes[child.first].name << '\n';
}

void TreeRouting::DoDispose() {
  ipv4_ = nullptr;
  parent_ = machine_ = nullptr;
  children_.clear();
  Ipv4RoutingProtocol::DoDispose();
}

}  // namespace touchstone::sim::net
