#include <algorithm>

#include "sim/flow/flow_world_inside.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

// As Linux has them: the least time before a segment is sent again, the first guess, and the end.
constexpr Duration least_patience = 200ms;
constexpr Duration first_patience = 1s;
constexpr Duration most_patience = 60s;
constexpr Duration give_up_after = 120s;

constexpr std::uint32_t ephemeral_ports = 16384;
constexpr std::uint16_t first_ephemeral = 49152;

}  // namespace

void FlowWorld::listen(NodeIndex node, std::uint16_t port) {
  auto& ports = nodes_[node].listening;
  if (std::ranges::find(ports, port) == ports.end()) ports.push_back(port);
}

StreamId FlowWorld::connect(NodeIndex node, Endpoint to, Duration patience) {
  const StreamId stream = streams_.add(node);
  StreamEnd& end = *streams_.find(stream);
  const auto port = static_cast<std::uint16_t>(first_ephemeral + stream.number % ephemeral_ports);
  end.near_place = {topology_.nodes[node].address, port};
  end.far_place = to;
  end.give_up_at = now_ + patience;
  queue_.push(end.give_up_at, [this, stream] {
    const StreamEnd* late = streams_.find(stream);
    if (late != nullptr && late->state == StreamEnd::State::connecting) give_up(stream);
  });
  const Number syn = make_packet(Packet::Kind::syn, end.near_place, to);
  packets_[syn].sender = stream;
  launch(syn);
  return stream;
}

