#pragma once
// The Gateway key file: an encoder that can also lie, and a decoder (GW-02..GW-14).

#include "conformance/oracle/derivation.h"
#include "conformance/oracle/rsa_keys.h"

namespace touchstone::conformance::oracle {

struct SignedFile {
  Octets file;
  Octets signature;
};

/// How to make a Gateway key file. The members after `iv` are lies, all absent in a good file; what
/// they change is changed before the file is signed, so that only the named fault is left.
struct GatewayRecipe {
  Network network;         ///< pwdh must be that of the passphrase, or the file is NG-09
  Kdf kdf = quick_scrypt;  ///< as told in the header, allowed or not
  SignatureId signature = SignatureId::pkcs1;
  Key16 iv{};

  std::optional<std::string> plaintext;           ///< instead of the four lines (NG-10)
  std::optional<Key16> encryption_pwdh;           ///< K_enc of another pwdh
  std::optional<Key16> salt;                      ///< instead of CMAC(base) (NG-09)
  std::optional<std::uint64_t> plaintext_length;  ///< instead of the true one (NG-05)
  std::optional<Octets> ciphertext;               ///< instead of the true one (NG-05)
  std::vector<std::pair<std::size_t, std::uint8_t>> header_octets;  ///< offset, value (NG-01)
  std::optional<SignatureId> signed_with;  ///< another scheme than the header says (NG-08)
};

[[nodiscard]] SignedFile encode_gateway_file(const GatewayRecipe& recipe, const RsaKey& signer);

struct OpenedGatewayFile {
  Network network;
  Kdf kdf;
  SignatureId signature = SignatureId::pkcs1;
  Key16 salt{};
  Key16 iv{};
};

/// In the order of GW-09. Refused with 4 (signature), 6 (header, length, lines, salt), 5 or 10.
[[nodiscard]] Judged<OpenedGatewayFile> decode_gateway_file(const SignedFile& input,
                                                            const RsaKey& signer,
                                                            OctetView passphrase);

/// `network` with the pwdh that belongs to its base and `passphrase`.
[[nodiscard]] Network with_passphrase(Network network, OctetView passphrase, const Kdf& kdf);

}  // namespace touchstone::conformance::oracle
