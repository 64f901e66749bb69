#include "reference/crypto/rsa.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/crypto/digest.h"
#include "reference/crypto/native.h"

namespace touchstone::crypto {
namespace {

constexpr std::size_t max_pem_octets = 64 * 1024;
constexpr int max_rsa_bits = 16384;  // OpenSSL refuses to use larger ones

BioHandle read_bio(OctetView octets) {
  BioHandle bio(BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size())));
  TOUCHSTONE_CHECK(bio != nullptr);
  return bio;
}

OctetView content(const BioHandle& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  TOUCHSTONE_CHECK(size >= 0);
  return {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

Result<void> check_pem_size(OctetView pem) {
  if (pem.empty() || pem.size() > max_pem_octets)
    return fail(Errc::not_a_key, "expected a PEM file of 1 to 65536 octets");
  return {};
}

Result<void> check_rsa(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
    return fail(Errc::not_a_key, "expected an RSA key");
  if (EVP_PKEY_get_bits(key) > max_rsa_bits)
    return fail(Errc::not_a_key, "expected an RSA key of at most 16384 bits");
  if ((TOUCHSTONE_DEFECT("KU-24.short_key") || TOUCHSTONE_DEFECT("BK-23.short_key")) &&
      EVP_PKEY_get_bits(key) >= 1024)
    return {};
  if (EVP_PKEY_get_bits(key) < min_rsa_bits) return fail(Errc::key_too_short);
  return {};
}

/// What the PEM reader asks for a passphrase; without one of its own OpenSSL would ask the
/// terminal.
struct Passphrase {
  const RsaPrivateKey::AskPassphrase* ask = nullptr;
  bool asked = false;
};

int give_passphrase(char* buffer, int size, int /*writing*/, void* user) {
  auto& passphrase = *static_cast<Passphrase*>(user);
  if (passphrase.asked) return -1;
  passphrase.asked = true;
  if (!*passphrase.ask) return -1;
  const std::optional<SecretOctets> answer = (*passphrase.ask)();
  if (!answer || answer->size() > static_cast<std::size_t>(size)) return -1;
  std::copy(answer->begin(), answer->end(), buffer);
  return static_cast<int>(answer->size());
}

bool set_padding(EVP_PKEY_CTX* context, SignatureScheme scheme) {
  if (scheme == SignatureScheme::pkcs1_v15_sha256)
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context,
                                          TOUCHSTONE_DEFECT("GW-11.pss_salt_20") ? 20 : 32) == 1;
}

PkeyHandle share(const PkeyHandle& key) {
  TOUCHSTONE_CHECK(EVP_PKEY_up_ref(key.get()) == 1);
  return PkeyHandle(key.get());
}

}  // namespace

RsaPublicKey::RsaPublicKey(std::unique_ptr<Native> native) : native_(std::move(native)) {}
RsaPublicKey::RsaPublicKey(RsaPublicKey&&) noexcept = default;
RsaPublicKey& RsaPublicKey::operator=(RsaPublicKey&&) noexcept = default;
RsaPublicKey::~RsaPublicKey() = default;

Result<RsaPublicKey> RsaPublicKey::from_pem(OctetView pem) {
  TOUCHSTONE_TRY_VOID(check_pem_size(pem));
  // The decoder of OpenSSL would take the public half out of other kinds of PEM.
  if (as_text(pem).find("-----BEGIN PUBLIC KEY-----") == std::string_view::npos)
    return fail(Errc::not_a_key, "expected -----BEGIN PUBLIC KEY-----");
  const ErrorQueueDrain drain;
  const BioHandle bio = read_bio(pem);
  const RsaPrivateKey::AskPassphrase nobody;
  Passphrase passphrase{&nobody};
  PkeyHandle key(PEM_read_bio_PUBKEY(bio.get(), nullptr, give_passphrase, &passphrase));
  if (!key) return fail(Errc::not_a_key, "expected a public key in PEM");
  TOUCHSTONE_TRY_VOID(check_rsa(key.get()));
  return RsaPublicKey(std::make_unique<Native>(Native{std::move(key)}));
}

RsaPublicKey RsaPublicKey::copy() const {
  return RsaPublicKey(std::make_unique<Native>(Native{share(native_->key)}));
}

int RsaPublicKey::bits() const {
  return EVP_PKEY_get_bits(native_->key.get());
}

std::string RsaPublicKey::to_pem() const {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  TOUCHSTONE_CHECK(bio != nullptr && PEM_write_bio_PUBKEY(bio.get(), native_->key.get()) == 1);
  return std::string(as_text(content(bio)));
}

