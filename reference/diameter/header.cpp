#include "reference/diameter/header.h"

#include "reference/base/reader.h"
#include "reference/diameter/errc.h"

namespace touchstone::diameter {

Result<DecodedHeader> decode_header(OctetView octets) {
  if (octets.size() < header_size) {
    return fail(Errc::header_truncated, {}, octets.size());
  }
  Reader reader(octets);
  DecodedHeader decoded;
  TOUCHSTONE_TRY(decoded.version, reader.u8());
  TOUCHSTONE_TRY(decoded.header.length, reader.u24());
  TOUCHSTONE_TRY(decoded.header.flags, reader.u8());
  TOUCHSTONE_TRY(decoded.header.command, reader.u24());
  TOUCHSTONE_TRY(decoded.header.application, reader.u32());
  TOUCHSTONE_TRY(decoded.header.hop_by_hop, reader.u32());
  TOUCHSTONE_TRY(decoded.header.end_to_end, reader.u32());
  return decoded;
}

}  // namespace touchstone::diameter
