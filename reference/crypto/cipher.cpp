#include "reference/crypto/cipher.h"

#include <limits>

#include "reference/crypto/errc.h"
#include "reference/crypto/native.h"

namespace touchstone::crypto {
namespace {

// These ciphers see key files of a few hundred octets; large contents go through cms.cpp.
int as_int(std::size_t size) {
  TOUCHSTONE_CHECK(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()) - 64);
  return static_cast<int>(size);
}

CipherContext new_context() {
  CipherContext context(EVP_CIPHER_CTX_new());
  TOUCHSTONE_CHECK(context != nullptr);
  return context;
}

CipherHandle key_wrap_cipher() {
  CipherHandle cipher(EVP_CIPHER_fetch(nullptr, "AES-128-WRAP", nullptr));
  TOUCHSTONE_CHECK(cipher != nullptr);
  return cipher;
}

}  // namespace

Octets aes128_cbc_encrypt(std::span<const std::uint8_t, 16> key,
                          std::span<const std::uint8_t, 16> iv, OctetView plaintext) {
  const CipherContext context = new_context();
  TOUCHSTONE_CHECK(
      EVP_EncryptInit_ex2(context.get(), EVP_aes_128_cbc(), key.data(), iv.data(), nullptr) == 1);
  Octets out(plaintext.size() + 16);
  int first = 0;
  int last = 0;
  TOUCHSTONE_CHECK(EVP_EncryptUpdate(context.get(), out.data(), &first, plaintext.data(),
                                     as_int(plaintext.size())) == 1);
  TOUCHSTONE_CHECK(EVP_EncryptFinal_ex(context.get(), out.data() + first, &last) == 1);
  out.resize(static_cast<std::size_t>(first) + static_cast<std::size_t>(last));
  return out;
}

Result<SecretOctets> aes128_cbc_decrypt(std::span<const std::uint8_t, 16> key,
                                        std::span<const std::uint8_t, 16> iv,
                                        OctetView ciphertext) {
  if (ciphertext.empty() || ciphertext.size() % 16 != 0)
    return fail(Errc::decryption, "the ciphertext is not a whole number of blocks");
  const ErrorQueueDrain drain;
  const CipherContext context = new_context();
  TOUCHSTONE_CHECK(
      EVP_DecryptInit_ex2(context.get(), EVP_aes_128_cbc(), key.data(), iv.data(), nullptr) == 1);
  SecretOctets out(ciphertext.size() + 16);
  int first = 0;
  int last = 0;
  TOUCHSTONE_CHECK(EVP_DecryptUpdate(context.get(), out.data(), &first, ciphertext.data(),
                                     as_int(ciphertext.size())) == 1);
  if (EVP_DecryptFinal_ex(context.get(), out.data() + first, &last) != 1)
    return fail(Errc::decryption);
  out.resize(static_cast<std::size_t>(first) + static_cast<std::size_t>(last));
  return out;
}

Octets aes128_wrap(std::span<const std::uint8_t, 16> kek, OctetView key) {
  TOUCHSTONE_CHECK(key.size() >= 16 && key.size() % 8 == 0);
  const CipherContext context = new_context();
  const CipherHandle cipher = key_wrap_cipher();
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  TOUCHSTONE_CHECK(EVP_EncryptInit_ex2(context.get(), cipher.get(), kek.data(), nullptr, nullptr) ==
                   1);
  Octets out(key.size() + 16);
  int length = 0;
  TOUCHSTONE_CHECK(
      EVP_EncryptUpdate(context.get(), out.data(), &length, key.data(), as_int(key.size())) == 1);
  out.resize(static_cast<std::size_t>(length));
  return out;
}

Result<SecretOctets> aes128_unwrap(std::span<const std::uint8_t, 16> kek, OctetView wrapped) {
  if (wrapped.size() < 24 || wrapped.size() % 8 != 0)
    return fail(Errc::decryption, "a wrapped key has at least 24 octets, in eights");
  const ErrorQueueDrain drain;
  const CipherContext context = new_context();
  const CipherHandle cipher = key_wrap_cipher();
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  TOUCHSTONE_CHECK(EVP_DecryptInit_ex2(context.get(), cipher.get(), kek.data(), nullptr, nullptr) ==
                   1);
  SecretOctets out(wrapped.size());
  int length = 0;
  if (EVP_DecryptUpdate(context.get(), out.data(), &length, wrapped.data(),
                        as_int(wrapped.size())) != 1)
    return fail(Errc::decryption, "the wrapped key fails its integrity check");
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::array<std::uint8_t, 8> des3_ecb_block(std::span<const std::uint8_t, 24> key,
                                           std::span<const std::uint8_t, 8> block) {
  const CipherContext context = new_context();
  TOUCHSTONE_CHECK(
      EVP_EncryptInit_ex2(context.get(), EVP_des_ede3_ecb(), key.data(), nullptr, nullptr) == 1);
  std::array<std::uint8_t, 16> out{};
  int length = 0;
  TOUCHSTONE_CHECK(EVP_EncryptUpdate(context.get(), out.data(), &length, block.data(), 8) == 1);
  TOUCHSTONE_CHECK(length == 8);
  std::array<std::uint8_t, 8> result{};
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = out[i];
  return result;
}

}  // namespace touchstone::crypto
