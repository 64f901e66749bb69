#include "reference/gateway/access_point.h"

#include <algorithm>

#include "reference/base/defect.h"

namespace touchstone::gateway {
namespace {

constexpr std::size_t attempt_at = 8;

std::optional<std::array<std::uint8_t, 20>> attempt_of(OctetView datagram, bool upwards) {
  const auto message = decode_join(datagram);
  if (!message) return std::nullopt;
  const bool of_a_node = message->type == JoinType::request || message->type == JoinType::proof;
  if (of_a_node != upwards) return std::nullopt;
  std::array<std::uint8_t, 20> attempt{};
  std::ranges::copy(datagram.subspan(attempt_at, attempt.size()), attempt.begin());
  return attempt;
}

}  // namespace

bool AccessPoint::goes_up(OctetView datagram, const Sender& node, std::chrono::seconds now) {
  for (; !leaving_.empty() && leaving_.front().at <= now; leaving_.pop_front())
    nodes_.erase(leaving_.front().attempt);
  const auto attempt = attempt_of(datagram, true);
  if (!attempt) return false;
  const auto known = nodes_.find(*attempt);
  if (known != nodes_.end()) return known->second == node;
  if (nodes_.size() >= max_attempts_) return false;
  nodes_.emplace(*attempt, node);
  leaving_.push_back({now + remembered_for, *attempt});
  return true;
}

std::optional<Sender> AccessPoint::goes_down(OctetView datagram) const {
  if (TOUCHSTONE_DEFECT("GC-03.results_lost") && datagram.size() == join_long_size)
    return std::nullopt;
  const auto attempt = attempt_of(datagram, false);
  const auto known = attempt ? nodes_.find(*attempt) : nodes_.end();
  if (known == nodes_.end()) return std::nullopt;
  return known->second;
}

}  // namespace touchstone::gateway
