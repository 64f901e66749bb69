#include "sim/net/datagrams.h"

#include <ns3/inet-socket-address.h>
#include <ns3/packet.h>
#include <ns3/udp-socket-factory.h>
#include <algorithm>
#include <array>

namespace touchstone::sim::net {

Datagrams::Datagrams(Network& network, Wiring& wiring)
    : network_(network), wiring_(wiring), ports_(wiring.topology->size()) {}

void Datagrams::bind(NodeIndex node, std::uint16_t port) {
  if (!wiring_.powered[node]) return;
  const auto socket =
      ns3::Socket::CreateSocket(network_.node(node), ns3::UdpSocketFactory::GetTypeId());
  socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), port));
  socket->SetRecvCallback(ns3::Callback<void, ns3::Ptr<ns3::Socket>>(
      [this, node, port](ns3::Ptr<ns3::Socket> heard) { take(node, port, heard); }));
  ports_[node].push_back({port, socket});
}

void Datagrams::send(NodeIndex node, std::uint16_t from, Endpoint to, OctetView octets) {
  const auto port = std::ranges::find(ports_[node], from, &Port::number);
  if (port == ports_[node].end()) return;
  const auto packet =
      ns3::Create<ns3::Packet>(octets.data(), static_cast<std::uint32_t>(octets.size()));
  port->socket->SendTo(packet, 0, ns3::InetSocketAddress(ns3::Ipv4Address(to.address), to.port));
}

void Datagrams::take(NodeIndex node, std::uint16_t port, ns3::Ptr<ns3::Socket> socket) {
  ns3::Address sender;
  while (const auto packet = socket->RecvFrom(sender)) {
    std::array<std::uint8_t, 1500> octets;
    const std::uint32_t size = packet->CopyData(octets.data(), octets.size());
    const auto from = ns3::InetSocketAddress::ConvertFrom(sender);
    events_->on_datagram(node, port, {from.GetIpv4().Get(), from.GetPort()},
                         OctetView(octets).first(size));
  }
}

void Datagrams::lose(NodeIndex node) {
  for (const Port& port : ports_[node]) {
    port.socket->SetRecvCallback({});
    port.socket->Close();
  }
  ports_[node].clear();
}

}  // namespace touchstone::sim::net
