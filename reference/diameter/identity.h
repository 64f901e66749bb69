#pragma once
// Names of Diameter nodes (RFC 6733 §4.3.1) and how they are compared.

#include <cstdint>
#include <string>
#include <string_view>

#include "reference/base/result.h"

namespace touchstone::diameter {

/// 5868 is what IANA registered for TLS; the text of §2.1 says 5658 (RFC 6733 errata and §11.4).
inline constexpr std::uint16_t default_port = 3868;
inline constexpr std::uint16_t default_tls_port = 5868;

/// -1, 0 or 1: octet by octet, ASCII letters without regard to case (§5.6.4).
[[nodiscard]] int compare_identities(std::string_view a, std::string_view b) noexcept;

[[nodiscard]] inline bool same_identity(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && compare_identities(a, b) == 0;
}

enum class HostKind : std::uint8_t { name, ipv4, ipv6 };

/// What `host` is: a domain name, or the literal of an address, which the standard does not allow
/// and document 004 A.4 shows. Errc::configuration with the offset of the first octet that fits
/// none.
Result<HostKind> classify_host(std::string_view host);

/// `aaa://host[:port][;transport=tcp]`, or aaas with TLS. An IPv6 literal stands in brackets.
struct DiameterUri {
  bool tls = false;
  std::string host;  ///< without brackets, as written
  HostKind kind = HostKind::name;
  std::uint16_t port = default_port;

  friend bool operator==(const DiameterUri&, const DiameterUri&) = default;
};

/// Errc::configuration with the offset of the fault; a transport other than tcp and a protocol
/// other than diameter are faults: nothing else is spoken.
Result<DiameterUri> parse_uri(std::string_view text);

/// The canonical spelling: the port only when it is not the scheme's own.
[[nodiscard]] std::string print_uri(const DiameterUri& uri);

}  // namespace touchstone::diameter
