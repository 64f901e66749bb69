#include "reference/sntp/packet.h"

#include <algorithm>

#include "reference/base/reader.h"

namespace touchstone::sntp {

std::optional<Packet> decode(OctetView datagram) {
  if (datagram.size() < packet_octets || datagram.size() > max_datagram) return std::nullopt;
  Reader reader(datagram);
  Packet packet;
  const std::uint8_t first = *reader.u8();
  packet.leap = first >> 6;
  packet.version = (first >> 3) & 7U;
  packet.mode = static_cast<Mode>(first & 7U);
  packet.stratum = *reader.u8();
  packet.poll = static_cast<std::int8_t>(*reader.u8());
  packet.precision = static_cast<std::int8_t>(*reader.u8());
  packet.root_delay = *reader.u32();
  packet.root_dispersion = *reader.u32();
  std::ranges::copy(*reader.octets(packet.reference_id.size()), packet.reference_id.begin());
  for (Timestamp* one : {&packet.reference, &packet.originate, &packet.receive, &packet.transmit})
    one->value = *reader.u64();
  return packet;
}

Octets encode(const Packet& packet) {
  Writer out;
  out.u8(static_cast<std::uint8_t>((unsigned{packet.leap} << 6) | ((packet.version & 7U) << 3) |
                                   static_cast<unsigned>(packet.mode)));
  out.u8(packet.stratum)
      .u8(static_cast<std::uint8_t>(packet.poll))
      .u8(static_cast<std::uint8_t>(packet.precision));
  out.u32(packet.root_delay).u32(packet.root_dispersion).octets(packet.reference_id);
  for (const Timestamp one : {packet.reference, packet.originate, packet.receive, packet.transmit})
    out.u64(one.value);
  return std::move(out).take();
}

std::string print_code(const std::array<std::uint8_t, 4>& id) {
  std::string text;
  for (const std::uint8_t octet : id)
    text += octet == 0 ? '\0' : octet > 0x20 && octet < 0x7F ? static_cast<char>(octet) : '?';
  text.erase(text.find_last_not_of('\0') + 1);
  std::ranges::replace(text, '\0', '?');
  return text;
}

}  // namespace touchstone::sntp
