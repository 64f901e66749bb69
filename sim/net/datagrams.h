#pragma once
// The UDP ports of all nodes.

#include <ns3/socket.h>
#include <vector>

#include "sim/net/network.h"

namespace touchstone::sim::net {

class Datagrams {
 public:
  /// What the references name outlives the datagrams.
  Datagrams(Network& network, Wiring& wiring);
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;

  void attach(WorldEvents& events) { events_ = &events; }

  // As in World.
  void bind(NodeIndex node, std::uint16_t port);
  void send(NodeIndex node, std::uint16_t from, Endpoint to, OctetView octets);
  /// All ports of `node` are gone.
  void lose(NodeIndex node);

 private:
  struct Port {
    std::uint16_t number;
    ns3::Ptr<ns3::Socket> socket;
  };

  void take(NodeIndex node, std::uint16_t port, ns3::Ptr<ns3::Socket> socket);

  Network& network_;
  Wiring& wiring_;
  WorldEvents* events_ = nullptr;
  std::vector<std::vector<Port>> ports_;  // by node
};

}  // namespace touchstone::sim::net
