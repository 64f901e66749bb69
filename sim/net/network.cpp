#include "sim/net/network.h"

#include <fmt/format.h>
#include <ns3/arp-l3-protocol.h>
#include <ns3/data-rate.h>
#include <ns3/drop-tail-queue.h>
#include <ns3/fd-net-device.h>
#include <ns3/ipv4-l3-protocol.h>
#include <ns3/mac48-address.h>
#include <ns3/packet.h>
#include <ns3/point-to-point-net-device.h>
#include <ns3/tcp-l4-protocol.h>
#include <ns3/traffic-control-layer.h>
#include <ns3/udp-l4-protocol.h>

#include "sim/net/ns3_world.h"
#include "sim/net/tree_routing.h"

namespace touchstone::sim::net {
namespace {

constexpr std::uint64_t unlimited =
    1'000'000'000'000'000'000;  // a packet takes less than a nanosecond
// Of the wire to a machine: link-local addresses, the same for each, since no packet bears them.
const ns3::Ipv4Address our_end(machine_gateway);

TreeRouting& routing_of(const ns3::Ptr<ns3::Node>& node) {
  const auto protocol = node->GetObject<ns3::Ipv4>()->GetRoutingProtocol();
  return static_cast<TreeRouting&>(*ns3::PeekPointer(protocol));
}

}  // namespace

Network::Network(Wiring& wiring) : wiring_(wiring) {
  const auto size = static_cast<NodeIndex>(wiring.topology->size());
  nodes_.reserve(size);
  wires_.resize(size);
  for (NodeIndex index = 0; index < size; ++index)
    nodes_.push_back(make_node(index));
  for (LinkIndex link = 1; link < size; ++link)
    make_link(link);
}

// No IPv6, no queue disciplines, no ICMP: each costs memory in every one of thousands of nodes.
ns3::Ptr<ns3::Node> Network::make_node(NodeIndex index) const {
  const auto node = ns3::CreateObject<ns3::Node>();
  node->AggregateObject(ns3::CreateObject<ns3::TrafficControlLayer>());
  if (wiring_.topology->nodes[index].role == Role::external) {
    const auto arp = ns3::CreateObject<ns3::ArpL3Protocol>();
    arp->SetTrafficControl(node->GetObject<ns3::TrafficControlLayer>());
    arp->AssignStreams(index);
    node->AggregateObject(arp);
  }
  const auto ip = ns3::CreateObject<ns3::Ipv4L3Protocol>();
  node->AggregateObject(ip);
  const auto routing = ns3::CreateObject<TreeRouting>();
  routing->place(*wiring_.topology, index);
  ip->SetRoutingProtocol(routing);
  node->AggregateObject(ns3::CreateObject<ns3::UdpL4Protocol>());
  node->AggregateObject(ns3::CreateObject<ns3::TcpL4Protocol>());
  return node;
}

void Network::make_link(LinkIndex link) {
  const auto wire = ns3::CreateObject<Wire>();
  wire->place(wiring_, link);
  wires_[link] = wire;
  const NodeIndex parent = wiring_.topology->nodes[link].parent;
  routing_of(nodes_[link]).set_parent(make_end(link, link, wire));
  routing_of(nodes_[parent]).add_child(link, make_end(parent, link, wire));
}

ns3::Ptr<ns3::NetDevice> Network::make_end(NodeIndex index, LinkIndex link,
                                           const ns3::Ptr<Wire>& wire) {
  const LinkProperties& properties = wiring_.topology->nodes[link].uplink;
  const auto device = ns3::CreateObject<ns3::PointToPointNetDevice>();
  device->SetDataRate(ns3::DataRate(properties.rate == 0 ? unlimited : properties.rate));
  const auto queue = ns3::CreateObject<ns3::DropTailQueue<ns3::Packet>>();
  queue->SetMaxSize({ns3::QueueSizeUnit::PACKETS, properties.queue});
  if (properties.rate != 0) {
    const ns3::Callback<void, ns3::Ptr<const ns3::Packet>> count(
        [wiring = &wiring_](ns3::Ptr<const ns3::Packet>) { ++wiring->counters.overflowed; });
    queue->TraceConnectWithoutContext("Drop", count);
  }
  device->SetQueue(queue);
  nodes_[index]->AddDevice(device);
  device->Attach(wire);
  add_interface(index, device, ns3::Ipv4Address(wiring_.topology->nodes[index].address));
  return device;
}

void Network::add_interface(NodeIndex index, const ns3::Ptr<ns3::NetDevice>& device,
                            ns3::Ipv4Address address) const {
  const auto ip = nodes_[index]->GetObject<ns3::Ipv4>();
  const std::uint32_t interface = ip->AddInterface(device);
  ip->AddAddress(interface, ns3::Ipv4InterfaceAddress(address, ns3::Ipv4Mask::GetOnes()));
  ip->SetUp(interface);
}

void Network::join_machine(NodeIndex node, int tap) {
  const auto device = ns3::CreateObject<ns3::FdNetDevice>();
  device->SetAddress(ns3::Mac48Address(fmt::format("02:00:{:02x}:{:02x}:{:02x}:{:02x}", node >> 24,
                                                   node >> 16 & 255, node >> 8 & 255, node & 255)
                                           .c_str()));
  device->SetFileDescriptor(tap);
  nodes_[node]->AddDevice(device);
  add_interface(node, device, our_end);
  routing_of(nodes_[node])
      .set_machine(device, ns3::Ipv4Address(wiring_.topology->nodes[node].address));
}

}  // namespace touchstone::sim::net
