#include "sim/flow/flow_world.h"

#include <algorithm>

#include "sim/flow/flow_world_inside.h"

namespace touchstone::sim {
namespace {

bool holds(const NodeSet& set, NodeIndex node) {
  return std::ranges::any_of(set, [node](const NodeSpan& span) { return span.contains(node); });
}

bool has(const std::vector<std::uint16_t>& ports, std::uint16_t port) {
  return std::ranges::find(ports, port) != ports.end();
}

constexpr std::size_t header_octets = 28;         // IPv4 and UDP
constexpr std::size_t stream_header_octets = 52;  // IPv4 and TCP with time stamps

std::size_t size_on_wire(const Packet& packet) {
  return packet.payload.size() +
         (packet.kind == Packet::Kind::datagram ? header_octets : stream_header_octets);
}

}  // namespace

Result<std::unique_ptr<World>> make_flow_world(const Topology& topology, WorldSettings settings) {
  return std::make_unique<FlowWorld>(topology, std::move(settings));
}

FlowWorld::FlowWorld(const Topology& topology, WorldSettings settings)
    : topology_(topology), settings_(std::move(settings)), nodes_(topology.size()) {
  links_.reserve(topology_.size());
  for (const TopologyNode& node : topology_.nodes)
    links_.emplace_back(RandomStream(settings_.seed, node.name, "link"));
}

void FlowWorld::run_until(Moment end) {
  is_stopped_ = false;
  while (!is_stopped_) {
    const auto event = queue_.pop(end);
    if (!event) break;
    now_ = event->at;
    ++counters_.events;
    if (event->is_action) {
      queue_.take(event->number)();
    } else {
      on_packet(event->number);
    }
  }
  if (!is_stopped_) now_ = std::max(now_, end);
}

// Packets.

FlowWorld::Number FlowWorld::make_packet(Packet::Kind kind, Endpoint from, Endpoint to) {
  const Number number = packets_.add();
  Packet& packet = packets_[number];
  packet.kind = kind;
  packet.from = from;
  packet.to = to;
  packet.sent_at = now_;
  return number;
}

void FlowWorld::launch(Number number) {
  Packet& packet = packets_[number];
  packet.at = topology_.at_address(packet.from.address);
  packet.destination = topology_.at_address(packet.to.address);
  const bool is_possible = packet.at != no_node && nodes_[packet.at].has_power;
  if (packet.destination == no_node || !is_possible) {
    ++counters_.cut;
    return lose(number);
  }
  packet.next = packet.at;
  if (packet.at == packet.destination) return queue_.push(now_, number);
  forward(number);
}

void FlowWorld::forward(Number number) {
  Packet& packet = packets_[number];
  packet.next = topology_.next_hop(packet.at, packet.destination);
  const bool is_up = topology_.nodes[packet.at].parent == packet.next;
  const LinkIndex link = is_up ? packet.at : packet.next;
  if (settings_.tap && !packet.payload.empty()) capture(link, packet);
  if (is_cut(topology_.at_address(packet.from.address), packet.destination)) {
    ++counters_.cut;
    return lose(number);
  }
  const Passage passage =
      links_[link].enter(topology_.nodes[link].uplink, is_up ? Way::up : Way::down, now_,
                         size_on_wire(packet), counters_);
  if (!passage.arrives) return lose(number);
  pass(number, passage);
}

void FlowWorld::pass(Number number, const Passage& passage) {
  if (passage.is_doubled) {
    const Number copy = packets_.add();
    packets_[copy] = packets_[number];
    packets_[copy].is_copy = true;
    queue_.push(passage.at, copy);
  }
  Packet& packet = packets_[number];
  if (passage.is_corrupt && !packet.payload.empty()) {
    packet.is_corrupt = true;
    packet.damage = passage.damage;
  }
  queue_.push(passage.at, number);
}

void FlowWorld::on_packet(Number number) {
  Packet& packet = packets_[number];
  packet.at = packet.next;
  if (!nodes_[packet.at].has_power) {
    ++counters_.cut;
    return lose(number);
  }
  if (packet.at == packet.destination) return arrive(number);
  forward(number);
}

void FlowWorld::arrive(Number number) {
  Packet packet = std::move(packets_[number]);
  packets_[number].payload = {};
  packets_.release(number);
  if (packet.is_corrupt) {
    ++counters_.corrupted;
    packet.payload[packet.damage % packet.payload.size()] ^= 0x55;
  }
  switch (packet.kind) {
    case Packet::Kind::datagram:
      if (has(nodes_[packet.at].bound, packet.to.port))
        listener_->on_datagram(packet.at, packet.to.port, packet.from, packet.payload);
      return;
    case Packet::Kind::syn:
      return take_syn(packet);
    case Packet::Kind::syn_ack:
      return take_syn_ack(packet);
    case Packet::Kind::segment:
      return take_segment(packet);
    case Packet::Kind::reset:
      return take_reset(packet);
  }
}

void FlowWorld::lose(Number number) {
  Packet& packet = packets_[number];
  if (!packet.is_repeated() || streams_.find(packet.sender) == nullptr)
    return packets_.release(number);
  packet.is_corrupt = false;
  queue_.push(now_ + patience_with(packet), [this, number] { resend(number); });
}

bool FlowWorld::is_cut(NodeIndex from, NodeIndex to) const {
  return std::ranges::any_of(partitions_, [=](const Partition& one) {
    return (holds(one.a, from) && holds(one.b, to)) || (holds(one.b, from) && holds(one.a, to));
  });
}

void FlowWorld::capture(LinkIndex link, const Packet& packet) const {
  settings_.tap({.link = link,
                 .from = packet.from,
                 .to = packet.to,
                 .is_stream = packet.kind == Packet::Kind::segment,
                 .payload = packet.payload});
}

// Datagrams.

void FlowWorld::bind(NodeIndex node, std::uint16_t port) {
  if (!has(nodes_[node].bound, port)) nodes_[node].bound.push_back(port);
}

void FlowWorld::send_datagram(NodeIndex node, std::uint16_t from, Endpoint to, OctetView octets) {
  const Number number =
      make_packet(Packet::Kind::datagram, {topology_.nodes[node].address, from}, to);
  packets_[number].payload.assign(octets.begin(), octets.end());
  launch(number);
}

// Faults.

void FlowWorld::set_impairment(LinkIndex link, const Impairment& impairment) {
  links_[link].impair(impairment);
}

void FlowWorld::drop_packet(LinkIndex link, Way way, std::uint64_t nth) {
  links_[link].drop(way, nth);
}

PartitionId FlowWorld::partition(NodeSet a, NodeSet b) {
  partitions_.push_back({next_partition_, std::move(a), std::move(b)});
  return next_partition_++;
}

void FlowWorld::heal(PartitionId partition) {
  std::erase_if(partitions_, [partition](const Partition& one) { return one.id == partition; });
}

void FlowWorld::set_power(NodeIndex node, bool is_on) {
  NodeState& state = nodes_[node];
  if (state.has_power == is_on) return;
  state.has_power = is_on;
  if (is_on) return;
  state.listening.clear();
  state.bound.clear();
  for (const StreamId stream : streams_.of_node(node))
    streams_.erase(stream);
}

}  // namespace touchstone::sim
