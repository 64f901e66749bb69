#pragma once
// CMS EnvelopedData (RFC 5652 §6) in the one profile of the batch file (BK-14): RSAES-OAEP with
// SHA-256 and MGF1-SHA-256 (RFC 4055), AES-256-CBC (RFC 3565), recipients named by
// subjectKeyIdentifier.
//
// The structure is read and written here and only the ciphers are OpenSSL's. Its own CMS code
// copies the content several times, hides a wrong RSA key behind a random content key, and takes
// much more than this profile.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/crypto/rsa.h"

namespace touchstone::crypto {

inline constexpr std::size_t max_cms_recipients = 8;  ///< BK-23

/// DER. 1..8 recipients; the content key and the IV are fresh. Errc::internal if a key cannot
/// encrypt.
Result<Octets> encode_enveloped(OctetView content, std::span<const RsaPublicKey> recipients);

/// The parts of an EnvelopedData. The views live as long as the octets that were decoded.
struct Enveloped {
  struct Recipient {
    OctetView key_identifier;  ///< empty for a recipient named by issuer and serial number
    OctetView encrypted_key;
  };
  std::vector<Recipient> recipients;  ///< 1..8
  std::array<std::uint8_t, 16> iv{};
  OctetView ciphertext;             ///< a multiple of 16 octets, or the pieces that make it up
  std::size_t ciphertext_size = 0;  ///< of all pieces together
  bool in_pieces = false;           ///< `ciphertext` is a run of OCTET STRING elements
  bool ber = false;                 ///< read, but BER and not DER (KL-BER)
};

/// Whether the octets begin as ContentInfo of type envelopedData does, whatever comes after.
[[nodiscard]] bool looks_like_enveloped(OctetView octets);

/// The structural stage: no key, no cipher, no copy of the content. Errors: unknown_content,
/// malformed, trailing_data, and unsupported for an algorithm, parameter, recipient kind or number
/// of recipients outside the profile.
Result<Enveloped> decode_enveloped(OctetView octets);

/// wrong_recipient if no recipient names `key`; decryption if the content key or the padding is
/// bad.
Result<SecretOctets> open_enveloped(const Enveloped& enveloped, const RsaPrivateKey& key);

}  // namespace touchstone::crypto
