#pragma once
// From the passphrase to pwdh and from pwdh to the working keys (profile ts1,
// docs/formats/key-derivation.md).

#include <cstdint>

#include "reference/base/finding.h"
#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/keyring/errc.h"

namespace touchstone::keyring {

/// Which password-based KDF, and its cost (GW-12).
struct PassphraseKdf {
  enum class Kind : std::uint8_t { pbkdf2_hmac_sha256 = 1, scrypt = 2 };
  Kind kind = Kind::scrypt;
  std::uint32_t cost = 17;       ///< log2 N (14..20) or iterations (100 000..10 000 000)
  std::uint32_t block_size = 8;  ///< scrypt r, only 8; 0 for PBKDF2
  std::uint32_t parallel = 1;    ///< scrypt p, 1..4; 0 for PBKDF2

  friend bool operator==(const PassphraseKdf&, const PassphraseKdf&) = default;
};

/// `scrypt:17` or `pbkdf2:600000`; Errc::parameters outside the bounds of GW-12.
Result<PassphraseKdf> parse_kdf(std::string_view text);
Result<void> check_kdf(const PassphraseKdf& kdf);

/// The rules of KU-14: under 8 octets, over 1024, or with a control character is refused; under 12
/// octets or fewer than three classes of characters is a warning, refused when `strict`; octets
/// over 0x7F give KL-NONASCII. Nothing of the passphrase is in a finding.
Result<void> check_passphrase(OctetView passphrase, bool strict, Findings& findings);

/// KDF(passphrase, AES-CMAC(base, "ULP-KMS-PWDH-SALT/1"), 16). Takes 0.4 s and 128 MiB at cost 17.
Result<SecretKey<16>> derive_pwdh(OctetView passphrase, const SecretKey<16>& base,
                                  const PassphraseKdf& kdf);

/// The salt alone: AES-CMAC(base, label), 16 octets, stored in the Gateway key file (GW-14).
std::array<std::uint8_t, 16> pwdh_salt(const SecretKey<16>& base);

enum class Purpose { gateway_key_file, batch_mac, database_wrap };

/// SP 800-108 counter mode with AES-128-CMAC, one label a purpose.
SecretKey<16> derive_subkey(const SecretKey<16>& pwdh, Purpose purpose);

}  // namespace touchstone::keyring
