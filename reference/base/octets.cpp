#include "reference/base/octets.h"

#include <array>

namespace touchstone {
namespace {

constexpr std::array<std::uint8_t, 256> make_hex_table() {
  std::array<std::uint8_t, 256> table{};
  table.fill(0xFF);
  for (std::uint8_t i = 0; i < 10; ++i)
    table[static_cast<std::size_t>('0') + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) {
    table[static_cast<std::size_t>('a') + i] = static_cast<std::uint8_t>(10 + i);
    table[static_cast<std::size_t>('A') + i] = static_cast<std::uint8_t>(10 + i);
  }
  return table;
}

constexpr auto hex_table = make_hex_table();

}  // namespace

std::uint8_t hex_value(char digit) noexcept {
  return hex_table[static_cast<std::uint8_t>(digit)];
}

std::string to_hex(OctetView octets) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(octets.size() * 2);
  for (const std::uint8_t octet : octets) {
    text.push_back(digits[octet >> 4]);
    text.push_back(digits[octet & 0x0F]);
  }
  return text;
}

std::optional<Octets> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  Octets octets;
  octets.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const std::uint8_t high = hex_value(digits[i]);
    const std::uint8_t low = hex_value(digits[i + 1]);
    if ((high | low) > 0x0F) return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return octets;
}

}  // namespace touchstone
