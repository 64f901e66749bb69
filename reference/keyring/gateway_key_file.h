#pragma once
// The Gateway key file and its signature (GW-02..GW-16, docs/formats/gateway-key-file.md).

#include <array>
#include <cstdint>

#include "reference/base/octets.h"
#include "reference/base/random.h"
#include "reference/base/result.h"
#include "reference/crypto/rsa.h"
#include "reference/keyring/model.h"
#include "reference/keyring/passphrase.h"

namespace touchstone::keyring {

struct GatewayKeyFile {
  Octets file;       ///< 64-octet header and ciphertext
  Octets signature;  ///< content of `<file>.sig`: the raw RSA signature over `file`
};

/// The four header lines under K_enc(pwdh) with a fresh IV (GW-14), signed by the KMS.
Result<GatewayKeyFile> encode_gateway_key_file(const NetworkKeys& network, const PassphraseKdf& kdf,
                                               crypto::SignatureScheme scheme,
                                               const crypto::RsaPrivateKey& signer,
                                               RandomSource& random);

/// The 64 octets in front, and what follows them.
struct GatewayKeyHeader {
  PassphraseKdf kdf;
  crypto::SignatureScheme scheme = crypto::SignatureScheme::pkcs1_v15_sha256;
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 16> iv{};
  std::uint64_t plaintext_size = 0;
  OctetView
      ciphertext;  ///< whole blocks, as many as the plaintext needs; lives as long as the file
};

/// The structural stage, before any key: unknown_format, length, or parameters for an id, a
/// reserved octet or a KDF cost outside GW-12 and GW-13.
Result<GatewayKeyHeader> decode_gateway_key_header(OctetView file);

/// The stage after the KDF. A plaintext that does not begin as a keyring is passphrase_wrong, since
/// the key comes from the passphrase alone; so is one whose pwdh is not `pwdh` (GW-08).
Result<NetworkKeys> decrypt_gateway_keys(const GatewayKeyHeader& header, const SecretKey<16>& pwdh);

struct OpenedGatewayKeyFile {
  NetworkKeys network;
  PassphraseKdf kdf;
};

/// In this order (GW-09): signature, header and its bounds, KDF, decryption, length, the four
/// lines, pwdh equal to the derived one, salt equal to that of base. Errors: signature_missing,
/// signature_bad, unknown_format, parameters, decryption, passphrase_wrong and those of the parser.
/// A signature of no octets is signature_missing.
Result<OpenedGatewayKeyFile> decode_gateway_key_file(const GatewayKeyFile& input,
                                                     const crypto::RsaPublicKey& signer,
                                                     OctetView passphrase);

}  // namespace touchstone::keyring
