#pragma once
// Why a key file, a batch or a passphrase is refused. One enumerator, one reason; the comment gives
// the exit code to which it maps (base/exit_class.h).

#include <system_error>

namespace touchstone::keyring {

enum class Errc {
  syntax = 1,         ///< 6: columns, characters, prefix or number spelling
  header,             ///< 6: header line missing, misplaced, unknown or repeated (KR-27)
  length,             ///< 6: wrong number of hexadecimal digits or octets (KL-HEXLEN)
  range,              ///< 6: number outside its range (KR-20)
  charset,            ///< 6: NUL, control, non-ASCII or quote (KR-15)
  limit,              ///< 6: a limit of KR-25 is passed
  duplicate,          ///< 6: one node id with two rows that differ (KR-18), or twice (BK-21)
  weak_key,           ///< 6: KL-SAMEKEY, KL-CONSTKEY or KL-DESWEAK
  short_hex,          ///< 6: KL-HEXLEN of a value one digit short, which a switch would pad (KR-13)
  unknown_format,     ///< 6: not this profile's file at all; another profile's perhaps
  parameters,         ///< 6: an algorithm or a cost outside the allowed (GW-12, BK-23)
  trailing_data,      ///< 6: octets after the end of the structure
  signature_missing,  ///< 4
  signature_bad,      ///< 4: signature or MAC does not verify
  wrong_recipient,    ///< 5: made for another KMS key (BK-18)
  decryption,         ///< 5
  manifest_missing,   ///< 7
  manifest_mismatch,  ///< 7
  passphrase_wrong,   ///< 10: the derived hash differs from the stored one (GW-08)
  passphrase_refused,  ///< 10: against the rules of KU-14
  key_unusable,        ///< 3: not a PEM key, or a public key where a private one is needed
  key_too_short,       ///< 2: RSA under 2048 bits (KU-24)
  findings,            ///< 13: read well, but not canonical, and strict was asked for
};

[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::keyring

template <>
struct std::is_error_code_enum<touchstone::keyring::Errc> : std::true_type {};
