#include "reference/keyring/profile.h"

#include <algorithm>

#include "reference/crypto/cms.h"

namespace touchstone::keyring {
namespace {

class Ts1 final : public KeyFileProfile {
 public:
  std::string_view name() const override { return "ts1"; }

  bool recognises_gateway_key_file(OctetView file) const override {
    return as_text(file).starts_with("ULPGWK");
  }
  bool recognises_batch(OctetView encrypted) const override {
    return crypto::looks_like_enveloped(encrypted);
  }

  Result<GatewayKeyFile> encode_gateway_key_file(const NetworkKeys& network,
                                                 const PassphraseKdf& kdf,
                                                 crypto::SignatureScheme scheme,
                                                 const crypto::RsaPrivateKey& signer,
                                                 RandomSource& random) const override {
    return keyring::encode_gateway_key_file(network, kdf, scheme, signer, random);
  }
  Result<OpenedGatewayKeyFile> decode_gateway_key_file(const GatewayKeyFile& input,
                                                       const crypto::RsaPublicKey& signer,
                                                       OctetView passphrase) const override {
    return keyring::decode_gateway_key_file(input, signer, passphrase);
  }
  Result<BatchFiles> encode_batch(std::span<const NodeRow> rows, std::string_view file_name,
                                  const SecretKey<16>& pwdh,
                                  std::span<const crypto::RsaPublicKey> recipients) const override {
    return keyring::encode_batch(rows, file_name, pwdh, recipients);
  }
  Result<NodeRows> decode_batch(const BatchInput& input, const SecretKey<16>& pwdh,
                                const crypto::RsaPrivateKey& recipient, Strictness strictness,
                                Findings& findings) const override {
    return keyring::decode_batch(input, pwdh, recipient, strictness, findings);
  }
};

template <class Recognises>
Result<const KeyFileProfile*> find(Profiles profiles, Recognises recognises) {
  const auto found = std::find_if(profiles.begin(), profiles.end(), recognises);
  if (found == profiles.end())
    return fail(Errc::unknown_format, "no known profile has files that begin like this", 0);
  return *found;
}

}  // namespace

const KeyFileProfile& ts1() {
  static const Ts1 profile;
  return profile;
}

Result<const KeyFileProfile*> profile_of_gateway_key_file(Profiles profiles, OctetView file) {
  return find(profiles, [&](const KeyFileProfile* profile) {
    return profile->recognises_gateway_key_file(file);
  });
}

Result<const KeyFileProfile*> profile_of_batch(Profiles profiles, OctetView encrypted) {
  return find(profiles,
              [&](const KeyFileProfile* profile) { return profile->recognises_batch(encrypted); });
}

}  // namespace touchstone::keyring
