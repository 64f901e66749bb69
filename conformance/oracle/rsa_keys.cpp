#include "conformance/oracle/rsa_keys.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/encoder.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "conformance/oracle/oracle_defect.h"
#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Bio memory_of(std::string_view text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

std::string encoded(EVP_PKEY* key, int selection, const char* format, const char* structure) {
  OSSL_ENCODER_CTX* context =
      OSSL_ENCODER_CTX_new_for_pkey(key, selection, format, structure, nullptr);
  unsigned char* data = nullptr;
  std::size_t size = 0;
  TOUCHSTONE_CHECK(OSSL_ENCODER_to_data(context, &data, &size) == 1);
  std::string text(reinterpret_cast<const char*>(data), size);
  OPENSSL_free(data);
  OSSL_ENCODER_CTX_free(context);
  return text;
}

/// PSS with a salt as long as the digest (GW-10, sig id 2).
void set_scheme(EVP_PKEY_CTX* context, SignatureId scheme) {
  if (scheme == SignatureId::pkcs1) {
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
    return;
  }
  EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(context, TOUCHSTONE_ORACLE_DEFECT("rsa.pss-salt") ? 20 : 32);
  EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256());
}

void set_transport(EVP_PKEY_CTX* context, KeyTransport transport) {
  if (transport == KeyTransport::pkcs1_v15) {
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
    return;
  }
  const bool sha256 = transport != KeyTransport::oaep_sha1;
  const bool mgf_sha256 = transport == KeyTransport::oaep_sha256;
  EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING);
  EVP_PKEY_CTX_set_rsa_oaep_md(context, sha256 ? EVP_sha256() : EVP_sha1());
  EVP_PKEY_CTX_set_rsa_mgf1_md(context, mgf_sha256 ? EVP_sha256() : EVP_sha1());
}

}  // namespace

void RsaKey::Release::operator()(evp_pkey_st* key) const noexcept {
  EVP_PKEY_free(key);
}

RsaKey::RsaKey(evp_pkey_st* key) : key_(key) {
  TOUCHSTONE_CHECK(key != nullptr);
}

RsaKey::RsaKey(const RsaKey& other) : key_(other.key_.get()) {
  EVP_PKEY_up_ref(key_.get());
}

RsaKey& RsaKey::operator=(const RsaKey& other) {
  RsaKey copy(other);
  key_.swap(copy.key_);
  return *this;
}

RsaKey RsaKey::from_private_pem(std::string_view pem) {
  const Bio bio = memory_of(pem);
  return RsaKey(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

RsaKey RsaKey::from_public_pem(std::string_view pem) {
  const Bio bio = memory_of(pem);
  return RsaKey(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
}

RsaKey RsaKey::generate(unsigned bits) {
  return RsaKey(EVP_RSA_gen(bits));
}

std::string RsaKey::private_pem() const {
  return encoded(key_.get(), EVP_PKEY_KEYPAIR, "PEM", "PrivateKeyInfo");
}

std::string RsaKey::private_pkcs1_pem() const {
  return encoded(key_.get(), EVP_PKEY_KEYPAIR, "PEM", "type-specific");
}

std::string RsaKey::public_pem() const {
  return encoded(key_.get(), EVP_PKEY_PUBLIC_KEY, "PEM", "SubjectPublicKeyInfo");
}

unsigned RsaKey::bits() const {
  return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get()));
}

Octets RsaKey::modulus() const {
  BIGNUM* n = nullptr;
  TOUCHSTONE_CHECK(EVP_PKEY_get_bn_param(key_.get(), OSSL_PKEY_PARAM_RSA_N, &n) == 1);
  Octets out(static_cast<std::size_t>(BN_num_bytes(n)));
  BN_bn2bin(n, out.data());
  BN_free(n);
  return out;
}

Octets RsaKey::subject_key_identifier() const {
  const char* structure =
      TOUCHSTONE_ORACLE_DEFECT("rsa.ski-of-spki") ? "SubjectPublicKeyInfo" : "type-specific";
  const std::string der = encoded(key_.get(), EVP_PKEY_PUBLIC_KEY, "DER", structure);
  Octets digest(20);
  unsigned int size = 0;
  EVP_Digest(der.data(), der.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return digest;
}

Octets RsaKey::sign(SignatureId scheme, OctetView message) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* key_context = nullptr;
  TOUCHSTONE_CHECK(
      EVP_DigestSignInit(context.get(), &key_context, EVP_sha256(), nullptr, key_.get()) == 1);
  set_scheme(key_context, scheme);
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size());
  Octets signature(size);
  TOUCHSTONE_CHECK(
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1);
  signature.resize(size);
  return signature;
}

bool RsaKey::verify(SignatureId scheme, OctetView message, OctetView signature) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* key_context = nullptr;
  TOUCHSTONE_CHECK(
      EVP_DigestVerifyInit(context.get(), &key_context, EVP_sha256(), nullptr, key_.get()) == 1);
  set_scheme(key_context, scheme);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

Octets RsaKey::encrypt(KeyTransport transport, OctetView content_key) const {
  const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free);
  TOUCHSTONE_CHECK(EVP_PKEY_encrypt_init(context.get()) == 1);
  set_transport(context.get(), transport);
  std::size_t size = (bits() + 7) / 8;
  Octets wrapped(size);
  TOUCHSTONE_CHECK(EVP_PKEY_encrypt(context.get(), wrapped.data(), &size, content_key.data(),
                                    content_key.size()) == 1);
  wrapped.resize(size);
  return wrapped;
}

std::optional<Octets> RsaKey::decrypt(KeyTransport transport, OctetView wrapped) const {
  const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr), &EVP_PKEY_CTX_free);
  TOUCHSTONE_CHECK(EVP_PKEY_decrypt_init(context.get()) == 1);
  set_transport(context.get(), transport);
  std::size_t size = (bits() + 7) / 8;
  Octets out(size);
  if (EVP_PKEY_decrypt(context.get(), out.data(), &size, wrapped.data(), wrapped.size()) != 1)
    return std::nullopt;
  out.resize(size);
  return out;
}

}  // namespace touchstone::conformance::oracle
