#pragma once
// The letters of wpa_supplicant.conf, as wpa_supplicant 2.10 was seen to take them
// (fixtures/dot1x/verdicts).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::conformance::oracle::dot1x {

/// So many octets of a line are read, its end among them; the others are dropped without a word.
inline constexpr std::size_t line_outside = 511;
inline constexpr std::size_t line_in_block = 1999;

/// What a line says: no blanks around it, no comment. `#` inside quotation marks begins none.
[[nodiscard]] std::string_view said_of(std::string_view line);

/// The octets of `"text"`, `P"text"` or hexadecimal digits; nothing for anything else.
[[nodiscard]] std::optional<std::string> wpa_string(std::string_view value);

/// As strtol(3) with base 0 takes the whole of it; nothing is 0.
[[nodiscard]] std::optional<std::int64_t> wpa_number(std::string_view value);

}  // namespace touchstone::conformance::oracle::dot1x
