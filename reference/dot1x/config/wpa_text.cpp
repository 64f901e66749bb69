#include "reference/dot1x/config/wpa_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "reference/base/defect.h"

namespace touchstone::dot1x::config {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

struct Field {
  FieldPlace place;
  std::string_view name;
  FieldType type;
};

constexpr Field fields[] = {
#define TOUCHSTONE_WPA_FIELD(where, name, kind, least, most) \
  {FieldPlace::where, name, {FieldKind::kind, least, most}},
#include "reference/dot1x/config/wpa_fields.def"
#undef TOUCHSTONE_WPA_FIELD
};

constexpr std::array<std::string_view, 16> secret_fields = {"password",
                                                            "psk",
                                                            "pin",
                                                            "pin2",
                                                            "private_key_passwd",
                                                            "private_key2_passwd",
                                                            "machine_password",
                                                            "machine_private_key_passwd",
                                                            "machine_pin",
                                                            "sae_password",
                                                            "mka_cak",
                                                            "wep_key0",
                                                            "wep_key1",
                                                            "wep_key2",
                                                            "wep_key3",
                                                            "dpp_netaccesskey"};

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// One escape of printf_decode(): the octets that it takes, 0 at the end of the text.
std::size_t take_escape(std::string_view text, SecretOctets& out) {
  constexpr std::array<std::pair<char, char>, 6> letters = {
      {{'\\', '\\'}, {'"', '"'}, {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'e', '\033'}}};
  if (text.size() < 2) return text.size();
  for (const auto& [letter, meant] : letters)
    if (text[1] == letter) {
      out.push_back(static_cast<std::uint8_t>(meant));
      return 2;
    }
  if (text[1] == 'x') {
    std::size_t used = 2;
    unsigned value = 0;
    while (used < std::min<std::size_t>(text.size(), 4) && hex_value(text[used]) < 16)
      value = value * 16 + hex_value(text[used++]);
    out.push_back(static_cast<std::uint8_t>(used == 2 ? 'x' : value));
    return used;
  }
  out.push_back(static_cast<std::uint8_t>(text[1]));
  return 2;
}

SecretOctets printf_decode(std::string_view text) {
  SecretOctets out;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\\') {
      i += take_escape(text.substr(i), out);
    } else {
      out.push_back(static_cast<std::uint8_t>(text[i++]));
    }
  }
  return out;
}

bool is_printable(OctetView octets) {
  return std::ranges::all_of(octets, [](std::uint8_t c) { return c >= 0x20 && c != 0x7F; });
}

}  // namespace

std::optional<FieldType> type_of(FieldPlace place, std::string_view name) noexcept {
  for (const Field& field : fields)
    if (field.place == place && field.name == name) return field.type;
  return std::nullopt;
}

bool is_secret_field(std::string_view name) noexcept {
  return std::ranges::find(secret_fields, name) != secret_fields.end();
}

std::optional<std::int64_t> parse_number(std::string_view value) noexcept {
  if (value.empty()) return 0;
  while (!value.empty() && is_blank(value.front()))
    value.remove_prefix(1);
  const bool minus = value.starts_with('-');
  if (minus || value.starts_with('+')) value.remove_prefix(1);
  int base = 10;
  if (value.starts_with("0x") || value.starts_with("0X")) {
    base = 16;
    value.remove_prefix(2);
  } else if (value.starts_with('0') && !TOUCHSTONE_DEFECT("WS-01.decimal")) {
    base = 8;
  }
  std::int64_t number = 0;
  const auto [end, fault] =
      std::from_chars(value.data(), value.data() + value.size(), number, base);
  const bool digits = !value.empty() && value.front() != '-';
  if (!digits || fault == std::errc::invalid_argument || end != value.data() + value.size())
    return std::nullopt;
  if (fault == std::errc::result_out_of_range) number = highest;  // as strtol does
  return minus ? -number : number;
}

std::optional<SecretOctets> parse_string(std::string_view value) {
  const bool escaped = value.starts_with("P\"");
  if (escaped) value.remove_prefix(1);
  if (value.starts_with('"')) {
    if (value.size() < 2 || value.rfind('"') != value.size() - 1) return std::nullopt;
    value = value.substr(1, value.size() - 2);
    return escaped ? printf_decode(value) : copy_secret(as_octets(value));
  }
  const auto octets = from_hex(value);
  if (!octets) return std::nullopt;
  return copy_secret(*octets);
}

SecretOctets print_string(OctetView octets) {
  SecretOctets out;
  const auto put = [&out](char c) { out.push_back(static_cast<std::uint8_t>(c)); };
  const bool quoted = is_printable(octets);
  if (quoted) put('"');
  for (const std::uint8_t octet : octets) {
    if (quoted) {
      out.push_back(octet);
    } else {
      put("0123456789abcdef"[octet >> 4]);
      put("0123456789abcdef"[octet & 15U]);
    }
  }
  if (quoted) put('"');
  return out;
}

std::string_view without_comment(std::string_view line) noexcept {
  while (!line.empty() && is_blank(line.front()))
    line.remove_prefix(1);
  if (line.starts_with('#')) return {};
  const std::size_t first = line.find('"');
  const std::size_t last = line.rfind('"');
  const bool quoted = first != std::string_view::npos && last != first;
  const std::size_t from = quoted && !TOUCHSTONE_DEFECT("WS-01.comment") ? last : 0;
  line = line.substr(0, line.find('#', from));
  while (!line.empty() && is_blank(line.back()))
    line.remove_suffix(1);
  return line;
}

}  // namespace touchstone::dot1x::config
