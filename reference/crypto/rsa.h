#pragma once
// RSA keys of the KMS: they decrypt batches and sign Gateway key files (KU-24).

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/crypto/errc.h"

namespace touchstone::crypto {

enum class SignatureScheme : std::uint8_t {
  pkcs1_v15_sha256 = 1,  ///< RSASSA-PKCS1-v1_5, deterministic (GW-11)
  pss_sha256 = 2,        ///< RSASSA-PSS, MGF1-SHA-256, salt of 32 octets
};

inline constexpr int min_rsa_bits = 2048;
inline constexpr int default_rsa_bits = 3072;

class RsaPublicKey {
 public:
  /// SubjectPublicKeyInfo PEM. A private key, an EC key or text is not_a_key.
  static Result<RsaPublicKey> from_pem(OctetView pem);

  RsaPublicKey(RsaPublicKey&&) noexcept;
  RsaPublicKey& operator=(RsaPublicKey&&) noexcept;
  ~RsaPublicKey();

  [[nodiscard]] RsaPublicKey copy() const;
  [[nodiscard]] int bits() const;
  [[nodiscard]] std::string to_pem() const;
  /// SHA-256 of the SubjectPublicKeyInfo, shown by both sides to compare by voice.
  [[nodiscard]] std::array<std::uint8_t, 32> spki_sha256() const;
  /// SHA-1 of the PKCS#1 RSAPublicKey: RFC 5280 §4.2.1.2 method 1, the CMS recipient name (BK-18).
  [[nodiscard]] std::array<std::uint8_t, 20> subject_key_identifier() const;
  /// signature_bad for any length, padding or content that does not verify.
  Result<void> verify(SignatureScheme scheme, OctetView message, OctetView signature) const;

  struct Native;  ///< the OpenSSL handle, known to crypto alone
  [[nodiscard]] const Native& native() const { return *native_; }
  explicit RsaPublicKey(std::unique_ptr<Native> native);

 private:
  std::unique_ptr<Native> native_;
};

class RsaPrivateKey {
 public:
  /// Asked once when the PEM turns out to be encrypted; nothing means there is no passphrase to
  /// give.
  using AskPassphrase = std::function<std::optional<SecretOctets>()>;

  /// PKCS#1 or PKCS#8 PEM, plain or encrypted (KU-23).
  static Result<RsaPrivateKey> from_pem(OctetView pem, const AskPassphrase& ask = {});
  static Result<RsaPrivateKey> generate(int bits = default_rsa_bits);

  RsaPrivateKey(RsaPrivateKey&&) noexcept;
  RsaPrivateKey& operator=(RsaPrivateKey&&) noexcept;
  ~RsaPrivateKey();

  [[nodiscard]] RsaPublicKey public_key() const;
  /// Unencrypted PKCS#8 PEM.
  [[nodiscard]] SecretOctets to_pem() const;
  Result<Octets> sign(SignatureScheme scheme, OctetView message) const;

  struct Native;
  [[nodiscard]] const Native& native() const { return *native_; }
  explicit RsaPrivateKey(std::unique_ptr<Native> native);

 private:
  std::unique_ptr<Native> native_;
};

}  // namespace touchstone::crypto
