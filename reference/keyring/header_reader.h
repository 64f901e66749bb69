#pragma once
// The four header lines. Internal to keyring.

#include "reference/base/result.h"
#include "reference/keyring/line_reader.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

/// Takes pwdh, base, gateway and gateway_cdld off the front, in this order (KR-01..KR-05), and
/// holds them against KR-11, KR-12 and KR-19.
Result<NetworkKeys> read_header(LineReader& lines, bool accept_short_hex);

}  // namespace touchstone::keyring
