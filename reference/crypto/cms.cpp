#include "reference/crypto/cms.h"

#include <openssl/rsa.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/crypto/cms_profile.h"
#include "reference/crypto/der.h"
#include "reference/crypto/native.h"
#include "reference/crypto/random.h"

namespace touchstone::crypto {
namespace {

constexpr std::size_t block = 16;
constexpr std::size_t step = std::size_t{1} << 20;  // octets a call: OpenSSL counts them in an int

using ContentKey = SecretKey<32>;

PkeyContext oaep_context(EVP_PKEY* key, bool encrypt) {
  PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  TOUCHSTONE_CHECK(context != nullptr);
  TOUCHSTONE_CHECK(
      (encrypt ? EVP_PKEY_encrypt_init(context.get()) : EVP_PKEY_decrypt_init(context.get())) == 1);
  TOUCHSTONE_CHECK(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1);
  TOUCHSTONE_CHECK(EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1);
  const EVP_MD* mask = TOUCHSTONE_DEFECT("BK-14.mgf1_of_sha1") ? EVP_sha1() : EVP_sha256();
  TOUCHSTONE_CHECK(EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), mask) == 1);
  return context;
}

Result<Octets> encrypt_key(const ContentKey& content_key, EVP_PKEY* recipient) {
  const PkeyContext context = oaep_context(recipient, true);
  Octets out(static_cast<std::size_t>(EVP_PKEY_get_size(recipient)));
  std::size_t size = out.size();
  if (EVP_PKEY_encrypt(context.get(), out.data(), &size, content_key.view().data(),
                       ContentKey::size) != 1)
    return fail(Errc::internal, "the recipient's key cannot encrypt");
  out.resize(size);
  return out;
}

Result<ContentKey> decrypt_key(OctetView encrypted, EVP_PKEY* key) {
  const auto key_size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  if (encrypted.size() != key_size) return fail(Errc::decryption);
  const PkeyContext context = oaep_context(key, false);
  SecretOctets out(key_size);
  std::size_t size = out.size();
  if (EVP_PKEY_decrypt(context.get(), out.data(), &size, encrypted.data(), encrypted.size()) != 1) {
    if (TOUCHSTONE_DEFECT("BK-18.random_key")) return ContentKey();
    return fail(Errc::decryption);
  }
  if (size != ContentKey::size) return fail(Errc::decryption);
  return ContentKey(std::span<const std::uint8_t, ContentKey::size>(out.data(), size));
}

Octets sha256_identifier() {
  return der::element(der::sequence, {der::element(der::object_identifier, {cms::id_sha256})});
}

Octets oaep_identifier() {
  const Octets hash = sha256_identifier();
  const Octets mask =
      der::element(der::sequence, {der::element(der::object_identifier, {cms::id_mgf1}), hash});
  return der::element(
      der::sequence,
      {der::element(der::object_identifier, {cms::id_rsaes_oaep}),
       der::element(der::sequence, {der::element(der::context(0) | der::constructed, {hash}),
                                    der::element(der::context(1) | der::constructed, {mask})})});
}

Octets version(std::uint8_t number) {
  return der::element(der::integer, {OctetView(&number, 1)});
}

Result<Octets> recipient_info(const ContentKey& content_key, const RsaPublicKey& recipient) {
  TOUCHSTONE_TRY(const Octets encrypted, encrypt_key(content_key, recipient.native().key.get()));
  return der::element(
      der::sequence,
      {version(2), der::element(der::context(0), {recipient.subject_key_identifier()}),
       oaep_identifier(), der::element(der::octet_string, {encrypted})});
}

/// A SET OF in DER has its elements in ascending order (X.690 §11.6).
Result<Octets> recipient_infos(const ContentKey& content_key,
                               std::span<const RsaPublicKey> recipients) {
  std::vector<Octets> infos;
  for (const RsaPublicKey& recipient : recipients) {
    if (TOUCHSTONE_DEFECT("BK-02.last_recipient_alone") && &recipient != &recipients.back())
      continue;
    TOUCHSTONE_TRY(Octets info, recipient_info(content_key, recipient));
    infos.push_back(std::move(info));
  }
  std::sort(infos.begin(), infos.end());
  Octets joined;
  for (const Octets& info : infos)
    joined.insert(joined.end(), info.begin(), info.end());
  return der::element(der::set, {joined});
}

