#pragma once
// Diameter messages that are right by the command formats. Every function here is called inside a
// property's draw.

#include <cstdint>

#include "conformance/oracle/diameter/mapping.h"
#include "conformance/oracle/diameter/message.h"

namespace touchstone::conformance::generators {

/// An AVP of the dictionary with a value of its type and the flags of its row, groups with what
/// their format demands; `depth` bounds groups in groups.
[[nodiscard]] oracle::diameter::Avp draw_avp(std::uint32_t code, unsigned depth = 3);

/// An AVP that no dictionary has, without M: of vendor 0 or of one, and now and then with the
/// reserved bits set.
[[nodiscard]] oracle::diameter::Avp draw_unknown_avp();

/// A message of any command of the formats, with all that it demands, some of what it allows, and
/// now and then AVPs that nobody knows.
[[nodiscard]] oracle::diameter::Message draw_message();

/// A question of a gateway to the KMS of `keyring`; one in four asks for a node without a key.
[[nodiscard]] oracle::diameter::Ask draw_ask(const oracle::Keyring& keyring);

/// Adds AVPs to a request of RFC 4004 that any receiver has to put up with: unknown ones without M,
/// Proxy-Info, Class, Origin-State-Id, and changes the order behind Session-Id.
void draw_ballast(oracle::diameter::Message& request);

}  // namespace touchstone::conformance::generators
