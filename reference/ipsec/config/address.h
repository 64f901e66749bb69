#pragma once
// IP addresses as configuration files spell them. Names are never resolved.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace touchstone::ipsec::config {

struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> octets = {};  ///< an IPv4 address has the first four

  [[nodiscard]] auto operator<=>(const Address&) const = default;
  /// 32 or 128.
  [[nodiscard]] unsigned bits() const noexcept { return v6 ? 128 : 32; }
};

enum class AddressForm : std::uint8_t {
  exact,   ///< four decimal numbers, or RFC 4291 §2.2
  system,  ///< what getaddrinfo with AI_NUMERICHOST takes: also 10.1, octal numbers, a scope
};

[[nodiscard]] std::optional<Address> parse_address(std::string_view text, AddressForm form);

/// Dotted decimal, or RFC 5952 §4.
[[nodiscard]] std::string print_address(const Address& address);

/// Whether the first `prefix` bits agree; a prefix over the length counts as the length.
[[nodiscard]] bool same_network(const Address& one, const Address& other, unsigned prefix) noexcept;

/// The address with all bits after `prefix` set to zero.
[[nodiscard]] Address network_of(Address address, unsigned prefix) noexcept;

}  // namespace touchstone::ipsec::config
