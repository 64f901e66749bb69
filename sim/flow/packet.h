#pragma once
// What travels in the world `flow`: datagrams, and segments of streams without the octets of IP.

#include <cstdint>
#include <deque>
#include <vector>

#include "reference/base/octets.h"
#include "sim/world/world.h"

namespace touchstone::sim {

struct Packet {
  enum class Kind : std::uint8_t { datagram, syn, syn_ack, segment, reset };

  Kind kind = Kind::datagram;
  bool is_last = false;      ///< a segment with FIN
  bool is_copy = false;      ///< a duplicate: nobody sends it again
  bool is_corrupt = false;   ///< `damage` says where
  std::uint8_t tries = 0;    ///< how often it was sent before
  NodeIndex at = no_node;    ///< where it is, or was when it entered the link
  NodeIndex next = no_node;  ///< the other end of that link
  NodeIndex destination = no_node;
  Endpoint from;
  Endpoint to;
  StreamId sender;
  StreamId receiver;           ///< unknown in a syn
  std::uint64_t sequence = 0;  ///< of a segment: 0, 1, 2, ...
  std::uint32_t damage = 0;
  Moment sent_at{};
  Octets payload;

  [[nodiscard]] bool is_repeated() const noexcept {
    return !is_copy && (kind == Kind::segment || kind == Kind::syn || kind == Kind::syn_ack);
  }
};

/// Packets by number, with their memory used again.
class PacketPool {
 public:
  using Number = std::uint32_t;

  Number add();
  Packet& operator[](Number number) { return packets_[number]; }
  void release(Number number);

 private:
  std::deque<Packet> packets_;
  std::vector<Number> free_;
};

}  // namespace touchstone::sim
