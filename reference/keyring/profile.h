#pragma once
// A family of encrypted file formats. The documents leave every octet of the encrypted files open,
// so ts1 is ours and others may stand beside it behind this interface.

#include <span>
#include <string_view>

#include "reference/base/random.h"
#include "reference/keyring/batch.h"
#include "reference/keyring/gateway_key_file.h"

namespace touchstone::keyring {

class KeyFileProfile {
 public:
  virtual ~KeyFileProfile() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Whether the file has the marks of this profile: it may still be wrong. A look at the first
  /// octets, without a key; it decides who shall read the file, never whether the file is good.
  [[nodiscard]] virtual bool recognises_gateway_key_file(OctetView file) const = 0;
  [[nodiscard]] virtual bool recognises_batch(OctetView encrypted) const = 0;

  virtual Result<GatewayKeyFile> encode_gateway_key_file(const NetworkKeys& network,
                                                         const PassphraseKdf& kdf,
                                                         crypto::SignatureScheme scheme,
                                                         const crypto::RsaPrivateKey& signer,
                                                         RandomSource& random) const = 0;
  virtual Result<OpenedGatewayKeyFile> decode_gateway_key_file(const GatewayKeyFile& input,
                                                               const crypto::RsaPublicKey& signer,
                                                               OctetView passphrase) const = 0;
  virtual Result<BatchFiles> encode_batch(
      std::span<const NodeRow> rows, std::string_view file_name, const SecretKey<16>& pwdh,
      std::span<const crypto::RsaPublicKey> recipients) const = 0;
  virtual Result<NodeRows> decode_batch(const BatchInput& input, const SecretKey<16>& pwdh,
                                        const crypto::RsaPrivateKey& recipient,
                                        Strictness strictness, Findings& findings) const = 0;
};

/// The formats of docs/formats. Lives as long as the program.
[[nodiscard]] const KeyFileProfile& ts1();

using Profiles = std::span<const KeyFileProfile* const>;

/// The first of `profiles` that recognises the file; Errc::unknown_format, told apart from a file
/// that is recognised and wrong, if none does.
Result<const KeyFileProfile*> profile_of_gateway_key_file(Profiles profiles, OctetView file);
Result<const KeyFileProfile*> profile_of_batch(Profiles profiles, OctetView encrypted);

}  // namespace touchstone::keyring
