#pragma once
// A link and everything that can be wrong with it. All faults act here, at the one place that every
// packet passes; the devices at its ends are those of ns-3.

#include <ns3/pcap-file-wrapper.h>
#include <ns3/point-to-point-channel.h>
#include <ns3/point-to-point-net-device.h>
#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "sim/world/random_stream.h"
#include "sim/world/world.h"

namespace touchstone::sim::net {

/// What all links of a world share.
struct Wiring {
  const Topology* topology = nullptr;
  std::uint64_t seed = 0;
  Tap tap;
  WorldCounters counters;
  std::vector<bool> powered;  ///< by node

  struct Partition {
    PartitionId id;
    NodeSet a;
    NodeSet b;
  };
  std::vector<Partition> partitions;

  [[nodiscard]] bool is_parted(std::uint32_t from, std::uint32_t to) const;
};

class Wire final : public ns3::PointToPointChannel {
 public:
  static ns3::TypeId GetTypeId();

  /// Before the devices are attached, that of the lower end first. `wiring` outlives the wire.
  void place(Wiring& wiring, LinkIndex link);
  /// Packets as the lower end sees them.
  void capture(ns3::Ptr<ns3::PcapFileWrapper> file) { pcap_ = file; }

  void set_impairment(const Impairment& impairment) { impairment_ = impairment; }
  void set_up(bool is_up) { is_up_ = is_up; }
  void drop_packet(Way way, std::uint64_t nth);

  bool TransmitStart(ns3::Ptr<const ns3::Packet> packet,
                     ns3::Ptr<ns3::PointToPointNetDevice> source, ns3::Time transmission) override;

 private:
  struct Direction {
    RandomStream random{0};
    std::uint64_t entered = 0;
    std::set<std::uint64_t> to_drop;
    bool is_bad = false;    // Gilbert-Elliott
    Moment last_arrival{};  // what was sent later does not come earlier
    NodeIndex from = no_node;
    NodeIndex to = no_node;
  };

  bool is_cut(const Direction& direction, ns3::Ptr<const ns3::Packet> packet) const;
  bool is_lost(Direction& direction);
  ns3::Ptr<ns3::Packet> corrupt(Direction& direction, ns3::Ptr<ns3::Packet> packet);
  Moment arrival(Direction& direction, Moment transmission);
  void deliver(Way way, Moment at, ns3::Ptr<ns3::Packet> packet);
  void arrive(Way way, ns3::Ptr<ns3::Packet> packet);
  void show(ns3::Ptr<const ns3::Packet> packet) const;
  void count(ns3::Ptr<const ns3::Packet> packet);

  Wiring* wiring_ = nullptr;
  LinkIndex link_ = 0;
  LinkProperties properties_;
  Impairment impairment_;
  bool is_up_ = true;
  std::array<Direction, 2> directions_;  // by Way
  ns3::Ptr<ns3::PcapFileWrapper> pcap_;
};

}  // namespace touchstone::sim::net
