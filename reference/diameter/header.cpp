#include "reference/diameter/header.h"

#include "reference/diameter/errc.h"

namespace touchstone::diameter {

Result<DecodedHeader> decode_header(OctetView octets) {
  if (octets.size() < header_size) {
    return fail(Errc::header_truncated, {}, octets.size());
  }
  const auto word = [&](std::size_t at) {
    return std::uint32_t{octets[at]} << 24 | std::uint32_t{octets[at + 1]} << 16 |
           std::uint32_t{octets[at + 2]} << 8 | octets[at + 3];
  };
  DecodedHeader decoded;
  decoded.version = octets[0];
  decoded.header.length = word(0) & 0xFFFFFF;
  decoded.header.flags = octets[4];
  decoded.header.command = word(4) & 0xFFFFFF;
  decoded.header.application = word(8);
  decoded.header.hop_by_hop = word(12);
  decoded.header.end_to_end = word(16);
  return decoded;
}

}  // namespace touchstone::diameter
