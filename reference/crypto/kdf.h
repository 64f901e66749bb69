#pragma once
// Keys from passphrases: scrypt (RFC 7914) and PBKDF2-HMAC-SHA256 (RFC 8018).

#include <cstdint>
#include <span>

#include "reference/base/octets.h"
#include "reference/base/result.h"

namespace touchstone::crypto {

struct ScryptCost {
  std::uint32_t log2_n = 0;  ///< 1..30; the caller holds the bounds of its format
  std::uint32_t r = 8;
  std::uint32_t p = 1;
};

/// Fills `out`. Takes 128 * 2^log2_n * r octets of memory and no more than a little over that;
/// Errc::internal when the machine cannot give them.
Result<void> scrypt(OctetView password, OctetView salt, const ScryptCost& cost,
                    std::span<std::uint8_t> out);

/// Fills `out`; `iterations` 1..2^31-1.
Result<void> pbkdf2_hmac_sha256(OctetView password, OctetView salt, std::uint32_t iterations,
                                std::span<std::uint8_t> out);

}  // namespace touchstone::crypto
