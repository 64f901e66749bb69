#pragma once
// SHA-256 (FIPS 180-4) for the digests of a sandbox. The harness has its own, so that the digests
// in a report do not come from the library that the judged implementation uses.

#include <string>

#include "reference/base/octets.h"

namespace touchstone::conformance::harness {

/// 64 lower-case digits.
[[nodiscard]] std::string sha256_hex(OctetView octets);

}  // namespace touchstone::conformance::harness