void FlowWorld::send(StreamId stream, OctetView octets) {
  StreamEnd* end = streams_.find(stream);
  if (end == nullptr || end->is_left) return;
  while (!octets.empty()) {
    if (end->waiting.empty() || end->waiting.back().size() >= segment_octets)
      end->waiting.emplace_back();
    Octets& last = end->waiting.back();
    const std::size_t size = std::min(octets.size(), segment_octets - last.size());
    last.insert(last.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
    end->waiting_octets += size;
    octets = octets.subspan(size);
  }
  send_waiting(stream);
}

void FlowWorld::close(StreamId stream) {
  StreamEnd* end = streams_.find(stream);
  if (end == nullptr || end->is_left) return;
  if (end->state == StreamEnd::State::connecting) return streams_.erase(stream);
  end->is_left = true;
  send_waiting(stream);
}

void FlowWorld::abort(StreamId stream) {
  const StreamEnd* end = streams_.find(stream);
  if (end == nullptr) return;
  if (end->state == StreamEnd::State::open) {
    const Number reset = make_packet(Packet::Kind::reset, end->near_place, end->far_place);
    packets_[reset].sender = stream;
    packets_[reset].receiver = end->far;
    streams_.erase(stream);
    return launch(reset);
  }
  streams_.erase(stream);
}

std::size_t FlowWorld::backlog(StreamId stream) const {
  const StreamEnd* end = streams_.find(stream);
  return end == nullptr ? 0 : end->waiting_octets;
}

void FlowWorld::send_waiting(StreamId stream) {
  StreamEnd* end = streams_.find(stream);
  if (end == nullptr || end->state != StreamEnd::State::open) return;
  while (!end->waiting.empty() && end->in_flight < window_segments) {
    const Octets octets = std::move(end->waiting.front());
    end->waiting.pop_front();
    end->waiting_octets -= octets.size();
    send_segment(stream, *end, octets, end->is_left && end->waiting.empty());
  }
  // Nothing waited, and its owner has closed it: FIN alone.
  if (end->is_left && end->waiting.empty() && !end->has_said_last)
    send_segment(stream, *end, {}, true);
}

void FlowWorld::send_segment(StreamId stream, StreamEnd& end, OctetView octets, bool is_last) {
  const Number number = make_packet(Packet::Kind::segment, end.near_place, end.far_place);
  Packet& packet = packets_[number];
  packet.sender = stream;
  packet.receiver = end.far;
  packet.sequence = end.next_out++;
  packet.payload.assign(octets.begin(), octets.end());
  packet.is_last = is_last;
  end.has_said_last = end.has_said_last || is_last;
  ++end.in_flight;
  launch(number);
}

// What is lost comes again.

Duration FlowWorld::patience_with(const Packet& packet) {
  const StreamEnd* end = streams_.find(packet.sender);
  const Duration measured = end == nullptr ? Duration() : end->round_trip;
  const Duration first =
      measured == Duration() ? first_patience : std::max(least_patience, 2 * measured);
  const int doubled = std::min<int>(packet.tries, 8);
  return std::min(most_patience, first * (1 << doubled));
}

void FlowWorld::resend(Number number) {
  Packet& packet = packets_[number];
  if (streams_.find(packet.sender) == nullptr) return packets_.release(number);
  if (packet.kind == Packet::Kind::segment && now_ - packet.sent_at > give_up_after) {
    const StreamId stream = packet.sender;
    packets_.release(number);
    return give_up(stream);
  }
  ++packet.tries;
  ++counters_.retransmitted;
  launch(number);
}

void FlowWorld::give_up(StreamId stream) {
  const StreamEnd end = std::move(*streams_.find(stream));
  streams_.erase(stream);
  if (end.state == StreamEnd::State::connecting) return listener_->on_connect_failed(stream);
  if (!end.is_left) listener_->on_closed(stream);
}

// What arrives.

void FlowWorld::refuse(const Packet& packet) {
  const Number reset = make_packet(Packet::Kind::reset, packet.to, packet.from);
  packets_[reset].receiver = packet.sender;
  launch(reset);
}

void FlowWorld::take_syn(const Packet& packet) {
  if (packet.is_copy || streams_.find(packet.sender) == nullptr) return;
  const auto& ports = nodes_[packet.at].listening;
  if (std::ranges::find(ports, packet.to.port) == ports.end()) return refuse(packet);
  const StreamId stream = streams_.add(packet.at);
  StreamEnd& end = *streams_.find(stream);
  end.state = StreamEnd::State::open;
  end.far = packet.sender;
  end.near_place = packet.to;
  end.far_place = packet.from;
  const Number answer = make_packet(Packet::Kind::syn_ack, packet.to, packet.from);
  packets_[answer].sender = stream;
  packets_[answer].receiver = packet.sender;
  launch(answer);
  listener_->on_accepted(stream, packet.to.port, packet.from);
}

void FlowWorld::take_syn_ack(const Packet& packet) {
  const StreamEnd* end = streams_.find(packet.receiver);
  if (end == nullptr) return refuse(packet);
  if (end->state == StreamEnd::State::connecting) open(packet.receiver, packet.sender);
}

void FlowWorld::open(StreamId stream, StreamId far) {
  StreamEnd& end = *streams_.find(stream);
  end.state = StreamEnd::State::open;
  end.far = far;
  listener_->on_connected(stream);
  send_waiting(stream);
}

void FlowWorld::take_segment(Packet& packet) {
  StreamEnd* end = streams_.find(packet.receiver);
  if (end == nullptr) {
    if (!packet.is_copy && !packet.is_last) refuse(packet);
    return;
  }
  if (!packet.is_copy) acknowledge(packet);
  if (end->state == StreamEnd::State::connecting) {
    open(packet.receiver, packet.sender);  // its syn_ack comes later
    end = streams_.find(packet.receiver);
    if (end == nullptr) return;
  }
  if (packet.sequence > end->next_in) {
    end->early.try_emplace(packet.sequence, std::move(packet));
    return;
  }
  if (packet.sequence < end->next_in || !deliver(packet)) return;
  const StreamId stream = packet.receiver;
  while ((end = streams_.find(stream)) != nullptr && !end->early.empty() &&
         end->early.begin()->first == end->next_in) {
    Packet next = std::move(end->early.begin()->second);
    end->early.erase(end->early.begin());
    if (!deliver(next)) return;
  }
}

/// The next one in order. False when the stream is gone afterwards.
bool FlowWorld::deliver(Packet& packet) {
  StreamEnd* end = streams_.find(packet.receiver);
  ++end->next_in;
  if (!packet.payload.empty() && !end->is_left) {
    listener_->on_octets(packet.receiver, packet.payload);
    end = streams_.find(packet.receiver);
    if (end == nullptr) return false;
  }
  if (!packet.is_last) return true;
  const bool is_left = end->is_left;
  streams_.erase(packet.receiver);
  if (StreamEnd* far = streams_.find(packet.sender); far != nullptr && far->is_left)
    streams_.erase(packet.sender);
  if (!is_left) listener_->on_closed(packet.receiver);
  return false;
}

void FlowWorld::acknowledge(const Packet& packet) {
  StreamEnd* sender = streams_.find(packet.sender);
  if (sender == nullptr) return;
  const Duration one_way = now_ - packet.sent_at;
  if (packet.tries == 0) sender->round_trip = 2 * one_way;
  // An acknowledgement is worth an event only where somebody waits for it.
  if (sender->waiting.empty()) {
    sender->in_flight -= sender->in_flight > 0 ? 1 : 0;
    return;
  }
  queue_.push(now_ + sender->round_trip / 2,
              [this, stream = packet.sender] { on_acknowledged(stream); });
}

void FlowWorld::on_acknowledged(StreamId stream) {
  StreamEnd* end = streams_.find(stream);
  if (end == nullptr) return;
  end->in_flight -= end->in_flight > 0 ? 1 : 0;
  send_waiting(stream);
}

void FlowWorld::take_reset(const Packet& packet) {
  const StreamEnd* end = streams_.find(packet.receiver);
  if (end == nullptr) return;
  const bool is_connecting = end->state == StreamEnd::State::connecting;
  const bool is_left = end->is_left;
  streams_.erase(packet.receiver);
  if (is_connecting) {
    listener_->on_connect_failed(packet.receiver);
  } else if (!is_left) {
    listener_->on_closed(packet.receiver);
  }
}

}  // namespace touchstone::sim
