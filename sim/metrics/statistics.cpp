#include "sim/metrics/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace touchstone::sim {
namespace {

constexpr std::uint32_t code_admitted = 1;  // gateway::JoinCode

}  // namespace

Duration Sample::quantile(double part) const {
  if (times_.empty()) return {};
  if (!is_sorted_) std::ranges::sort(times_);
  is_sorted_ = true;
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(times_.size())));
  return std::chrono::microseconds(times_[std::clamp<std::size_t>(rank, 1, times_.size()) - 1]);
}

Duration Sample::mean() const {
  if (times_.empty()) return {};
  const auto sum = std::accumulate(times_.begin(), times_.end(), std::uint64_t{0});
  return std::chrono::microseconds(sum / times_.size());
}

Statistics::Statistics(const Topology& topology, Journal& journal)
    : topology_(topology), journal_(journal), begun_(topology.size(), Moment(-1)) {}

void Statistics::set_begun(NodeIndex node, Moment at) {
  joining_ += at >= Moment() ? 1U : 0U;
  if (begun_[node] >= Moment()) {
    --joining_;
    for (Recovery& recovery : recoveries)
      if (recovery.took < Duration() && begun_[node] <= recovery.healed_at) --recovery.waiting;
  }
  begun_[node] = at;
}

void Statistics::on_happening(const Happening& one) {
  ++counts_[static_cast<std::size_t>(one.kind)];
  const bool is_gateway = one.node != no_node && topology_.nodes[one.node].role == Role::gateway;
  switch (one.kind) {
    case Happening::Kind::start:
      if (is_gateway) started_[one.node] = one.at;
      break;
    case Happening::Kind::crash:
      started_.erase(one.node);
      with_keys_.erase(one.node);
      connections_.erase(one.node);
      set_begun(one.node, Moment(-1));
      break;
    case Happening::Kind::begin:
      set_begun(one.node, one.at);
      break;
    case Happening::Kind::join:
      on_join(one);
      break;
    case Happening::Kind::answer:
      ++results[one.code];
      break;
    case Happening::Kind::reply:
      if (one.code == 0) ++unanswered;
      if (one.code != 0) replies.add(one.took);
      break;
    case Happening::Kind::keys:
      if (with_keys_.insert(one.node).second) first_keys.add(one.at - started_[one.node]);
      break;
    case Happening::Kind::peer_up:
      ++connections_[one.node];
      break;
    case Happening::Kind::peer_down:
      --connections_[one.node];
      break;
    case Happening::Kind::heal:
      recoveries.push_back({std::string(one.text), one.at, Duration(-1), joining_});
      ++open_recoveries_;
      break;
    default:
      return;
  }
  if (open_recoveries_ > 0) look_for_recovery(one.at);
}

void Statistics::on_join(const Happening& one) {
  set_begun(one.node, Moment(-1));
  datagrams += one.count;
  if (one.code != code_admitted) {
    ++refused;
    return;
  }
  ++admitted;
  joins.add(one.took);
}

bool Statistics::is_recovered(const Recovery& recovery) const {
  if (recovery.waiting > 0) return false;
  return std::ranges::all_of(started_, [this](const auto& gateway) {
    const auto found = connections_.find(gateway.first);
    return found != connections_.end() && found->second > 0;
  });
}

void Statistics::look_for_recovery(Moment now) {
  for (Recovery& recovery : recoveries) {
    if (recovery.took >= Duration() || !is_recovered(recovery)) continue;
    recovery.took = now - recovery.healed_at;
    --open_recoveries_;
    const std::string text = recovery.fault;
    journal_.tell(
        {.at = now, .kind = Happening::Kind::recover, .took = recovery.took, .text = text});
  }
}

}  // namespace touchstone::sim
