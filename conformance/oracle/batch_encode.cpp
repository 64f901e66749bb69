#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "conformance/oracle/batch_file.h"
#include "conformance/oracle/batch_oids.h"
#include "conformance/oracle/der.h"
#include "conformance/oracle/derivation.h"
#include "conformance/oracle/keyring_text.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

namespace {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Octets body_of(const BatchRecipe& recipe) {
  std::string text;
  for (const Row& row : recipe.rows)
    text += print_row(row);
  const OctetView octets = as_octets(recipe.body ? *recipe.body : text);
  return {octets.begin(), octets.end()};
}

const EVP_CIPHER* cipher_of(ContentCipher cipher) {
  switch (cipher) {
    case ContentCipher::aes_256_ecb:
      return EVP_aes_256_ecb();
    case ContentCipher::des_ede3_cbc:
      return EVP_des_ede3_cbc();
    default:
      return EVP_aes_256_cbc();
  }
}

/// Octets of the content key that the named cipher takes.
OctetView content_key_of(const BatchRecipe& recipe) {
  const OctetView key = recipe.content_key;
  return recipe.cipher == ContentCipher::des_ede3_cbc ? key.first(24) : key;
}

Octets encrypted_body(const BatchRecipe& recipe) {
  const CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  const Octets body = body_of(recipe);
  Octets out(body.size() + 32);
  int first = 0;
  int last = 0;
  EVP_EncryptInit_ex2(context.get(), cipher_of(recipe.cipher), recipe.content_key.data(),
                      recipe.iv.data(), nullptr);
  EVP_EncryptUpdate(context.get(), out.data(), &first, body.data(), static_cast<int>(body.size()));
  TOUCHSTONE_CHECK(EVP_EncryptFinal_ex(context.get(), out.data() + first, &last) == 1);
  out.resize(static_cast<std::size_t>(first) + static_cast<std::size_t>(last) - recipe.cut);
  return out;
}

Octets cipher_algorithm(const BatchRecipe& recipe) {
  const OctetView iv = recipe.iv;
  switch (recipe.cipher) {
    case ContentCipher::aes_256_cbc:
      return der(tag::sequence, {der_oid(oids::aes_256_cbc), der(tag::octet_string, iv)});
    case ContentCipher::aes_256_ecb:
      return der(tag::sequence, {der_oid(oids::aes_256_ecb)});
    case ContentCipher::des_ede3_cbc:
      return der(tag::sequence, {der_oid(oids::des_ede3_cbc), der(tag::octet_string, iv.first(8))});
    case ContentCipher::rc2_cbc:
      return der(
          tag::sequence,
          {der_oid(oids::rc2_cbc),
           der(tag::sequence, {der_small_integer(58), der(tag::octet_string, iv.first(8))})});
  }
  return {};
}

Octets transport_algorithm(KeyTransport transport) {
  const Octets sha256_id = der(tag::sequence, {der_oid(oids::sha256)});
  const auto mgf1_with = [](const Octets& digest) {
    return der(tag::context_1_made, {der(tag::sequence, {der_oid(oids::mgf1), digest})});
  };
  const Octets hash = der(tag::context_0_made, {sha256_id});
  switch (transport) {
    case KeyTransport::oaep_sha256:
      return der(tag::sequence,
                 {der_oid(oids::rsaes_oaep), der(tag::sequence, {hash, mgf1_with(sha256_id)})});
    case KeyTransport::oaep_sha256_mgf1_sha1:
      return der(tag::sequence, {der_oid(oids::rsaes_oaep), der(tag::sequence, {hash})});
    case KeyTransport::oaep_sha1:
      return der(tag::sequence, {der_oid(oids::rsaes_oaep), der(tag::sequence, OctetView())});
    case KeyTransport::pkcs1_v15:
      return der(tag::sequence, {der_oid(oids::rsa_encryption), der(tag::null, OctetView())});
  }
  return {};
}

Octets recipient_info(const BatchRecipe& recipe, const RsaKey& recipient) {
  const Octets ski = recipe.ski.value_or(recipient.subject_key_identifier());
  const RsaKey& wrap = recipe.wrapped_for ? *recipe.wrapped_for : recipient;
  const Octets wrapped = wrap.encrypt(recipe.transport, content_key_of(recipe));
  return der(tag::sequence,
             {der_small_integer(recipe.recipient_version), der(tag::context_0, OctetView(ski)),
              transport_algorithm(recipe.transport), der(tag::octet_string, OctetView(wrapped))});
}

/// SET OF in DER is sorted by encoding (X.690 11.6).
Octets recipient_infos(const BatchRecipe& recipe) {
  std::vector<Octets> infos;
  infos.reserve(recipe.recipients.size());
  for (const RsaKey& recipient : recipe.recipients)
    infos.push_back(recipient_info(recipe, recipient));
  std::ranges::sort(infos);
  Octets all;
  for (const Octets& info : infos)
    all.insert(all.end(), info.begin(), info.end());
  return der(tag::set, OctetView(all));
}

Octets enveloped(const BatchRecipe& recipe) {
  const Octets body = encrypted_body(recipe);
  const Octets type = der_oid(oids::data);
  if (!recipe.indefinite_lengths) {
    const Octets content =
        der(tag::sequence, {type, cipher_algorithm(recipe), der(tag::context_0, OctetView(body))});
    const Octets data =
        der(tag::sequence, {der_small_integer(recipe.version), recipient_infos(recipe), content});
    return der(tag::sequence, {der_oid(oids::enveloped_data), der(tag::context_0_made, {data})});
  }
  // As `openssl cms -encrypt -stream` writes it: the body in pieces of octet strings.
  const std::size_t half = body.size() / 2;
  const Octets pieces =
      ber_indefinite(tag::context_0_made, {der(tag::octet_string, OctetView(body).first(half)),
                                           der(tag::octet_string, OctetView(body).subspan(half))});
  const Octets content = ber_indefinite(tag::sequence, {type, cipher_algorithm(recipe), pieces});
  const Octets data = ber_indefinite(
      tag::sequence, {der_small_integer(recipe.version), recipient_infos(recipe), content});
  return ber_indefinite(
      tag::sequence, {der_oid(oids::enveloped_data), ber_indefinite(tag::context_0_made, {data})});
}

/// Well-formed CMS of another type, with the rows in the clear inside (NB-15).
Octets other_container(const BatchRecipe& recipe) {
  Octets body = body_of(recipe);
  if (recipe.shape == ContainerShape::plain_rows) return body;
  const Octets inner = der(
      tag::sequence,
      {der_oid(oids::data), der(tag::context_0_made, {der(tag::octet_string, OctetView(body))})});
  if (recipe.shape == ContainerShape::signed_data)
    return der(tag::sequence,
               {der_oid(oids::signed_data),
                der(tag::context_0_made,
                    {der(tag::sequence, {der_small_integer(1), der(tag::set, OctetView()), inner,
                                         der(tag::set, OctetView())})})});
  const Octets zlib = der(tag::sequence, {der_oid(oids::zlib_compress)});
  return der(tag::sequence,
             {der_oid(oids::compressed_data),
              der(tag::context_0_made, {der(tag::sequence, {der_small_integer(0), zlib, inner})})});
}

Key16 mac_key_of(const BatchRecipe& recipe) {
  switch (recipe.mac_key) {
    case MacKey::pwdh_itself:
      return recipe.pwdh;
    case MacKey::gateway_file_key:
      return gateway_file_key(recipe.pwdh);
    case MacKey::batch_mac:
      break;
  }
  return batch_mac_key(recipe.pwdh);
}

}  // namespace

BatchFiles encode_batch(const BatchRecipe& recipe) {
  BatchFiles files;
  if (recipe.container)
    files.encrypted = *recipe.container;
  else if (recipe.shape == ContainerShape::enveloped)
    files.encrypted = enveloped(recipe);
  else
    files.encrypted = other_container(recipe);
  files.encrypted.insert(files.encrypted.end(), recipe.appended.begin(), recipe.appended.end());
  const Key16 mac = aes_cmac(mac_key_of(recipe), files.encrypted);
  files.signature = Octets(mac.begin(), mac.end());
  const std::string text = recipe.manifest_text.value_or(
      print_manifest(recipe.manifest.value_or(manifest_for(recipe, files))));
  return with_manifest(std::move(files), text);
}

Manifest manifest_for(const BatchRecipe& recipe, const BatchFiles& files) {
  return manifest_of(recipe.rows, recipe.file_name, files.encrypted);
}

BatchFiles with_manifest(BatchFiles files, std::string text) {
  files.manifest = Octets(text.begin(), text.end());
  return files;
}

}  // namespace touchstone::conformance::oracle
