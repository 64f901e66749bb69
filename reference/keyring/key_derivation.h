#pragma once
// What passphrase.cpp, kgf.cpp and gateway_key_file.cpp share. Internal to keyring.

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/crypto/mac.h"
#include "reference/keyring/passphrase.h"

namespace touchstone::keyring {

/// SP 800-108 in counter mode for one block of 128 bits: CMAC(00000001 | label | 00 | context |
/// 00000080) under the key of `mac`.
[[nodiscard]] inline crypto::CmacValue counter_kdf(crypto::Cmac& mac, OctetView label,
                                                   OctetView context) {
  static constexpr std::array<std::uint8_t, 4> counter = {0, 0, 0, 1};
  static constexpr std::array<std::uint8_t, 1> separator = {0};
  static constexpr std::array<std::uint8_t, 4> length_bits = {0, 0, 0, 128};
  return mac.update(counter)
      .update(label)
      .update(separator)
      .update(context)
      .update(length_bits)
      .finish();
}

/// derive_pwdh with the salt as the Gateway key file tells it, before base is known.
Result<SecretKey<16>> derive_pwdh_with_salt(OctetView passphrase,
                                            std::span<const std::uint8_t, 16> salt,
                                            const PassphraseKdf& kdf);

}  // namespace touchstone::keyring
