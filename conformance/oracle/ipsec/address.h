#pragma once
// IP addresses of configuration files, without a name server.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::oracle::ipsec {

struct IpAddress {
  std::vector<std::uint8_t> octets;  ///< 4 or 16
  bool exact = true;                 ///< written as four decimal numbers, or as IPv6

  [[nodiscard]] std::uint64_t bits() const { return octets.size() * 8; }
  friend bool operator==(const IpAddress& a, const IpAddress& b) { return a.octets == b.octets; }
};

/// What getaddrinfo takes with AI_NUMERICHOST: 10.1 and 012.0.0.1 too, which are not exact. A scope
/// behind % is left out.
[[nodiscard]] std::optional<IpAddress> read_address(std::string_view text);
/// Dotted decimal, or RFC 5952.
[[nodiscard]] std::string print_address(const IpAddress& address);
/// Whether a bit behind the first `prefix` is set.
[[nodiscard]] bool has_host_bits(const IpAddress& address, std::uint64_t prefix);
/// Whether the first `prefix` bits of both are the same.
[[nodiscard]] bool shares(const IpAddress& a, const IpAddress& b, std::uint64_t prefix);

}  // namespace touchstone::conformance::oracle::ipsec
