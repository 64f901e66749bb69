#include "conformance/oracle/dot1x/wpa_text.h"

#include <algorithm>

#include "conformance/oracle/oracle_defect.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::oracle::dot1x {

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '\\' || at == text.size()) {
      if (c != '\\') out += c;
      continue;
    }
    const char letter = text[at++];
    constexpr std::string_view letters = "nrte";
    constexpr std::string_view meant = "\n\r\t\033";
    if (const auto known = letters.find(letter); known != std::string_view::npos) {
      out += meant[known];
    } else if (letter == 'x') {
      unsigned value = 0;
      std::size_t digits = 0;
      for (; digits < 2 && at < text.size() && hex_value(text[at]) < 16; ++digits)
        value = value * 16 + hex_value(text[at++]);
      out += digits == 0 ? 'x' : static_cast<char>(value);
    } else {
      out += letter;
    }
  }
  return out;
}

}  // namespace

std::string_view said_of(std::string_view line) {
  const auto first = line.find_first_not_of(blanks);
  if (first == std::string_view::npos || line[first] == '#') return {};
  line.remove_prefix(first);
  std::size_t from = 0;
  if (const auto quote = line.find('"'); quote != std::string_view::npos)
    if (const auto last = line.rfind('"'); last > quote) from = last;
  if (TOUCHSTONE_ORACLE_DEFECT("wpa.comment")) from = 0;
  line = line.substr(0, line.find('#', from));
  return line.substr(0, line.find_last_not_of(blanks) + 1);
}

std::optional<std::string> wpa_string(std::string_view value) {
  const bool escaped = value.starts_with("P\"");
  if (escaped) value.remove_prefix(1);
  if (value.starts_with('"')) {
    const bool whole = value.size() > 1 && value.ends_with('"');
    if (!whole) return std::nullopt;
    const auto inner = value.substr(1, value.size() - 2);
    if (inner.contains('"') && TOUCHSTONE_ORACLE_DEFECT("wpa.quote")) return std::nullopt;
    return escaped ? unescaped(inner) : std::string(inner);
  }
  if (value.size() % 2 != 0 && !TOUCHSTONE_ORACLE_DEFECT("wpa.odd")) return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at + 1 < value.size(); at += 2) {
    const unsigned high = hex_value(value[at]);
    const unsigned low = hex_value(value[at + 1]);
    if (high > 15 || low > 15) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::optional<std::int64_t> wpa_number(std::string_view value) {
  if (value.empty()) return 0;
  value.remove_prefix(std::min(value.find_first_not_of(blanks), value.size()));
  const bool minus = value.starts_with('-');
  if (minus || value.starts_with('+')) value.remove_prefix(1);
  const bool hexadecimal = value.starts_with("0x") || value.starts_with("0X");
  if (hexadecimal) value.remove_prefix(2);
  const bool octal =
      !hexadecimal && value.starts_with('0') && !TOUCHSTONE_ORACLE_DEFECT("wpa.octal");
  const std::int64_t base = hexadecimal ? 16 : octal ? 8 : 10;
  if (value.empty()) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : value) {
    const std::int64_t digit = hex_value(c);
    if (digit >= base) return std::nullopt;
    number = number > (INT64_MAX - digit) / base ? INT64_MAX : number * base + digit;
  }
  return minus ? -number : number;
}

}  // namespace touchstone::conformance::oracle::dot1x
