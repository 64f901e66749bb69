#pragma once
// The ends of the streams of the world `flow`.

#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

#include "sim/flow/packet.h"

namespace touchstone::sim {

inline constexpr std::size_t segment_octets = 1448;
inline constexpr std::uint32_t window_segments = 64;

struct StreamEnd {
  enum class State : std::uint8_t { connecting, open };

  State state = State::connecting;
  bool is_left = false;        ///< its owner has closed it; it lives until its octets have arrived
  bool has_said_last = false;  ///< FIN is on its way
  StreamId far;
  Endpoint near_place;
  Endpoint far_place;
  Moment give_up_at{};         ///< of connect()
  Duration round_trip{};       ///< as measured last; zero: not yet
  std::uint64_t next_out = 0;  ///< sequence of the next segment
  std::uint64_t next_in = 0;   ///< and of the one that is waited for
  std::uint32_t in_flight = 0;
  std::deque<Octets> waiting;  ///< behind the window
  std::size_t waiting_octets = 0;
  std::map<std::uint64_t, Packet> early;  ///< arrived before one that is missing
};

/// By their ids; a few for each node.
class StreamTable {
 public:
  StreamId add(NodeIndex node);
  StreamEnd* find(StreamId id);
  void erase(StreamId id) { ends_.erase(key(id)); }
  /// In the order of their numbers.
  [[nodiscard]] std::vector<StreamId> of_node(NodeIndex node) const;

 private:
  static std::uint64_t key(StreamId id) noexcept {
    return std::uint64_t{id.node} << 32 | id.number;
  }

  std::unordered_map<std::uint64_t, StreamEnd> ends_;
  std::uint32_t next_number_ = 1;
};

}  // namespace touchstone::sim
