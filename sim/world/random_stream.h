#pragma once
// Random numbers of a run. Every use has a stream of its own, named by whom and for what, so that
// one draw more in one place changes nothing in another, and a second run in the same process is
// the same run.

#include <cstdint>
#include <string_view>

#include "reference/base/random.h"

namespace touchstone::sim {

/// Of 64 bits, the same on every machine and in every run of every program.
[[nodiscard]] std::uint64_t hash_name(std::string_view text, std::uint64_t start = 0) noexcept;

/// SplitMix64: eight octets of state, since there are thousands of streams. Not for real keys.
class RandomStream final : public RandomSource {
 public:
  /// `owner` is the name of a node or of a link, `purpose` what it draws for.
  RandomStream(std::uint64_t seed, std::string_view owner, std::string_view purpose) noexcept
      : state_(hash_name(purpose, hash_name(owner, seed))) {}
  explicit RandomStream(std::uint64_t state) noexcept : state_(state) {}

  std::uint64_t next() noexcept;
  /// 0 <= x < 1, 53 bits.
  double unit() noexcept;
  /// 0 .. `bound` - 1; `bound` is not 0.
  std::uint64_t below(std::uint64_t bound) noexcept;
  /// True with the probability `chance`; nothing is drawn for 0 or less.
  bool happens(double chance) noexcept { return chance > 0 && unit() < chance; }
  /// Of the exponential distribution with this mean.
  double exponential(double mean) noexcept;

  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

}  // namespace touchstone::sim
