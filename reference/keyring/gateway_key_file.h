#pragma once
// The Gateway key file and its signature (GW-02..GW-16, docs/formats/gateway-key-file.md).

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

struct OpenedGatewayKeyFile {
  NetworkKeys network;
  PassphraseKdf kdf;
};

/// In this order (GW-09): signature, header and its bounds, KDF, decryption, length, the four lines,
/// pwdh equal to the derived one, salt equal to that of base. Errors: signature_missing,
/// signature_bad, unknown_format, parameters, decryption, passphrase_wrong and those of the parser.
/// A signature of no octets is signature_missing.
Result<OpenedGatewayKeyFile> decode_gateway_key_file(const GatewayKeyFile& input,
                                                     const crypto::RsaPublicKey& signer,
                                                     OctetView passphrase);

}  // namespace touchstone::keyring
