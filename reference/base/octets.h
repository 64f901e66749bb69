#pragma once
// Octet strings and their hexadecimal spelling.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone {

using Octets = std::vector<std::uint8_t>;
using OctetView = std::span<const std::uint8_t>;

/// The octets of `text`, without a terminating zero. The view ends with the life of `text`.
[[nodiscard]] inline OctetView as_octets(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The characters of `octets`, unchecked. The view ends with the life of `octets`.
[[nodiscard]] inline std::string_view as_text(OctetView octets) noexcept {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// Two lower-case digits an octet, no prefix. Never call it on a secret outside a codec.
[[nodiscard]] std::string to_hex(OctetView octets);

/// Digits of either case, an even number of them, no prefix; nothing otherwise.
[[nodiscard]] std::optional<Octets> from_hex(std::string_view digits);

/// Value 0..15 of one hexadecimal digit, or 0xFF.
[[nodiscard]] std::uint8_t hex_value(char digit) noexcept;

}  // namespace touchstone
