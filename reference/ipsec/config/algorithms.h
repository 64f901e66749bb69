#pragma once
// The algorithms that racoon.conf names, and what key lengths they have.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace touchstone::ipsec::config {

enum class AlgorithmClass : std::uint8_t {
  phase1_cipher,
  phase1_hash,
  phase1_method,
  phase1_group,
  phase2_cipher,
  phase2_auth,
  phase2_compression,
};

/// A row of algorithms.def. Two spellings of one algorithm have the same numbers.
struct Algorithm {
  std::string_view spelling;
  std::string_view name;  ///< one name for all spellings
  std::uint16_t number[7];

  /// Its number in `place`, 0 if racoon has it not there.
  [[nodiscard]] std::uint16_t in(AlgorithmClass place) const noexcept {
    return number[static_cast<std::size_t>(place)];
  }
};

[[nodiscard]] std::span<const Algorithm> algorithms() noexcept;
[[nodiscard]] const Algorithm* find_algorithm(std::string_view spelling) noexcept;
/// The first row with this number in `place`, or null.
[[nodiscard]] const Algorithm* find_algorithm(AlgorithmClass place, std::uint16_t number) noexcept;

/// Bits of a cipher key.
struct KeyLengths {
  unsigned least = 0;
  unsigned most = 0;
  unsigned step = 8;
  unsigned absent = 128;      ///< what racoon takes when the file tells none
  unsigned kernel_least = 0;  ///< what Linux has of it
};
/// Nothing for an algorithm whose key length is fixed: racoon allows no number after it.
[[nodiscard]] std::optional<KeyLengths> key_lengths(const Algorithm& cipher) noexcept;
[[nodiscard]] bool allows(const KeyLengths& lengths, std::uint64_t bits) noexcept;

/// Whether Linux can do it in phase 2.
[[nodiscard]] bool is_in_kernel(const Algorithm& algorithm, AlgorithmClass place) noexcept;
/// Broken or far too short: DES, MD5, a group of 768 bits.
[[nodiscard]] bool is_weak(const Algorithm& algorithm) noexcept;

}  // namespace touchstone::ipsec::config
