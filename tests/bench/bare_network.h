#pragma once
// A topology on ns-3 as anybody would build it who wants it quick: point-to-point devices and
// channels, IPv4 with static routes, UDP, TCP. Nothing of sim/net is in it. Addresses are dealt so
// that each subtree is one prefix, since ns-3 looks through its routes one by one.

#include <ns3/ipv4-address.h>
#include <ns3/node.h>

#include <map>
#include <vector>

#include "sim/world/topology.h"

namespace touchstone::bench {

class BareNetwork {
 public:
  /// The one simulation of ns-3 in the process until the network goes.
  explicit BareNetwork(const sim::Topology& topology);
  ~BareNetwork();
  BareNetwork(const BareNetwork&) = delete;
  BareNetwork& operator=(const BareNetwork&) = delete;

  [[nodiscard]] const ns3::Ptr<ns3::Node>& node(sim::NodeIndex index) const {
    return nodes_[index];
  }
  [[nodiscard]] ns3::Ipv4Address address(sim::NodeIndex index) const {
    return ns3::Ipv4Address(addresses_[index]);
  }
  [[nodiscard]] sim::NodeIndex at(ns3::Ipv4Address address) const {
    return by_address_.at(address.Get());
  }
  /// Counts what enters links from now on; it costs time.
  void count_packets();
  [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

 private:
  void deal_addresses();
  void add_link(sim::NodeIndex lower);
  std::uint32_t add_end(sim::NodeIndex index, sim::NodeIndex lower);

  const sim::Topology& topology_;
  std::vector<std::uint32_t> addresses_;
  std::vector<std::uint32_t> sizes_;  ///< of the prefix of each subtree
  std::map<std::uint32_t, sim::NodeIndex> by_address_;
  std::vector<ns3::Ptr<ns3::Node>> nodes_;
  std::uint64_t packets_ = 0;
};

/// The settings of TCP that sim/net has, for all sockets of the process: else the packets differ.
void set_tcp_defaults();

}  // namespace touchstone::bench
