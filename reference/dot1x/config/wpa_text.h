#pragma once
// The letters of wpa_supplicant.conf: values and lines as wpa_supplicant 2.10 reads them
// (src/utils/config.c, wpa_supplicant/config_file.c).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reference/base/secret.h"

namespace touchstone::dot1x::config {

enum class FieldKind : std::uint8_t { string, number, other };
enum class FieldPlace : std::uint8_t { network, global };

struct FieldType {
  FieldKind kind = FieldKind::other;
  std::int64_t least = 0;  ///< of a number
  std::int64_t most = 0;
};

/// What wpa_supplicant takes for the field; nothing for one that it does not know there.
[[nodiscard]] std::optional<FieldType> type_of(FieldPlace place, std::string_view name) noexcept;

/// Holds a key, a password or a PIN, at any place: nobody is shown its value.
[[nodiscard]] bool is_secret_field(std::string_view name) noexcept;

/// As strtol(3) with base 0 takes the whole of it; no text at all is 0.
[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view value) noexcept;

/// The octets of a string value: `"text"` up to the last quotation mark, which has to end it,
/// `P"text"` with escapes of printf, or an even number of hexadecimal digits. Nothing otherwise.
[[nodiscard]] std::optional<SecretOctets> parse_string(std::string_view value);

/// `"text"` where that reads as `octets`, else hexadecimal digits.
[[nodiscard]] SecretOctets print_string(OctetView octets);

/// What is left of a line without blanks around it and without a comment: `#` outside of quotation
/// marks begins one. Empty for a line that says nothing.
[[nodiscard]] std::string_view without_comment(std::string_view line) noexcept;

}  // namespace touchstone::dot1x::config
