#include "reference/ipsec/config/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

namespace touchstone::ipsec::config {
namespace {

/// One number of an IPv4 address: decimal, or as C spells it where `c_like`.
std::optional<std::uint64_t> v4_number(std::string_view text, bool c_like) {
  int base = 10;
  if (c_like && text.size() > 1 && text[0] == '0') {
    base = text[1] == 'x' || text[1] == 'X' ? 16 : 8;
    text.remove_prefix(base == 16 ? 2 : 1);
  }
  const bool leading_zero = text.size() > 1 && text[0] == '0';
  if (text.empty() || text.size() > 12 || (!c_like && leading_zero)) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Address> v4(std::string_view text, bool c_like) {
  std::array<std::uint64_t, 4> parts = {};
  std::size_t count = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const auto part = v4_number(text.substr(0, dot), c_like);
    if (!part || count == parts.size()) return std::nullopt;
    parts[count++] = *part;
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  if (!c_like && count != 4) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    if (parts[i] > 255) return std::nullopt;
    value |= parts[i] << (24 - 8 * i);
  }
  if (parts[count - 1] >> (8 * (5 - count)) != 0) return std::nullopt;
  value |= parts[count - 1];
  Address address;
  for (std::size_t i = 0; i < 4; ++i)
    address.octets[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  return address;
}

/// Appends the groups of one side of `::`; the last may be an IPv4 address.
bool v6_groups(std::string_view text, bool last_side, std::vector<std::uint16_t>& out) {
  if (text.empty()) return true;
  while (true) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    if (colon == std::string_view::npos && last_side && group.find('.') != std::string_view::npos) {
      const auto tail = v4(group, false);
      if (!tail) return false;
      for (std::size_t i = 0; i < 4; i += 2)
        out.push_back(static_cast<std::uint16_t>(tail->octets[i] << 8 | tail->octets[i + 1]));
      return true;
    }
    std::uint16_t value = 0;
    if (group.empty() || group.size() > 4) return false;
    const auto [end, error] = std::from_chars(group.data(), group.data() + group.size(), value, 16);
    if (error != std::errc() || end != group.data() + group.size()) return false;
    out.push_back(value);
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon + 1);
  }
}

std::optional<Address> v6(std::string_view text) {
  std::vector<std::uint16_t> front;
  std::vector<std::uint16_t> back;
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) {
    if (!v6_groups(text, true, front) || front.size() != 8) return std::nullopt;
  } else {
    if (!v6_groups(text.substr(0, gap), false, front)) return std::nullopt;
    if (!v6_groups(text.substr(gap + 2), true, back)) return std::nullopt;
    if (front.size() + back.size() > 7) return std::nullopt;
    front.resize(8 - back.size());
    front.insert(front.end(), back.begin(), back.end());
  }
  Address address{.v6 = true};
  for (std::size_t i = 0; i < 8; ++i) {
    address.octets[2 * i] = static_cast<std::uint8_t>(front[i] >> 8);
    address.octets[2 * i + 1] = static_cast<std::uint8_t>(front[i]);
  }
  return address;
}

/// A number, or the one interface that every system has, where the address is link-local.
bool is_scope(std::string_view scope, const Address& address) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(scope.data(), scope.data() + scope.size(), number);
  if (!scope.empty() && error == std::errc() && end == scope.data() + scope.size()) return true;
  return scope == "lo" && address.octets[0] == 0xfe && (address.octets[1] & 0xc0) == 0x80;
}

std::string print_v6(const std::array<std::uint16_t, 8>& groups) {
  std::size_t best = 8;
  std::size_t longest = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t run = 0;
    while (i + run < 8 && groups[i + run] == 0)
      ++run;
    if (run > longest) best = i, longest = run;
  }
  std::string text;
  for (std::size_t i = 0; i < 8;) {
    if (i == best) {
      text += "::";
      i += longest;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += fmt::format("{:x}", groups[i++]);
  }
  return text;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text, AddressForm form) {
  const bool system = form == AddressForm::system;
  if (text.find(':') == std::string_view::npos) return v4(text, system);
  const std::size_t percent = system ? text.find('%') : std::string_view::npos;
  const auto address = v6(text.substr(0, percent));
  if (address && percent != std::string_view::npos && !is_scope(text.substr(percent + 1), *address))
    return std::nullopt;
  return address;
}

std::string print_address(const Address& address) {
  const auto& octets = address.octets;
  if (!address.v6) return fmt::format("{}.{}.{}.{}", octets[0], octets[1], octets[2], octets[3]);
  std::array<std::uint16_t, 8> groups = {};
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = static_cast<std::uint16_t>(octets[2 * i] << 8 | octets[2 * i + 1]);
  return print_v6(groups);
}

Address network_of(Address address, unsigned prefix) noexcept {
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned kept = prefix > 8 * i ? std::min(prefix - 8 * i, 8U) : 0;
    address.octets[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
  }
  return address;
}

bool same_network(const Address& one, const Address& other, unsigned prefix) noexcept {
  return one.v6 == other.v6 && network_of(one, prefix) == network_of(other, prefix);
}

}  // namespace touchstone::ipsec::config
