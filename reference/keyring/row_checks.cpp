#include "reference/keyring/row_checks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::keyring {
namespace {

/// One bit for each value of a hash of the key. Sixteen bits a row leave 3 in 100 keys suspected
/// wrongly, and the filter of a million rows fits the second-level cache.
class KeyFilter {
 public:
  explicit KeyFilter(std::size_t rows)
      : bits_(std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(rows)) + 4, 10, 32)),
        words_(std::size_t{1} << (bits_ - 6)) {}

  [[nodiscard]] std::uint32_t place(const RootKey& key) const noexcept {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, key.data(), 8);
    std::memcpy(&high, key.data() + 8, 8);
    const std::uint64_t mixed = (low ^ high * 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93;
    return static_cast<std::uint32_t>(mixed >> (64 - bits_));
  }
  /// True when the bit stood already.
  bool set(std::uint32_t place) noexcept {
    std::uint64_t& word = words_[place >> 6];
    const std::uint64_t bit = std::uint64_t{1} << (place & 63);
    const bool stood = (word & bit) != 0;
    word |= bit;
    return stood;
  }
  [[nodiscard]] bool test(std::uint32_t place) const noexcept {
    return (words_[place >> 6] >> (place & 63) & 1) != 0;
  }
  void clear() { std::fill(words_.begin(), words_.end(), 0); }

 private:
  unsigned bits_;
  std::vector<std::uint64_t> words_;
};

/// Of rows that share a bit of the filter, those that share the key.
std::optional<SameKey> compare_exactly(std::span<const NodeRow> rows,
                                       std::vector<std::uint32_t>& suspects) {
  std::sort(suspects.begin(), suspects.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = std::memcmp(rows[a].root_key.data(), rows[b].root_key.data(), 16);
    return order != 0 ? order < 0 : a < b;
  });
  std::optional<SameKey> found;
  for (std::size_t i = 1; i < suspects.size(); ++i) {
    const SameKey pair{suspects[i - 1], suspects[i]};
    if (rows[pair.first].root_key != rows[pair.second].root_key) continue;
    if (!found || pair.second < found->second) found = pair;
  }
  return found;
}

}  // namespace

std::optional<SameKey> find_same_key(std::span<const NodeRow> rows) {
  TOUCHSTONE_CHECK(rows.size() < 0xFFFFFFFF);
  KeyFilter filter(rows.size());
  std::vector<std::uint32_t> places;
  for (const NodeRow& row : rows) {
    const std::uint32_t place = filter.place(row.root_key);
    if (filter.set(place)) places.push_back(place);
  }
  if (places.empty()) return std::nullopt;
  filter.clear();
  for (const std::uint32_t place : places)
    filter.set(place);
  std::vector<std::uint32_t> suspects;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (filter.test(filter.place(rows[i].root_key)))
      suspects.push_back(static_cast<std::uint32_t>(i));
  return compare_exactly(rows, suspects);
}

}  // namespace touchstone::keyring
