#pragma once
// Registration Request and Reply of Mobile IPv4 (RFC 3344 §3.3, §3.4), as far as the key exchange
// fills them: they bind an answer to its request. Extensions are neither written nor read.

#include <array>
#include <cstdint>
#include <optional>

#include "reference/base/octets.h"

namespace touchstone::diameter {

inline constexpr std::size_t registration_request_size = 24;
inline constexpr std::size_t registration_reply_size = 20;

struct Registration {
  std::uint32_t home_address = 0;    ///< the node id; 0 in a request that concerns no node
  std::uint32_t home_agent = 0;      ///< the KMS
  std::uint32_t care_of = 0;         ///< the gateway; a reply does not hold it
  std::uint64_t identification = 0;  ///< fresh in every request, repeated in the reply

  friend bool operator==(const Registration&, const Registration&) = default;
};

/// Type 1, no flags, lifetime infinite.
[[nodiscard]] std::array<std::uint8_t, registration_request_size> encode_registration_request(
    const Registration& registration) noexcept;
/// Nothing for fewer than 24 octets or another type; extensions are passed over.
[[nodiscard]] std::optional<Registration> decode_registration_request(OctetView octets);

/// Type 3, code 0 (accepted), lifetime infinite.
[[nodiscard]] std::array<std::uint8_t, registration_reply_size> encode_registration_reply(
    const Registration& registration) noexcept;
/// Nothing for fewer than 20 octets, another type, or a code that refuses.
[[nodiscard]] std::optional<Registration> decode_registration_reply(OctetView octets);

}  // namespace touchstone::diameter
