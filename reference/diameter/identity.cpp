#include "reference/diameter/identity.h"

#include <algorithm>
#include <charconv>

#include "reference/base/octets.h"
#include "reference/diameter/errc.h"

namespace touchstone::diameter {
namespace {

constexpr std::size_t max_name = 255;
constexpr std::size_t max_label = 63;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_label_octet(char c) noexcept {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_';
}

bool is_ipv4(std::string_view text) noexcept {
  int numbers = 0;
  while (true) {
    const std::string_view part = text.substr(0, text.find('.'));
    unsigned value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || end != part.data() + part.size() || part.size() > 3 ||
        value > 255) {
      return false;
    }
    ++numbers;
    if (part.size() == text.size()) return numbers == 4;
    text.remove_prefix(part.size() + 1);
  }
}

bool is_hex_group(std::string_view part) noexcept {
  return !part.empty() && part.size() <= 4 &&
         std::ranges::all_of(part, [](char c) { return hex_value(c) != 0xFF; });
}

// Groups of `text` separated by ':'; -1 when one is malformed.
int count_groups(std::string_view text) noexcept {
  if (text.empty()) return 0;
  int groups = 0;
  while (true) {
    const std::string_view part = text.substr(0, text.find(':'));
    const bool is_last = part.size() == text.size();
    if (is_last && is_ipv4(part)) return groups + 2;
    if (!is_hex_group(part)) return -1;
    ++groups;
    if (is_last) return groups;
    text.remove_prefix(part.size() + 1);
  }
}

// RFC 4291 §2.2.
bool is_ipv6(std::string_view text) noexcept {
  const std::size_t gap = text.find("::");
  if (gap == std::string_view::npos) return count_groups(text) == 8;
  const int before = count_groups(text.substr(0, gap));
  const int after = count_groups(text.substr(gap + 2));
  return before >= 0 && after >= 0 && before + after <= 7;
}

// Reads `:port`, when one is there, from the front of `rest`.
Result<void> take_port(std::string_view& rest, std::size_t place, std::uint16_t& port) {
  if (!rest.starts_with(':')) return {};
  const char* begin = rest.data() + 1;
  const auto [end, error] = std::from_chars(begin, rest.data() + rest.size(), port);
  if (error != std::errc{} || port == 0) {
    return fail(Errc::configuration, "expected a port from 1 to 65535", place + 1);
  }
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return {};
}

}  // namespace

int compare_identities(std::string_view a, std::string_view b) noexcept {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(lower(a[i]));
    const auto y = static_cast<unsigned char>(lower(b[i]));
    if (x != y) return x < y ? -1 : 1;
  }
  return a.size() == b.size() ? 0 : a.size() < b.size() ? -1 : 1;
}

Result<HostKind> classify_host(std::string_view host) {
  if (is_ipv4(host)) return HostKind::ipv4;
  if (is_ipv6(host)) return HostKind::ipv6;
  if (host.empty() || host.size() > max_name) {
    return fail(Errc::configuration, "expected a host name of 1 to 255 octets", 0);
  }
  std::size_t label = 0;
  for (std::size_t i = 0; i < host.size(); ++i) {
    if (host[i] == '.' && label > 0 && i + 1 < host.size()) {
      label = 0;
    } else if (is_label_octet(host[i]) && label < max_label) {
      ++label;
    } else {
      return fail(Errc::configuration, "expected a host name", i);
    }
  }
  return HostKind::name;
}

Result<DiameterUri> parse_uri(std::string_view text) {
  DiameterUri uri;
  const std::size_t scheme = text.starts_with("aaa://") ? 6 : text.starts_with("aaas://") ? 7 : 0;
  if (scheme == 0) return fail(Errc::configuration, "expected aaa:// or aaas://", 0);
  uri.tls = scheme == 7;
  uri.port = uri.tls ? default_tls_port : default_port;
  std::string_view rest = text.substr(scheme);
  const bool bracketed = rest.starts_with('[');
  if (bracketed) rest.remove_prefix(1);
  const std::size_t end = std::min(rest.find_first_of(bracketed ? "]" : ":;"), rest.size());
  const std::size_t place = scheme + (bracketed ? 1 : 0);
  auto kind = classify_host(rest.substr(0, end));
  if (!kind) {
    kind.error().offset += place;
    return std::unexpected(kind.error());
  }
  if (bracketed != (*kind == HostKind::ipv6) || (bracketed && end == rest.size())) {
    return fail(Errc::configuration, "expected an IPv6 address in brackets", scheme);
  }
  uri.kind = *kind;
  uri.host = rest.substr(0, end);
  rest.remove_prefix(end + (bracketed ? 1 : 0));
  const auto offset = [&] { return text.size() - rest.size(); };
  TOUCHSTONE_TRY_VOID(take_port(rest, offset(), uri.port));
  for (const std::string_view option : {";transport=tcp", ";protocol=diameter"}) {
    if (rest.starts_with(option)) rest.remove_prefix(option.size());
  }
  if (rest.empty()) return uri;
  return fail(Errc::configuration, "expected the end, or ;transport=tcp", offset());
}

std::string print_uri(const DiameterUri& uri) {
  std::string out = uri.tls ? "aaas://" : "aaa://";
  out += uri.kind == HostKind::ipv6 ? '[' + uri.host + ']' : uri.host;
  if (uri.port != (uri.tls ? default_tls_port : default_port)) {
    out += ':' + std::to_string(uri.port);
  }
  return out;
}

}  // namespace touchstone::diameter
