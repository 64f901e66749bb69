#pragma once
// Keys and passphrases to draw. Every function here is called inside a property's draw.

#include <string>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::generators {

/// A key that is neither all zeros nor all ones (KR-19): arbitrary octets, leading zeros, leading
/// ones, ending zeros. Shrinks to the key of seed 0.
[[nodiscard]] oracle::Key16 draw_key();

/// The key that belongs to a number: the same each time, different for different numbers.
[[nodiscard]] oracle::Key16 key_of_seed(std::uint64_t seed);

/// Odd parity, three parts that differ, none weak (KR-11, KR-12).
[[nodiscard]] oracle::Key24 draw_gateway_key();

[[nodiscard]] oracle::Network draw_network();

/// 12 to 64 octets of at least three classes of characters: accepted without a warning (KU-14).
[[nodiscard]] std::string draw_passphrase();

}  // namespace touchstone::conformance::generators
