#include "conformance/oracle/derivation.h"

#include <openssl/evp.h>

#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "conformance/oracle/oracle_defect.h"
#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

namespace {

constexpr std::uint64_t scrypt_memory_cap = std::uint64_t{3} << 30;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

/// `message` under `cipher` without padding, with an IV of zeros.
Octets encrypt_blocks(const EVP_CIPHER* cipher, OctetView key, OctetView message) {
  CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  const std::array<std::uint8_t, 16> zero{};
  Octets out(message.size() + 32);
  int size = 0;
  TOUCHSTONE_CHECK(EVP_EncryptInit_ex2(context.get(), cipher, key.data(), zero.data(), nullptr));
  EVP_CIPHER_CTX_set_padding(context.get(), 0);
  TOUCHSTONE_CHECK(EVP_EncryptUpdate(context.get(), out.data(), &size, message.data(),
                                     static_cast<int>(message.size())));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

/// Multiplication by x in GF(2^128) (RFC 4493 2.3).
Key16 doubled(const Key16& value) {
  Key16 out{};
  for (std::size_t i = 0; i < 16; ++i)
    out[i] = static_cast<std::uint8_t>(value[i] << 1 | (i < 15 ? value[i + 1] >> 7 : 0));
  const std::uint8_t rb = TOUCHSTONE_ORACLE_DEFECT("derivation.cmac-rb") ? 0x86 : 0x87;
  if ((value[0] & 0x80) != 0) out[15] = static_cast<std::uint8_t>(out[15] ^ rb);
  return out;
}

Key16 first_16(OctetView octets) {
  Key16 key{};
  for (std::size_t i = 0; i < 16; ++i)
    key[i] = octets[i];
  return key;
}

void append_u32(Octets& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(value >> shift));
}

Key16 run_kdf(OctetView passphrase, const Key16& salt, const Kdf& kdf) {
  Key16 out{};
  const char* text = reinterpret_cast<const char*>(passphrase.data());
  if (kdf.id == 1) {
    TOUCHSTONE_CHECK(PKCS5_PBKDF2_HMAC(text, static_cast<int>(passphrase.size()), salt.data(), 16,
                                       static_cast<int>(kdf.cost), EVP_sha256(), 16, out.data()));
  } else {
    const std::uint64_t n = std::uint64_t{1} << kdf.cost;
    TOUCHSTONE_CHECK(EVP_PBE_scrypt(text, passphrase.size(), salt.data(), 16, n, kdf.block,
                                    kdf.lanes, scrypt_memory_cap, out.data(), 16));
  }
  return out;
}

}  // namespace

Key16 aes_cmac(OctetView key, OctetView message) {
  const Key16 zero{};
  const Key16 l = first_16(encrypt_blocks(EVP_aes_128_cbc(), key, zero));
  const Key16 k1 = doubled(l);
  const Key16 k2 = doubled(k1);
  const bool whole = !message.empty() && message.size() % 16 == 0;
  Octets padded(message.begin(), message.end());
  if (!whole) {
    padded.push_back(0x80);
    padded.resize((padded.size() + 15) / 16 * 16);
  }
  for (std::size_t i = 0; i < 16; ++i)
    padded[padded.size() - 16 + i] ^= whole ? k1[i] : k2[i];
  const Octets chain = encrypt_blocks(EVP_aes_128_cbc(), key, padded);
  return first_16(OctetView(chain).last(16));
}

std::string print_kdf(const Kdf& kdf) {
  return (kdf.id == 1 ? "pbkdf2:" : "scrypt:") + std::to_string(kdf.cost);
}

bool is_allowed(const Kdf& kdf) {
  if (kdf.id == 1)
    return kdf.cost >= 100000 && kdf.cost <= 10000000 && kdf.block == 0 && kdf.lanes == 0;
  return kdf.id == 2 && kdf.cost >= 14 && kdf.cost <= 20 && kdf.block == 8 && kdf.lanes >= 1 &&
         kdf.lanes <= 4;
}

