#include "tests/bench/bare_network.h"

#include <ns3/boolean.h>
#include <ns3/config.h>
#include <ns3/data-rate.h>
#include <ns3/double.h>
#include <ns3/drop-tail-queue.h>
#include <ns3/global-value.h>
#include <ns3/ipv4-l3-protocol.h>
#include <ns3/ipv4-static-routing.h>
#include <ns3/nstime.h>
#include <ns3/packet.h>
#include <ns3/point-to-point-channel.h>
#include <ns3/point-to-point-net-device.h>
#include <ns3/simulator.h>
#include <ns3/string.h>
#include <ns3/tcp-l4-protocol.h>
#include <ns3/traffic-control-layer.h>
#include <ns3/udp-l4-protocol.h>
#include <ns3/uinteger.h>

#include <algorithm>
#include <bit>

namespace touchstone::bench {
namespace {

using sim::NodeIndex;

constexpr std::uint32_t base_address = 0x0A000000;  // 10.0.0.0/8
constexpr std::uint64_t unlimited = 1'000'000'000'000'000'000;

ns3::Ptr<ns3::Ipv4StaticRouting> routing_of(const ns3::Ptr<ns3::Node>& node) {
  return ns3::DynamicCast<ns3::Ipv4StaticRouting>(
      node->GetObject<ns3::Ipv4>()->GetRoutingProtocol());
}

ns3::Ptr<ns3::Node> make_node() {
  const auto node = ns3::CreateObject<ns3::Node>();
  node->AggregateObject(ns3::CreateObject<ns3::TrafficControlLayer>());
  const auto ip = ns3::CreateObject<ns3::Ipv4L3Protocol>();
  node->AggregateObject(ip);
  ip->SetRoutingProtocol(ns3::CreateObject<ns3::Ipv4StaticRouting>());
  node->AggregateObject(ns3::CreateObject<ns3::UdpL4Protocol>());
  node->AggregateObject(ns3::CreateObject<ns3::TcpL4Protocol>());
  return node;
}

}  // namespace

BareNetwork::BareNetwork(const sim::Topology& topology)
    : topology_(topology), addresses_(topology.size()), sizes_(topology.size()) {
  ns3::GlobalValue::Bind("SimulatorImplementationType",
                         ns3::StringValue("ns3::DefaultSimulatorImpl"));
  ns3::GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(false));
  deal_addresses();
  for (NodeIndex i = 0; i < topology.size(); ++i)
    nodes_.push_back(make_node());
  for (NodeIndex i = 1; i < topology.size(); ++i)
    add_link(i);
}

BareNetwork::~BareNetwork() {
  ns3::Simulator::Destroy();
}

// The largest subtrees first, so that each begins at a multiple of its size.
void BareNetwork::deal_addresses() {
  std::vector<std::vector<NodeIndex>> children(topology_.size());
  for (auto i = static_cast<NodeIndex>(topology_.size()); i-- > 0;) {
    std::uint32_t size = 1;
    for (const NodeIndex child : children[i])
      size += sizes_[child];
    sizes_[i] = std::bit_ceil(size);
    if (i > 0) children[topology_.nodes[i].parent].push_back(i);
  }
  addresses_[0] = base_address;  // the first of its prefix, until the node gets its own
  for (NodeIndex i = 0; i < topology_.size(); ++i) {
    std::ranges::stable_sort(children[i], std::ranges::greater(),
                             [&](NodeIndex child) { return sizes_[child]; });
    std::uint32_t next = addresses_[i];
    for (const NodeIndex child : children[i]) {
      addresses_[child] = next;
      next += sizes_[child];
    }
    addresses_[i] = next;
    by_address_[next] = i;
  }
}

std::uint32_t BareNetwork::add_end(NodeIndex index, NodeIndex lower) {
  const sim::LinkProperties& link = topology_.nodes[lower].uplink;
  const auto device = ns3::CreateObject<ns3::PointToPointNetDevice>();
  device->SetDataRate(ns3::DataRate(link.rate == 0 ? unlimited : link.rate));
  const auto queue = ns3::CreateObject<ns3::DropTailQueue<ns3::Packet>>();
  queue->SetMaxSize({ns3::QueueSizeUnit::PACKETS, link.queue});
  device->SetQueue(queue);
  nodes_[index]->AddDevice(device);
  const auto ip = nodes_[index]->GetObject<ns3::Ipv4>();
  const std::uint32_t interface = ip->AddInterface(device);
  ip->AddAddress(interface, ns3::Ipv4InterfaceAddress(address(index), ns3::Ipv4Mask::GetOnes()));
  ip->SetUp(interface);
  return interface;
}

void BareNetwork::add_link(NodeIndex lower) {
  const NodeIndex parent = topology_.nodes[lower].parent;
  const std::uint32_t below = add_end(lower, lower);
  const std::uint32_t above = add_end(parent, lower);
  const auto channel = ns3::CreateObject<ns3::PointToPointChannel>();
  channel->SetAttribute("Delay", ns3::TimeValue(ns3::NanoSeconds(static_cast<std::uint64_t>(
                                     topology_.nodes[lower].uplink.delay.count()))));
  const auto device_of = [&](NodeIndex node, std::uint32_t interface) {
    return ns3::DynamicCast<ns3::PointToPointNetDevice>(
        nodes_[node]->GetObject<ns3::Ipv4>()->GetNetDevice(interface));
  };
  device_of(lower, below)->Attach(channel);
  device_of(parent, above)->Attach(channel);
  routing_of(nodes_[lower])->SetDefaultRoute(ns3::Ipv4Address::GetZero(), below);
  const std::uint32_t size = sizes_[lower];
  const std::uint32_t prefix = addresses_[lower] & ~(size - 1);
  routing_of(nodes_[parent])
      ->AddNetworkRouteTo(ns3::Ipv4Address(prefix), ns3::Ipv4Mask(~(size - 1)), above);
}

void BareNetwork::count_packets() {
  const ns3::Callback<void, ns3::Ptr<const ns3::Packet>> count(
      [this](ns3::Ptr<const ns3::Packet>) { ++packets_; });
  for (const auto& node : nodes_)
    for (std::uint32_t i = 0; i < node->GetNDevices(); ++i)
      node->GetDevice(i)->TraceConnectWithoutContext("PhyTxBegin", count);
}

void set_tcp_defaults() {
  using ns3::Config::SetDefault;
  SetDefault("ns3::TcpSocket::SegmentSize", ns3::UintegerValue(1448));
  SetDefault("ns3::TcpSocket::SndBufSize", ns3::UintegerValue(1 << 18));
  SetDefault("ns3::TcpSocket::RcvBufSize", ns3::UintegerValue(1 << 18));
  SetDefault("ns3::TcpSocket::ConnTimeout", ns3::TimeValue(ns3::Seconds(1)));
  SetDefault("ns3::TcpSocket::DelAckTimeout", ns3::TimeValue(ns3::MilliSeconds(40)));
  SetDefault("ns3::TcpSocketBase::MinRto", ns3::TimeValue(ns3::MilliSeconds(200)));
  SetDefault("ns3::TcpSocketBase::MaxSegLifetime", ns3::DoubleValue(1));
  SetDefault("ns3::TcpL4Protocol::SocketType", ns3::StringValue("ns3::TcpLinuxReno"));
}

}  // namespace touchstone::bench
