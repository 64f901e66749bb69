#pragma once
// Why a key, a signature or an envelope is refused. One enumerator, one reason, one exit code.

#include <system_error>

namespace touchstone::crypto {

enum class Errc {
  not_a_key = 1,      ///< exit 3: no PEM of the kind asked for, or not RSA
  passphrase_needed,  ///< exit 10: the PEM is encrypted; no passphrase was given, or a wrong one
  key_too_short,      ///< exit 2: under 2048 bits
  signature_bad,      ///< exit 4
  decryption,         ///< exit 5
  malformed,          ///< exit 6: not the structure that it says it is
  trailing_data,      ///< exit 6: octets after the end of the structure
  unknown_content,    ///< exit 6: not CMS EnvelopedData at all
  unsupported,        ///< exit 6: an algorithm or a recipient kind outside the profile (BK-23)
  wrong_recipient,    ///< exit 5: enveloped for other keys (BK-18)
  internal,           ///< exit 1: OpenSSL refused what it must be able to do
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::crypto

template <>
struct std::is_error_code_enum<touchstone::crypto::Errc> : std::true_type {};
