#include "sim/net/wire.h"

#include <ns3/node.h>
#include <ns3/packet.h>
#include <ns3/point-to-point-net-device.h>
#include <ns3/simulator.h>
#include <algorithm>

#include "sim/net/ns3_time.h"
#include "sim/net/packet_view.h"

namespace touchstone::sim::net {
namespace {

constexpr std::uint32_t ppp_header = 2;

Octets octets_of(ns3::Ptr<const ns3::Packet> packet) {
  Octets octets(packet->GetSize());
  packet->CopyData(octets.data(), packet->GetSize());
  return octets;
}

std::optional<PacketView> view_of(ns3::Ptr<const ns3::Packet> packet) {
  std::array<std::uint8_t, ppp_header + looked_at> head;
  const std::uint32_t size = packet->CopyData(head.data(), head.size());
  if (size < ppp_header) return std::nullopt;
  return view_packet(OctetView(head).subspan(ppp_header, size - ppp_header));
}

}  // namespace

bool Wiring::is_parted(std::uint32_t from, std::uint32_t to) const {
  const auto holds = [](const NodeSet& set, NodeIndex node) {
    return std::ranges::any_of(set, [&](const NodeSpan& span) { return span.contains(node); });
  };
  const NodeIndex source = topology->at_address(from);
  const NodeIndex target = topology->at_address(to);
  return std::ranges::any_of(partitions, [&](const Partition& one) {
    return (holds(one.a, source) && holds(one.b, target)) ||
           (holds(one.b, source) && holds(one.a, target));
  });
}

NS_OBJECT_ENSURE_REGISTERED(Wire);

ns3::TypeId Wire::GetTypeId() {
  static const ns3::TypeId id =
      ns3::TypeId("touchstone::Wire").SetParent<ns3::PointToPointChannel>().AddConstructor<Wire>();
  return id;
}

void Wire::place(Wiring& wiring, LinkIndex link) {
  const TopologyNode& lower = wiring.topology->nodes[link];
  wiring_ = &wiring;
  link_ = link;
  properties_ = lower.uplink;
  directions_[0].random = RandomStream(wiring.seed, lower.name, "link up");
  directions_[1].random = RandomStream(wiring.seed, lower.name, "link down");
  directions_[0].from = directions_[1].to = link;
  directions_[0].to = directions_[1].from = lower.parent;
}

void Wire::drop_packet(Way way, std::uint64_t nth) {
  Direction& direction = directions_[static_cast<std::size_t>(way)];
  direction.to_drop.insert(direction.entered + nth);
}

bool Wire::TransmitStart(ns3::Ptr<const ns3::Packet> sent,
                         ns3::Ptr<ns3::PointToPointNetDevice> source, ns3::Time transmission) {
  const Way way = GetPointToPointDevice(0) == source ? Way::up : Way::down;
  Direction& direction = directions_[static_cast<std::size_t>(way)];
  count(sent);
  ++direction.entered;
  if (way == Way::up) show(sent);
  if (is_cut(direction, sent)) {
    ++wiring_->counters.cut;
    return true;
  }
  if (direction.to_drop.erase(direction.entered) != 0) {
    ++wiring_->counters.dropped;
    return true;
  }
  if (is_lost(direction)) return true;
  ns3::Ptr<ns3::Packet> packet = sent->Copy();
  if (direction.random.happens(impairment_.corrupt)) packet = corrupt(direction, packet);
  const Moment at = arrival(direction, Moment(transmission.GetNanoSeconds()));
  if (direction.random.happens(impairment_.duplicate)) {
    ++wiring_->counters.duplicated;
    deliver(way, at, packet->Copy());
  }
  deliver(way, at, packet);
  return true;
}

bool Wire::is_cut(const Direction& direction, ns3::Ptr<const ns3::Packet> packet) const {
  if (!is_up_ || !wiring_->powered[direction.from]) return true;
  if (wiring_->partitions.empty()) return false;
  const auto view = view_of(packet);
  return view && wiring_->is_parted(view->from.address, view->to.address);
}

bool Wire::is_lost(Direction& direction) {
  const BurstLoss& burst = impairment_.burst;
  if (burst.to_bad > 0 || direction.is_bad) {
    const double turn = direction.is_bad ? burst.to_good : burst.to_bad;
    if (direction.random.happens(turn)) direction.is_bad = !direction.is_bad;
    if (direction.random.happens(direction.is_bad ? burst.loss_bad : burst.loss_good)) {
      ++wiring_->counters.burst_lost;
      return true;
    }
  }
  const bool is_lost = direction.random.happens(impairment_.loss);
  if (is_lost) ++wiring_->counters.lost;
  return is_lost;
}

ns3::Ptr<ns3::Packet> Wire::corrupt(Direction& direction, ns3::Ptr<ns3::Packet> packet) {
  const Octets whole = octets_of(packet);
  Octets datagram(whole.begin() + ppp_header, whole.end());
  const auto view = view_packet(datagram);
  if (!view || view->payload_size == 0) return packet;
  const std::size_t offset = direction.random.below(view->payload_size);
  change_payload(datagram, *view, offset,
                 static_cast<std::uint8_t>(1 + direction.random.below(255)));
  ++wiring_->counters.corrupted;
  const auto changed =
      ns3::Create<ns3::Packet>(datagram.data(), static_cast<std::uint32_t>(datagram.size()));
  const auto front = ns3::Create<ns3::Packet>(whole.data(), ppp_header);
  front->AddAtEnd(changed);
  return front;
}

Moment Wire::arrival(Direction& direction, Moment transmission) {
  Moment travel = transmission + properties_.delay + impairment_.extra_delay;
  if (impairment_.extra_delay > Duration::zero()) ++wiring_->counters.delayed;
  if (properties_.jitter > Duration::zero())
    travel += Duration(static_cast<std::int64_t>(
        direction.random.below(static_cast<std::uint64_t>(properties_.jitter.count()) + 1)));
  const Moment now(ns3::Simulator::Now().GetNanoSeconds());
  const Moment at = std::max(direction.last_arrival, now + travel);
  if (direction.random.happens(impairment_.reorder)) {
    ++wiring_->counters.reordered;
    return at + impairment_.reorder_by;
  }
  direction.last_arrival = at;
  return at;
}

void Wire::deliver(Way way, Moment at, ns3::Ptr<ns3::Packet> packet) {
  const ns3::Time wait = to_ns3(at) - ns3::Simulator::Now();
  const NodeIndex to = directions_[static_cast<std::size_t>(way)].to;
  ns3::Simulator::ScheduleWithContext(to, wait, &Wire::arrive, this, way, std::move(packet));
}

void Wire::arrive(Way way, ns3::Ptr<ns3::Packet> packet) {
  if (way == Way::down) show(packet);
  if (!wiring_->powered[directions_[static_cast<std::size_t>(way)].to]) {
    ++wiring_->counters.cut;
    return;
  }
  GetPointToPointDevice(way == Way::up ? 1 : 0)->Receive(packet);
}

void Wire::count(ns3::Ptr<const ns3::Packet> packet) {
  ++wiring_->counters.packets;
  if (const auto view = view_of(packet)) wiring_->counters.octets += view->payload_size;
}

void Wire::show(ns3::Ptr<const ns3::Packet> packet) const {
  if (pcap_) pcap_->Write(ns3::Simulator::Now(), packet);
  if (!wiring_->tap) return;
  const Octets whole = octets_of(packet);
  const OctetView datagram = OctetView(whole).subspan(ppp_header);
  const auto view = view_packet(datagram);
  if (!view || view->payload_size == 0) return;
  wiring_->tap({.link = link_,
                .from = view->from,
                .to = view->to,
                .is_stream = view->is_tcp,
                .payload = datagram.subspan(view->payload_at, view->payload_size)});
}

}  // namespace touchstone::sim::net
