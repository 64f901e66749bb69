#include "sim/flow/link.h"

#include <algorithm>

namespace touchstone::sim {
namespace {

constexpr std::uint64_t usual_packet = 1500;

Duration part_of(Duration whole, double part) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * part));
}

Duration time_to_send(std::size_t size, std::uint64_t rate) {
  return rate == 0 ? Duration() : Duration(size * 8 * 1'000'000'000 / rate);
}

}  // namespace

FlowLink::Trouble& FlowLink::trouble() {
  if (trouble_ == nullptr) trouble_ = std::make_unique<Trouble>();
  return *trouble_;
}

void FlowLink::impair(const Impairment& impairment) {
  trouble().impairment = impairment;
  trouble().is_impaired = true;
}

void FlowLink::drop(Way way, std::uint64_t nth) {
  trouble().drops[static_cast<std::size_t>(way)].push_back(nth);
}

bool FlowLink::is_dropped(Trouble& trouble, Way way, WorldCounters& counters) {
  std::vector<std::uint64_t>& drops = trouble.drops[static_cast<std::size_t>(way)];
  bool now = false;
  for (std::uint64_t& left : drops)
    now = --left == 0 || now;
  std::erase(drops, 0);
  if (now) ++counters.dropped;
  return now;
}

bool FlowLink::is_lost(Trouble& trouble, Way way, WorldCounters& counters) {
  const Impairment& impairment = trouble.impairment;
  if (chance_.happens(impairment.loss)) {
    ++counters.lost;
    return true;
  }
  const BurstLoss& burst = impairment.burst;
  bool& is_bad = trouble.is_bad[static_cast<std::size_t>(way)];
  if (burst.to_bad <= 0 && !is_bad) return false;
  if (chance_.happens(is_bad ? burst.to_good : burst.to_bad)) is_bad = !is_bad;
  if (!chance_.happens(is_bad ? burst.loss_bad : burst.loss_good)) return false;
  ++counters.burst_lost;
  return true;
}

void FlowLink::damage(Passage& passage, Direction& direction, std::size_t size,
                      WorldCounters& counters) {
  const Impairment& impairment = trouble_->impairment;
  if (chance_.happens(impairment.reorder)) {
    // Those behind it overtake it: its own time is no longer theirs to keep.
    ++counters.reordered;
    passage.at += impairment.reorder_by;
  } else {
    direction.last_at = passage.at;
  }
  if (chance_.happens(impairment.duplicate)) {
    ++counters.duplicated;
    passage.is_doubled = true;
  }
  if (chance_.happens(impairment.corrupt)) {
    passage.is_corrupt = true;
    passage.damage = static_cast<std::uint32_t>(chance_.below(size == 0 ? 1 : size));
  }
}

Passage FlowLink::enter(const LinkProperties& properties, Way way, Moment now, std::size_t size,
                        WorldCounters& counters) {
  ++counters.packets;
  counters.octets += size;
  if (!is_up_) {
    ++counters.cut;
    return {};
  }
  if (trouble_ != nullptr) {
    if (is_dropped(*trouble_, way, counters)) return {};
    if (trouble_->is_impaired && is_lost(*trouble_, way, counters)) return {};
  }
  Direction& direction = directions_[static_cast<std::size_t>(way)];
  const Moment begin = std::max(now, direction.free_at);
  if (begin - now > time_to_send(usual_packet * properties.queue, properties.rate)) {
    ++counters.overflowed;
    return {};
  }
  direction.free_at = begin + time_to_send(size, properties.rate);
  Passage passage{.arrives = true, .at = direction.free_at + properties.delay};
  if (properties.jitter > Duration()) passage.at += part_of(properties.jitter, chance_.unit());
  const bool is_impaired = trouble_ != nullptr && trouble_->is_impaired;
  if (is_impaired && trouble_->impairment.extra_delay > Duration()) {
    passage.at += trouble_->impairment.extra_delay;
    ++counters.delayed;
  }
  passage.at = std::max(passage.at, direction.last_at);
  if (is_impaired) {
    damage(passage, direction, size, counters);
  } else {
    direction.last_at = passage.at;
  }
  return passage;
}

}  // namespace touchstone::sim
