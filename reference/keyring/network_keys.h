#pragma once
// Making the keys of a new network, and the rules that every key has to keep.

#include "reference/base/random.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

/// base, gateway and gateway_cdld from `random`; the gateway key with odd parity and three parts
/// that are neither equal nor weak (KR-11, KR-12). pwdh is left zero: it needs base and the
/// passphrase.
NetworkKeys make_network_keys(RandomSource& random);

[[nodiscard]] bool is_constant(OctetView key) noexcept;     ///< all 0x00 or all 0xFF (KR-19)
[[nodiscard]] bool has_odd_parity(OctetView key) noexcept;  ///< every octet (KR-11)
[[nodiscard]] bool is_weak_3des(std::span<const std::uint8_t, 24> key) noexcept;  ///< KR-12

}  // namespace touchstone::keyring
