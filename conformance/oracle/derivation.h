#pragma once
// Keys made from keys (profile ts1): passphrase to pwdh, pwdh to working keys, base to node keys.

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

/// AES-128-CMAC (RFC 4493), written from the RFC over the plain CBC of OpenSSL.
[[nodiscard]] Key16 aes_cmac(OctetView key, OctetView message);

struct Kdf {
  std::uint8_t id = 2;      ///< 1 PBKDF2-HMAC-SHA256, 2 scrypt (header octet 8)
  std::uint32_t cost = 14;  ///< iterations, or log2 N
  std::uint32_t block = 8;  ///< scrypt r; 0 for PBKDF2
  std::uint32_t lanes = 1;  ///< scrypt p; 0 for PBKDF2

  friend auto operator<=>(const Kdf&, const Kdf&) = default;
};

inline constexpr Kdf quick_scrypt{2, 14, 8, 1};      ///< 45 ms: the floor of GW-12
inline constexpr Kdf quick_pbkdf2{1, 100000, 0, 0};  ///< the floor of GW-12

/// `scrypt:14`, `pbkdf2:100000`: as commands and tsp/1 spell it.
[[nodiscard]] std::string print_kdf(const Kdf& kdf);

/// Within the bounds of GW-12.
[[nodiscard]] bool is_allowed(const Kdf& kdf);

/// AES-CMAC(base, "ULP-KMS-PWDH-SALT/1").
[[nodiscard]] Key16 pwdh_salt(const Key16& base);

/// KDF(passphrase, salt, 16 octets). Values are remembered for the life of the process: a property
/// with a thousand cases pays once. `kdf` must be allowed.
[[nodiscard]] Key16 derive_pwdh(OctetView passphrase, const Key16& salt, const Kdf& kdf);

/// SP 800-108 counter mode: CMAC(key, 00000001 | label | 00 | context | 00000080).
[[nodiscard]] Key16 derive_key(const Key16& key, std::string_view label, OctetView context);

[[nodiscard]] Key16 gateway_file_key(const Key16& pwdh);   ///< K_enc
[[nodiscard]] Key16 batch_mac_key(const Key16& pwdh);      ///< K_mac
[[nodiscard]] Key16 database_wrap_key(const Key16& pwdh);  ///< K_db

/// The Key Generation Function (LK-05, LK-06); an all-zero nonce is the deterministic mode.
[[nodiscard]] Key16 node_root_key(const Key16& base, std::uint32_t id, std::uint32_t count,
                                  const Key16& nonce);

/// Key check values: six digits that may be shown (KU-21).
[[nodiscard]] std::string aes_kcv(const Key16& key);
[[nodiscard]] std::string des3_kcv(const Key24& key);

/// AES Key Wrap (RFC 3394), LK-16.
[[nodiscard]] Octets wrap_key(const Key16& wrapping_key, const Key16& key);

}  // namespace touchstone::conformance::oracle
