#pragma once
// Whether text is made of the octets of a range, told eight at a time: the checks of names and
// texts are most of the octets of a message.

#include <cstdint>
#include <cstring>

#include "reference/base/octets.h"

namespace touchstone::diameter {

/// The octets from `least` to `most`, which are under 0x80.
class OctetRange {
 public:
  constexpr OctetRange() noexcept : OctetRange(0, 0x7F) {}
  constexpr OctetRange(std::uint8_t least, std::uint8_t most) noexcept
      : low_(in_every_octet(0x80U - least)), high_(in_every_octet(0x7FU - most)) {}

  /// Whether all octets of `text` are of the range; true of none.
  [[nodiscard]] bool holds(OctetView text) const noexcept {
    const std::uint8_t* at = text.data();
    std::size_t left = text.size();
    if (left < 8) return holds(load_tail(at, left));
    // The last words overlap those before: that costs less than to read their octets singly.
    if (left > 16) {
      for (; left > 16; at += 16, left -= 16) {
        if (!holds(load_word(at)) || !holds(load_word(at + 8))) return false;
      }
      at -= 16 - left;
      left = 16;
    }
    return holds(load_word(at)) && holds(load_word(at + left - 8));
  }

 private:
  static constexpr std::uint64_t in_every_octet(std::uint32_t value) noexcept {
    return 0x0101010101010101ULL * value;
  }
  static std::uint64_t load_word(const std::uint8_t* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    return word;
  }
  // Under eight octets; the least of the range in the place of the others.
  [[nodiscard]] std::uint64_t load_tail(const std::uint8_t* at, std::size_t size) const noexcept {
    std::uint64_t word = in_every_octet(0x80) - low_;
    for (std::size_t i = 0; i < size; ++i)
      word = word << 8 | at[i];
    return word;
  }
  // With the high bits clear, adding carries into them exactly from `least`, and from behind
  // `most`, on. An octet with its high bit set is refused for that, whatever it carries over.
  [[nodiscard]] bool holds(std::uint64_t word) const noexcept {
    return (((word | (word + high_)) | ~(word + low_)) & in_every_octet(0x80)) == 0;
  }

  std::uint64_t low_;
  std::uint64_t high_;
};

inline constexpr OctetRange ascii{};
/// What host names, realms and addresses are made of.
inline constexpr OctetRange visible_ascii{0x21, 0x7E};

}  // namespace touchstone::diameter