Key16 pwdh_salt(const Key16& base) {
  const std::string_view label =
      TOUCHSTONE_ORACLE_DEFECT("derivation.salt") ? "ULP-KMS-PWDH-SALT/2" : "ULP-KMS-PWDH-SALT/1";
  return aes_cmac(base, as_octets(label));
}

Key16 derive_pwdh(OctetView passphrase, const Key16& salt, const Kdf& kdf) {
  static std::mutex guard;
  static std::map<std::tuple<Octets, Key16, Kdf>, Key16> known;
  const std::tuple key(Octets(passphrase.begin(), passphrase.end()), salt, kdf);
  const std::lock_guard lock(guard);
  const auto found = known.find(key);
  if (found != known.end() && !TOUCHSTONE_ORACLE_DEFECT("derivation.stale-cost"))
    return found->second;
  Kdf used = kdf;
  if (TOUCHSTONE_ORACLE_DEFECT("derivation.stale-cost")) used.cost = kdf.id == 1 ? 100000 : 14;
  const Key16 value = run_kdf(passphrase, salt, used);
  if (!TOUCHSTONE_ORACLE_DEFECT("derivation.stale-cost")) known.emplace(key, value);
  return value;
}

Key16 derive_key(const Key16& key, std::string_view label, OctetView context) {
  Octets message;
  append_u32(message, 1);
  message.insert(message.end(), label.begin(), label.end());
  if (!TOUCHSTONE_ORACLE_DEFECT("derivation.separator")) message.push_back(0);
  message.insert(message.end(), context.begin(), context.end());
  append_u32(message, TOUCHSTONE_ORACLE_DEFECT("derivation.length") ? 16 : 128);
  return aes_cmac(key, message);
}

Key16 gateway_file_key(const Key16& pwdh) {
  return derive_key(pwdh, "ULP-KMS-GWKEY-ENC/1", {});
}

Key16 batch_mac_key(const Key16& pwdh) {
  return derive_key(pwdh, "ULP-KMS-BATCH-MAC/1", {});
}

Key16 database_wrap_key(const Key16& pwdh) {
  return derive_key(pwdh, "ULP-LKS-DB-KEK/1", {});
}

Key16 node_root_key(const Key16& base, std::uint32_t id, std::uint32_t count, const Key16& nonce) {
  Octets context;
  append_u32(context, TOUCHSTONE_ORACLE_DEFECT("derivation.kgf-order") ? count : id);
  append_u32(context, TOUCHSTONE_ORACLE_DEFECT("derivation.kgf-order") ? id : count);
  context.insert(context.end(), nonce.begin(), nonce.end());
  return derive_key(base, "ULP-LKS-NODE-ROOT/1", context);
}

std::string aes_kcv(const Key16& key) {
  return to_hex(OctetView(aes_cmac(key, Key16{})).first(3));
}

std::string des3_kcv(const Key24& key) {
  const std::array<std::uint8_t, 8> zero{};
  return to_hex(OctetView(encrypt_blocks(EVP_des_ede3_ecb(), key, zero)).first(3));
}

Octets wrap_key(const Key16& wrapping_key, const Key16& key) {
  // RFC 3394 2.2.1 with two 64-bit halves: six rounds over (A, R1), (A, R2).
  std::array<std::uint8_t, 8> a;
  a.fill(0xA6);
  Octets r(key.begin(), key.end());
  for (std::uint8_t step = 1; step <= 12; ++step) {
    const std::size_t half = (step % 2 == 1) ? 0 : 8;
    Octets block(a.begin(), a.end());
    block.insert(block.end(), r.begin() + static_cast<std::ptrdiff_t>(half),
                 r.begin() + static_cast<std::ptrdiff_t>(half + 8));
    const Octets out = encrypt_blocks(EVP_aes_128_ecb(), wrapping_key, block);
    for (std::size_t i = 0; i < 8; ++i) {
      a[i] = out[i];
      r[half + i] = out[8 + i];
    }
    a[7] = static_cast<std::uint8_t>(a[7] ^ step);
  }
  Octets wrapped(a.begin(), a.end());
  wrapped.insert(wrapped.end(), r.begin(), r.end());
  return wrapped;
}

}  // namespace touchstone::conformance::oracle
