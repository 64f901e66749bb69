#pragma once
// Octets that nobody meant: random ones, and good files with a few octets changed. Every function
// here is called inside a property's draw.

#include "reference/base/octets.h"

namespace touchstone::conformance::generators {

/// Up to some hundred octets; half of them in the characters of key files.
[[nodiscard]] Octets draw_octets();

/// `good` with one to four octets changed, inserted, removed, or a stretch doubled or cut.
[[nodiscard]] Octets draw_damaged(OctetView good);

}  // namespace touchstone::conformance::generators