/// Everything before the first octet of the ciphertext. From the inside out, each header knows the
/// length of what follows it, so the content is written once, in its place.
Octets prefix(OctetView infos, OctetView iv, std::size_t ciphertext_size) {
  const Octets algorithm =
      der::element(der::sequence, {der::element(der::object_identifier, {cms::id_aes256_cbc}),
                                   der::element(der::octet_string, {iv})});
  Octets out = der::header(der::context(0), ciphertext_size);
  const auto wrap = [&](std::uint8_t tag, std::initializer_list<OctetView> before) {
    Octets inner;
    for (const OctetView piece : before)
      inner.insert(inner.end(), piece.begin(), piece.end());
    inner.insert(inner.end(), out.begin(), out.end());
    out = der::header(tag, inner.size() + ciphertext_size);
    out.insert(out.end(), inner.begin(), inner.end());
  };
  wrap(der::sequence, {der::element(der::object_identifier, {cms::id_data}), algorithm});
  wrap(der::sequence, {version(2), infos});
  wrap(der::context(0) | der::constructed, {});
  wrap(der::sequence, {der::element(der::object_identifier, {cms::id_enveloped_data})});
  return out;
}

CipherContext content_cipher(const ContentKey& key, const std::uint8_t* iv, bool encrypt) {
  CipherContext context(EVP_CIPHER_CTX_new());
  TOUCHSTONE_CHECK(context != nullptr);
  TOUCHSTONE_CHECK(EVP_CipherInit_ex2(context.get(), EVP_aes_256_cbc(), key.view().data(), iv,
                                      encrypt ? 1 : 0, nullptr) == 1);
  return context;
}

/// Runs `input` through the cipher to `out`, which has room for it and one block; gives the count.
std::size_t run(EVP_CIPHER_CTX* context, OctetView input, std::uint8_t* out) {
  std::size_t written = 0;
  for (std::size_t at = 0; at < input.size(); at += step) {
    const std::size_t count = std::min(step, input.size() - at);
    int produced = 0;
    TOUCHSTONE_CHECK(EVP_CipherUpdate(context, out + written, &produced, input.data() + at,
                                      static_cast<int>(count)) == 1);
    written += static_cast<std::size_t>(produced);
  }
  return written;
}

Result<SecretOctets> decrypt_content(const Enveloped& enveloped, const ContentKey& key) {
  const CipherContext context = content_cipher(key, enveloped.iv.data(), false);
  SecretOctets out(enveloped.ciphertext_size + block);
  std::size_t size = 0;
  if (enveloped.in_pieces) {
    bool ber = false;
    der::Walker pieces(enveloped.ciphertext, 0, ber);
    while (!pieces.at_end()) {
      TOUCHSTONE_TRY(const OctetView piece, pieces.take(der::octet_string));
      size += run(context.get(), piece, out.data() + size);
    }
  } else {
    size = run(context.get(), enveloped.ciphertext, out.data());
  }
  int last = 0;
  if (EVP_CipherFinal_ex(context.get(), out.data() + size, &last) != 1)
    return fail(Errc::decryption);
  out.resize(size + static_cast<std::size_t>(last));
  return out;
}

}  // namespace

Result<Octets> encode_enveloped(OctetView content, std::span<const RsaPublicKey> recipients) {
  TOUCHSTONE_CHECK(!recipients.empty() && recipients.size() <= max_cms_recipients);
  const ErrorQueueDrain drain;
  SystemRandom random;
  ContentKey content_key;
  std::array<std::uint8_t, block> iv{};
  if (!TOUCHSTONE_DEFECT("BK-02.no_random")) {
    random.fill(content_key.writable());
    random.fill(iv);
  }
  TOUCHSTONE_TRY(const Octets infos, recipient_infos(content_key, recipients));
  const std::size_t ciphertext_size = (content.size() / block + 1) * block;
  const Octets head = prefix(infos, iv, ciphertext_size);
  Octets out(head.size() + ciphertext_size);
  std::copy(head.begin(), head.end(), out.begin());
  const CipherContext context = content_cipher(content_key, iv.data(), true);
  const std::size_t size = run(context.get(), content, out.data() + head.size());
  int last = 0;
  TOUCHSTONE_CHECK(EVP_CipherFinal_ex(context.get(), out.data() + head.size() + size, &last) == 1);
  TOUCHSTONE_CHECK(size + static_cast<std::size_t>(last) == ciphertext_size);
  return out;
}

Result<SecretOctets> open_enveloped(const Enveloped& enveloped, const RsaPrivateKey& key) {
  const ErrorQueueDrain drain;
  const auto name = key.public_key().subject_key_identifier();
  auto ours = std::find_if(
      enveloped.recipients.begin(), enveloped.recipients.end(), [&](const auto& recipient) {
        return std::equal(recipient.key_identifier.begin(), recipient.key_identifier.end(),
                          name.begin(), name.end());
      });
  if (TOUCHSTONE_DEFECT("BK-18.first_recipient") && ours != enveloped.recipients.begin())
    return fail(Errc::wrong_recipient);
  if (TOUCHSTONE_DEFECT("BK-18.identifier_unchecked")) ours = enveloped.recipients.begin();
  if (ours == enveloped.recipients.end()) return fail(Errc::wrong_recipient);
  TOUCHSTONE_TRY(const ContentKey content_key,
                 decrypt_key(ours->encrypted_key, key.native().key.get()));
  return decrypt_content(enveloped, content_key);
}

}  // namespace touchstone::crypto
