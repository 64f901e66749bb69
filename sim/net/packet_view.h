#pragma once
// What stands in an IPv4 packet of the simulated network.

#include <cstdint>
#include <optional>

#include "reference/base/octets.h"
#include "sim/world/world.h"

namespace touchstone::sim::net {

/// Octets of a packet that view_packet() looks at: ns-3 puts no options into IPv4.
inline constexpr std::size_t looked_at = 40;

struct PacketView {
  Endpoint from;
  Endpoint to;
  bool is_tcp = false;
  std::size_t payload_at = 0;    ///< from the first octet of the IPv4 header
  std::size_t payload_size = 0;  ///< as the headers say
  std::size_t checksum_at = 0;   ///< of TCP or UDP
};

/// `octets` may end behind the headers. Nothing for a fragment, and for what is not TCP or UDP over
/// IPv4.
[[nodiscard]] std::optional<PacketView> view_packet(OctetView octets) noexcept;

/// Changes one octet of the payload by `change` and makes the checksum of TCP or UDP fit again, if
/// one was set. `packet` is whole; `offset` is less than payload_size.
void change_payload(Octets& packet, const PacketView& view, std::size_t offset,
                    std::uint8_t change) noexcept;

}  // namespace touchstone::sim::net