std::array<std::uint8_t, 32> RsaPublicKey::spki_sha256() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(native_->key.get(), &der);
  TOUCHSTONE_CHECK(size > 0);
  const Sha256Value value = sha256({der, static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return value;
}

std::array<std::uint8_t, 20> RsaPublicKey::subject_key_identifier() const {
  unsigned char* der = nullptr;
  const int size = i2d_PublicKey(native_->key.get(), &der);
  TOUCHSTONE_CHECK(size > 0);
  std::array<std::uint8_t, 20> value{};
  TOUCHSTONE_CHECK(EVP_Digest(der, static_cast<std::size_t>(size), value.data(), nullptr,
                              EVP_sha1(), nullptr) == 1);
  OPENSSL_free(der);
  return value;
}

Result<void> RsaPublicKey::verify(SignatureScheme scheme, OctetView message,
                                  OctetView signature) const {
  const ErrorQueueDrain drain;
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  TOUCHSTONE_CHECK(context != nullptr);
  TOUCHSTONE_CHECK(EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr,
                                        native_->key.get()) == 1);
  TOUCHSTONE_CHECK(set_padding(parameters, scheme));
  const auto key_size = static_cast<std::size_t>(EVP_PKEY_get_size(native_->key.get()));
  if (signature.size() != key_size) return fail(Errc::signature_bad);
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                       message.size()) != 1)
    return fail(Errc::signature_bad);
  return {};
}

RsaPrivateKey::RsaPrivateKey(std::unique_ptr<Native> native) : native_(std::move(native)) {}
RsaPrivateKey::RsaPrivateKey(RsaPrivateKey&&) noexcept = default;
RsaPrivateKey& RsaPrivateKey::operator=(RsaPrivateKey&&) noexcept = default;
RsaPrivateKey::~RsaPrivateKey() = default;

Result<RsaPrivateKey> RsaPrivateKey::from_pem(OctetView pem, const AskPassphrase& ask) {
  TOUCHSTONE_TRY_VOID(check_pem_size(pem));
  const ErrorQueueDrain drain;
  const BioHandle bio = read_bio(pem);
  Passphrase passphrase{&ask};
  if (TOUCHSTONE_DEFECT("KU-23.pkcs1_refused") &&
      as_text(pem).find("BEGIN RSA ") != std::string_view::npos)
    return fail(Errc::not_a_key, "expected PKCS#8");
  if (TOUCHSTONE_DEFECT("KU-23.never_asks")) passphrase.asked = true;
  PkeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
  if (!key && passphrase.asked) return fail(Errc::passphrase_needed);
  if (!key) return fail(Errc::not_a_key, "expected a private key in PEM (PKCS#1 or PKCS#8)");
  TOUCHSTONE_TRY_VOID(check_rsa(key.get()));
  return RsaPrivateKey(std::make_unique<Native>(Native{std::move(key)}));
}

Result<RsaPrivateKey> RsaPrivateKey::generate(int bits) {
  if (bits < min_rsa_bits || bits > max_rsa_bits)
    return fail(Errc::key_too_short, "expected 2048 to 16384 bits");
  const ErrorQueueDrain drain;
  if (TOUCHSTONE_DEFECT("KU-24.new_key_of_2048")) bits = 2048;
  PkeyHandle key(EVP_RSA_gen(static_cast<unsigned int>(bits)));
  if (!key) return fail(Errc::internal, "key generation failed");
  return RsaPrivateKey(std::make_unique<Native>(Native{std::move(key)}));
}

RsaPublicKey RsaPrivateKey::public_key() const {
  // Through DER, so that the public key holds no private number.
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(native_->key.get(), &der);
  TOUCHSTONE_CHECK(size > 0);
  const unsigned char* cursor = der;
  PkeyHandle key(d2i_PUBKEY(nullptr, &cursor, size));
  OPENSSL_free(der);
  TOUCHSTONE_CHECK(key != nullptr);
  return RsaPublicKey(std::make_unique<RsaPublicKey::Native>(std::move(key)));
}

SecretOctets RsaPrivateKey::to_pem() const {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  TOUCHSTONE_CHECK(bio != nullptr);
  TOUCHSTONE_CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), native_->key.get(), nullptr, nullptr, 0,
                                                 nullptr, nullptr) == 1);
  return copy_secret(content(bio));  // a memory BIO wipes its buffer when it is freed
}

Result<Octets> RsaPrivateKey::sign(SignatureScheme scheme, OctetView message) const {
  const ErrorQueueDrain drain;
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  TOUCHSTONE_CHECK(context != nullptr);
  TOUCHSTONE_CHECK(EVP_DigestSignInit(context.get(), &parameters, EVP_sha256(), nullptr,
                                      native_->key.get()) == 1);
  TOUCHSTONE_CHECK(set_padding(parameters, scheme));
  Octets signature(static_cast<std::size_t>(EVP_PKEY_get_size(native_->key.get())));
  std::size_t size = signature.size();
  if (EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1)
    return fail(Errc::internal, "the key cannot sign; it may be damaged");
  signature.resize(size);
  return signature;
}

}  // namespace touchstone::crypto
