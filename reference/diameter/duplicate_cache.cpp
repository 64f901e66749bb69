#include "reference/diameter/duplicate_cache.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace touchstone::diameter {
namespace {

constexpr std::size_t least_slots = 64;
constexpr std::uint64_t upper_half = ~std::uint64_t{0xFFFFFFFF};

constexpr std::size_t slot_in(std::uint64_t place) noexcept {
  return static_cast<std::size_t>(place & 0xFFFFFFFF) - 1;
}

std::uint64_t hash_of(std::string_view key) noexcept {
  return std::hash<std::string_view>{}(key);
}

}  // namespace

// The lengths need no place in it: a host holds no blank, and the identifier is the tail.
std::string DuplicateCache::make_key(std::string_view origin_host, std::string_view session_id,
                                     std::uint32_t end_to_end) {
  std::string key;
  key.reserve(origin_host.size() + 1 + session_id.size() + 4);
  for (const char c : origin_host)
    key.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
  key += ' ';
  key += session_id;
  for (int shift = 24; shift >= 0; shift -= 8)
    key.push_back(static_cast<char>(end_to_end >> shift & 0xFF));
  return key;
}

std::optional<std::size_t> DuplicateCache::place_of(std::string_view key,
                                                    std::uint64_t hash) const noexcept {
  if (index_.empty()) return std::nullopt;
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash & mask; index_[at] != 0; at = (at + 1) & mask) {
    if ((index_[at] ^ hash) >> 32 != 0) continue;
    if (ring_[slot_in(index_[at])].key == key) return at;
  }
  return std::nullopt;
}

std::optional<OctetView> DuplicateCache::find(std::string_view key) const {
  const auto place = place_of(key, hash_of(key));
  if (!place) return std::nullopt;
  return OctetView(ring_[slot_in(index_[*place])].answer);
}

void DuplicateCache::enter(std::size_t slot) noexcept {
  const std::uint64_t hash = ring_[slot].hash;
  const std::size_t mask = index_.size() - 1;
  std::size_t at = hash & mask;
  while (index_[at] != 0)
    at = (at + 1) & mask;
  index_[at] = (hash & upper_half) | (slot + 1);
}

// What follows without a gap moves up, or it would no longer be found.
void DuplicateCache::leave(std::size_t slot) noexcept {
  const std::size_t mask = index_.size() - 1;
  std::size_t hole = ring_[slot].hash & mask;
  while (slot_in(index_[hole]) != slot)
    hole = (hole + 1) & mask;
  for (std::size_t at = (hole + 1) & mask; index_[at] != 0; at = (at + 1) & mask) {
    const std::size_t home = ring_[slot_in(index_[at])].hash & mask;
    if (((at - home) & mask) < ((at - hole) & mask)) continue;
    index_[hole] = index_[at];
    hole = at;
  }
  index_[hole] = 0;
}

void DuplicateCache::drop_oldest() {
  Entry& oldest = ring_[first_];
  leave(first_);
  octets_ -= oldest.answer.size();
  wipe(oldest.answer.data(), oldest.answer.size());
  oldest.answer.clear();
  first_ = slot_at(1);
  --count_;
}

void DuplicateCache::grow() {
  std::ranges::rotate(ring_, ring_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
  ring_.resize(std::min(limits_.answers, std::max(least_slots, 2 * ring_.size())));
  index_.assign(2 * std::bit_ceil(ring_.size()), 0);
  for (std::size_t slot = 0; slot < count_; ++slot)
    enter(slot);
}

void DuplicateCache::remember(std::string key, OctetView answer) {
  const std::uint64_t hash = hash_of(key);
  if (place_of(key, hash) || answer.size() > limits_.octets || limits_.answers == 0) return;
  while (count_ >= limits_.answers || octets_ + answer.size() > limits_.octets)
    drop_oldest();
  if (count_ == ring_.size()) grow();
  const std::size_t slot = slot_at(count_++);
  ring_[slot].hash = hash;
  ring_[slot].key = std::move(key);
  ring_[slot].answer.assign(answer.begin(), answer.end());
  octets_ += answer.size();
  enter(slot);
}

}  // namespace touchstone::diameter
