#include "sim/flow/packet.h"

#include <utility>

namespace touchstone::sim {

PacketPool::Number PacketPool::add() {
  if (free_.empty()) {
    packets_.emplace_back();
    return static_cast<Number>(packets_.size() - 1);
  }
  const Number number = free_.back();
  free_.pop_back();
  Octets kept = std::move(packets_[number].payload);
  kept.clear();
  packets_[number] = Packet{};
  packets_[number].payload = std::move(kept);
  return number;
}

void PacketPool::release(Number number) {
  // A burst shall not hold its memory for ever.
  if (packets_[number].payload.capacity() > 512) packets_[number].payload = Octets();
  free_.push_back(number);
}

}  // namespace touchstone::sim
