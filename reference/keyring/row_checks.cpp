#include "reference/keyring/row_checks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::keyring {
namespace {

/// One bit for each value of a hash of the key. Sixteen bits a row leave 6 in 100 keys suspected
/// wrongly, and the filter of a million rows fits the second-level cache.
class KeyFilter {
 public:
  KeyFilter(std::size_t rows, std::uint64_t multiplier)
      : bits_(std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(rows)) + 4, 10, 32)),
        multiplier_(multiplier),
        words_(std::size_t{1} << (bits_ - 6)) {}

  [[nodiscard]] std::uint32_t place(const RootKey& key) const noexcept {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::memcpy(&low, key.data(), 8);
    std::memcpy(&high, key.data() + 8, 8);
    const std::uint64_t mixed = (low ^ std::rotl(high * multiplier_, 32)) * multiplier_;
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
  std::uint64_t multiplier_;
  std::vector<std::uint64_t> words_;
};

/// Those of `count` candidates whose key may stand twice among them. `row_of` gives the index of a
/// candidate's row; the order stays.
template <class RowOf>
std::vector<std::uint32_t> suspects(std::span<const NodeRow> rows, std::size_t count, RowOf row_of,
                                    std::uint64_t multiplier) {
  KeyFilter filter(count, multiplier);
  std::vector<std::uint32_t> places;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t place = filter.place(rows[row_of(i)].root_key);
    if (filter.set(place)) places.push_back(place);
  }
  std::vector<std::uint32_t> found;
  if (places.empty()) return found;
  filter.clear();
  for (const std::uint32_t place : places)
    filter.set(place);
  for (std::size_t i = 0; i < count; ++i)
    if (filter.test(filter.place(rows[row_of(i)].root_key))) found.push_back(row_of(i));
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
  const auto every_row = [](std::size_t i) { return static_cast<std::uint32_t>(i); };
  const auto first = suspects(rows, rows.size(), every_row, 0x9E3779B97F4A7C15);
  // A filter of another hash clears almost all of those whom chance brought together.
  const auto suspected = [&](std::size_t i) { return first[i]; };
  auto second = suspects(rows, first.size(), suspected, 0xD6E8FEB86659FD93);
  return compare_exactly(rows, second);
}

}  // namespace touchstone::keyring
