#include "sim/net/packet_view.h"

namespace touchstone::sim::net {
namespace {

constexpr std::uint8_t protocol_tcp = 6;
constexpr std::uint8_t protocol_udp = 17;
constexpr std::size_t udp_header = 8;

std::uint16_t word_at(OctetView octets, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

std::uint32_t address_at(OctetView octets, std::size_t at) noexcept {
  return std::uint32_t{word_at(octets, at)} << 16 | word_at(octets, at + 2);
}

}  // namespace

std::optional<PacketView> view_packet(OctetView octets) noexcept {
  if (octets.size() < 20 || octets[0] >> 4 != 4) return std::nullopt;
  const std::size_t ip_header = (octets[0] & 15U) * 4U;
  const bool is_fragment = (word_at(octets, 6) & 0x3FFF) != 0;
  const std::uint8_t protocol = octets[9];
  const std::size_t least = protocol == protocol_tcp ? 20 : udp_header;
  if (is_fragment || (protocol != protocol_tcp && protocol != protocol_udp) ||
      octets.size() < ip_header + least)
    return std::nullopt;
  PacketView view;
  view.is_tcp = protocol == protocol_tcp;
  view.from = {address_at(octets, 12), word_at(octets, ip_header)};
  view.to = {address_at(octets, 16), word_at(octets, ip_header + 2)};
  view.payload_at = ip_header + (view.is_tcp ? (octets[ip_header + 12] >> 4) * 4U : udp_header);
  view.checksum_at = ip_header + (view.is_tcp ? 16 : 6);
  const std::size_t total = word_at(octets, 2);
  if (total < view.payload_at) return std::nullopt;
  view.payload_size = total - view.payload_at;
  return view;
}

// RFC 1624: HC' = ~(~HC + ~m + m').
void change_payload(Octets& packet, const PacketView& view, std::size_t offset,
                    std::uint8_t change) noexcept {
  std::uint8_t& octet = packet[view.payload_at + offset];
  const std::uint8_t before = octet;
  octet ^= change;
  const std::uint16_t checksum = word_at(packet, view.checksum_at);
  if (checksum == 0) return;
  // The header's length is even, so an octet at an even place is the high half of its word.
  const unsigned shift = (view.payload_at + offset) % 2 == 0 ? 8 : 0;
  std::uint32_t sum = static_cast<std::uint16_t>(~checksum);
  sum += static_cast<std::uint16_t>(~(unsigned{before} << shift));
  sum += unsigned{octet} << shift;
  while (sum >> 16 != 0)
    sum = (sum & 0xFFFF) + (sum >> 16);
  const auto made = static_cast<std::uint16_t>(~sum);
  packet[view.checksum_at] = static_cast<std::uint8_t>(made >> 8);
  packet[view.checksum_at + 1] = static_cast<std::uint8_t>(made & 0xFF);
}

}  // namespace touchstone::sim::net
