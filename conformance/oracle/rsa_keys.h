#pragma once
// RSA keys for the test cases: load, sign, verify, wrap, unwrap, each scheme by name.

#include <memory>

#include "conformance/oracle/model.h"

struct evp_pkey_st;

namespace touchstone::conformance::oracle {

enum class SignatureId : std::uint8_t { pkcs1 = 1, pss = 2 };  ///< header octet 10 of GW-10

enum class KeyTransport {
  oaep_sha256,            ///< BK-14
  oaep_sha1,              ///< NB-23
  oaep_sha256_mgf1_sha1,  ///< NB-23
  pkcs1_v15,              ///< NB-13
};

/// An RSA key, public or private. A copy is cheap: the key behind it never changes.
class RsaKey {
 public:
  RsaKey(const RsaKey& other);
  RsaKey(RsaKey&&) noexcept = default;
  RsaKey& operator=(const RsaKey& other);
  RsaKey& operator=(RsaKey&&) noexcept = default;
  ~RsaKey() = default;

  /// PKCS#1, PKCS#8 or SubjectPublicKeyInfo in PEM; TOUCHSTONE_CHECKs that it can be read: the
  /// PEM text comes from fixtures or from a command that has just been judged.
  static RsaKey from_private_pem(std::string_view pem);
  static RsaKey from_public_pem(std::string_view pem);
  /// A new key of `bits`; below 2048 for the cases that must be refused.
  static RsaKey generate(unsigned bits);

  [[nodiscard]] std::string private_pem() const;        ///< PKCS#8
  [[nodiscard]] std::string private_pkcs1_pem() const;  ///< PKCS#1
  [[nodiscard]] std::string public_pem() const;
  [[nodiscard]] unsigned bits() const;
  [[nodiscard]] Octets modulus() const;

  /// SHA-1 of the PKCS#1 RSAPublicKey (BK-18, RFC 5280 method 1).
  [[nodiscard]] Octets subject_key_identifier() const;

  [[nodiscard]] Octets sign(SignatureId scheme, OctetView message) const;
  [[nodiscard]] bool verify(SignatureId scheme, OctetView message, OctetView signature) const;
  [[nodiscard]] Octets encrypt(KeyTransport transport, OctetView content_key) const;
  [[nodiscard]] std::optional<Octets> decrypt(KeyTransport transport, OctetView wrapped) const;

 private:
  struct Release {
    void operator()(evp_pkey_st* key) const noexcept;
  };

  explicit RsaKey(evp_pkey_st* key);

  std::unique_ptr<evp_pkey_st, Release> key_;
};

}  // namespace touchstone::conformance::oracle
