#include "reference/diameter/identity.h"

#include <algorithm>
#include <charconv>

#include "reference/diameter/config_uri.h"
#include "reference/diameter/errc.h"

namespace touchstone::diameter {
namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
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
  if (is_host_name(host)) return HostKind::name;
  const auto fits = [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const auto odd = std::ranges::find_if_not(host, fits);
  return fail(Errc::configuration, "expected a host name or an address",
              odd == host.end() ? 0 : static_cast<std::size_t>(odd - host.begin()));
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
