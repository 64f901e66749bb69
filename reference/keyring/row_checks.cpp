#include "reference/keyring/row_checks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::keyring {
namespace {

using Hashes = SecretVector<std::uint32_t>;

std::uint32_t hash_of(const RootKey& key) noexcept {
  constexpr std::uint64_t multiplier = 0x9E3779B97F4A7C15;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, key.data(), 8);
  std::memcpy(&high, key.data() + 8, 8);
  return static_cast<std::uint32_t>((low ^ std::rotl(high * multiplier, 32)) * multiplier >> 32);
}

/// One bit for each value of the upper bits of a hash. Sixteen bits a hash leave 6 in 100 suspected
/// wrongly, and the filter of a million fits the second-level cache.
class HashFilter {
 public:
  explicit HashFilter(std::size_t hashes)
      : shift_(32 -
               std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(hashes)) + 4, 10, 32)),
        words_(std::size_t{1} << (32 - shift_ - 6)) {}

  void prefetch(std::uint32_t hash) const noexcept {
    __builtin_prefetch(&words_[hash >> shift_ >> 6], 1);
  }
  /// True when the bit stood already.
  bool set(std::uint32_t hash) noexcept {
    std::uint64_t& word = words_[hash >> shift_ >> 6];
    const std::uint64_t bit = std::uint64_t{1} << (hash >> shift_ & 63);
    const bool stood = (word & bit) != 0;
    word |= bit;
    return stood;
  }
  [[nodiscard]] bool test(std::uint32_t hash) const noexcept {
    return (words_[hash >> shift_ >> 6] >> (hash >> shift_ & 63) & 1) != 0;
  }

 private:
  unsigned shift_;
  std::vector<std::uint64_t> words_;
};

/// The indices of those hashes that may stand twice, in their order.
std::vector<std::uint32_t> suspects(const Hashes& hashes) {
  constexpr std::size_t ahead = 16;
  HashFilter filter(hashes.size());
  Hashes repeated;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (i + ahead < hashes.size()) filter.prefetch(hashes[i + ahead]);
    if (filter.set(hashes[i])) repeated.push_back(hashes[i]);
  }
  std::vector<std::uint32_t> found;
  if (repeated.empty()) return found;
  // They are few, so their filter is small and quick to ask for everybody.
  HashFilter small(repeated.size());
  for (const std::uint32_t hash : repeated)
    small.set(hash);
  for (std::size_t i = 0; i < hashes.size(); ++i)
    if (small.test(hashes[i])) found.push_back(static_cast<std::uint32_t>(i));
  return found;
}

/// Of rows that share a bit of the filter, those that share the key.
std::optional<SameKey> compare_exactly(std::span<const NodeRow> rows,
                                       std::vector<std::uint32_t>& suspected) {
  std::sort(suspected.begin(), suspected.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = std::memcmp(rows[a].root_key.data(), rows[b].root_key.data(), 16);
    return order != 0 ? order < 0 : a < b;
  });
  std::optional<SameKey> found;
  for (std::size_t i = 1; i < suspected.size(); ++i) {
    const SameKey pair{suspected[i - 1], suspected[i]};
    if (rows[pair.first].root_key != rows[pair.second].root_key) continue;
    if (!found || pair.second < found->second) found = pair;
  }
  return found;
}

}  // namespace

std::optional<SameKey> find_same_key(std::span<const NodeRow> rows) {
  TOUCHSTONE_CHECK(rows.size() < 0xFFFFFFFF);
  Hashes hashes(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    hashes[i] = hash_of(rows[i].root_key);
  std::vector<std::uint32_t> left = suspects(hashes);
  // Other bits of the hashes clear almost all of those whom chance brought together.
  for (const std::uint32_t multiplier : {0x85EBCA6BU, 0xC2B2AE35U}) {
    Hashes others(left.size());
    for (std::size_t i = 0; i < left.size(); ++i)
      others[i] = hashes[left[i]] * multiplier;
    std::vector<std::uint32_t> fewer = suspects(others);
    for (std::uint32_t& suspected : fewer)
      suspected = left[suspected];
    left = std::move(fewer);
  }
  return compare_exactly(rows, left);
}

}  // namespace touchstone::keyring
