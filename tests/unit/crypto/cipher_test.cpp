#include "reference/crypto/cipher.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "reference/crypto/errc.h"

namespace touchstone::crypto {
namespace {

template <std::size_t size>
std::array<std::uint8_t, size> octets(const char* hex) {
  std::array<std::uint8_t, size> value{};
  const Octets decoded = from_hex(hex).value();
  EXPECT_EQ(decoded.size(), size);
  std::copy(decoded.begin(), decoded.end(), value.begin());
  return value;
}

// NIST SP 800-38A F.2.1
const auto key = octets<16>("2b7e151628aed2a6abf7158809cf4f3c");
const auto iv = octets<16>("000102030405060708090a0b0c0d0e0f");

TEST(AesCbc, GivesTheValuesOfSp80038aAndThenABlockOfPadding) {
  const Octets plaintext =
      *from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  const Octets ciphertext = aes128_cbc_encrypt(key, iv, plaintext);
  ASSERT_EQ(ciphertext.size(), 48U);
  EXPECT_EQ(to_hex(OctetView(ciphertext).first(32)),
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
}

TEST(AesCbc, RoundTripsEveryLength) {
  for (std::size_t size = 0; size <= 50; ++size) {
    const Octets plaintext(size, 0x5A);
    const Octets ciphertext = aes128_cbc_encrypt(key, iv, plaintext);
    EXPECT_EQ(ciphertext.size(), (size / 16 + 1) * 16);
    const auto opened = aes128_cbc_decrypt(key, iv, ciphertext);
    ASSERT_TRUE(opened);
    EXPECT_TRUE(std::equal(opened->begin(), opened->end(), plaintext.begin(), plaintext.end()));
  }
}

TEST(AesCbc, RefusesPartsOfBlocksAndBadPadding) {
  const Octets ciphertext = aes128_cbc_encrypt(key, iv, Octets(20));
  for (std::size_t size = 0; size < ciphertext.size(); ++size) {
    if (size == 16) continue;  // a whole block, and the padding may come out right by chance
    const auto opened = aes128_cbc_decrypt(key, iv, OctetView(ciphertext).first(size));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::decryption);
  }
  Octets changed = ciphertext;
  changed[15] ^= 0x40;  // turns the last octet of padding, 12, into 76
  EXPECT_FALSE(aes128_cbc_decrypt(key, iv, changed));
}

TEST(AesWrap, GivesTheValueOfRfc3394) {
  const auto kek = octets<16>("000102030405060708090a0b0c0d0e0f");
  const Octets data = *from_hex("00112233445566778899aabbccddeeff");
  const Octets wrapped = aes128_wrap(kek, data);
  EXPECT_EQ(to_hex(wrapped), "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
  const auto opened = aes128_unwrap(kek, wrapped);
  ASSERT_TRUE(opened);
  EXPECT_EQ(to_hex(*opened), to_hex(data));
}

TEST(AesWrap, RefusesEveryChangedOctetAndEveryTruncation) {
  const Octets wrapped = aes128_wrap(key, Octets(16, 7));
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    Octets changed = wrapped;
    changed[i] ^= 1;
    EXPECT_FALSE(aes128_unwrap(key, changed));
    EXPECT_FALSE(aes128_unwrap(key, OctetView(wrapped).first(i)));
  }
}

TEST(TripleDes, GivesTheValueOfSp80067) {
  // NIST SP 800-67 appendix B.1: "The qufck brown fox jump" under these three keys, first block.
  const auto triple = octets<24>("0123456789abcdef23456789abcdef01456789abcdef0123");
  EXPECT_EQ(to_hex(des3_ecb_block(triple, octets<8>("5468652071756663"))), "a826fd8ce53b855f");
}

}  // namespace
}  // namespace touchstone::crypto
