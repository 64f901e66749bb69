#include "reference/crypto/cms.h"

#include <gtest/gtest.h>

#include "reference/crypto/cms_profile.h"
#include "reference/crypto/der.h"
#include "tests/unit/crypto/pem_files.h"

namespace touchstone::crypto {
namespace {

std::string opened(const Octets& octets, const RsaPrivateKey& key) {
  const auto enveloped = decode_enveloped(octets);
  if (!enveloped) return "refused: " + enveloped.error().code.message();
  const auto content = open_enveloped(*enveloped, key);
  return content ? std::string(as_text(*content)) : "refused: " + content.error().code.message();
}

TEST(Cms, RoundTripsEveryLengthRoundABlock) {
  const RsaPrivateKey key = kms_key();
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 31U, 32U, 100'000U}) {
    const std::string content(size, 'k');
    const auto octets = encode_enveloped(as_octets(content), public_keys(key));
    ASSERT_TRUE(octets);
    EXPECT_EQ(opened(*octets, key), content) << size;
  }
}

TEST(Cms, RoundTripsContentLargerThanOneCallOfTheCipher) {
  const RsaPrivateKey key = kms_key();
  std::string content(3'000'017, 'k');
  for (std::size_t i = 0; i < content.size(); i += 4096)
    content[i] = static_cast<char>(i >> 12);
  const auto octets = encode_enveloped(as_octets(content), public_keys(key));
  ASSERT_TRUE(octets);
  EXPECT_EQ(opened(*octets, key), content);
}

TEST(Cms, WritesDer) {
  const auto octets = encode_enveloped(as_octets("rows"), public_keys(kms_key()));
  ASSERT_TRUE(octets);
  const auto enveloped = decode_enveloped(*octets);
  ASSERT_TRUE(enveloped);
  EXPECT_FALSE(enveloped->ber);
}

TEST(Cms, NeverEncryptsTwiceAlike) {
  const auto recipients = public_keys(kms_key());
  const Octets first = encode_enveloped(as_octets("rows"), recipients).value();
  const Octets second = encode_enveloped(as_octets("rows"), recipients).value();
  const auto a = decode_enveloped(first).value();
  const auto b = decode_enveloped(second).value();
  EXPECT_NE(a.iv, b.iv);
  EXPECT_FALSE(std::equal(a.ciphertext.begin(), a.ciphertext.end(), b.ciphertext.begin()));
}

TEST(Cms, OpensForEachOfItsRecipientsAndNobodyElse) {
  std::vector<RsaPublicKey> recipients = public_keys(kms_key());
  recipients.push_back(other_key().public_key());
  const Octets octets = encode_enveloped(as_octets("rows"), recipients).value();
  EXPECT_EQ(opened(octets, kms_key()), "rows");
  EXPECT_EQ(opened(octets, other_key()), "rows");
  const auto enveloped = decode_enveloped(octets).value();
  const auto third = private_key("kms/valid/kms_key.priv.pem");
  EXPECT_EQ(code_of(open_enveloped(enveloped, third)), Errc::wrong_recipient);
}

TEST(Cms, WritesRecipientsInTheOrderOfDer) {
  std::vector<RsaPublicKey> forward = public_keys(kms_key());
  forward.push_back(other_key().public_key());
  std::vector<RsaPublicKey> backward = public_keys(other_key());
  backward.push_back(kms_key().public_key());
  const Octets a = encode_enveloped(as_octets("rows"), forward).value();
  const Octets b = encode_enveloped(as_octets("rows"), backward).value();
  EXPECT_EQ(to_hex(decode_enveloped(a)->recipients[0].key_identifier),
            to_hex(decode_enveloped(b)->recipients[0].key_identifier));
}

// A key named as ours but wrapped for another must fail every time: a library that answers a wrong
// RSA key with random octets would now and then give garbage instead (NB-10).
TEST(Cms, NeverTakesAKeyWrappedForAnother) {
  const RsaPrivateKey ours = kms_key();
  const auto name = ours.public_key().subject_key_identifier();
  const auto recipients = public_keys(other_key());
  for (int i = 0; i < 300; ++i) {
    const Octets octets = encode_enveloped(as_octets("rows"), recipients).value();
    Enveloped enveloped = decode_enveloped(octets).value();
    enveloped.recipients[0].key_identifier = name;
    ASSERT_EQ(code_of(open_enveloped(enveloped, ours)), Errc::decryption);
  }
}

TEST(Cms, RefusesEveryChangeOfTheWrappedKeyAndBadPadding) {
  const RsaPrivateKey key = kms_key();
  Octets octets = encode_enveloped(as_octets("rows"), public_keys(key)).value();
  const auto enveloped = decode_enveloped(octets).value();
  const auto at =
      static_cast<std::size_t>(enveloped.recipients[0].encrypted_key.data() - octets.data());
  for (std::size_t i = 0; i < 256; i += 15) {
    octets[at + i] ^= 1;
    EXPECT_EQ(code_of(open_enveloped(enveloped, key)), Errc::decryption);
    octets[at + i] ^= 1;
  }
  Enveloped other_iv = enveloped;
  other_iv.iv[15] ^= 0x40;  // the padding of the only block
  EXPECT_EQ(code_of(open_enveloped(other_iv, key)), Errc::decryption);
}

TEST(Cms, OpensWhatOpensslStreamed) {
  const std::string file = read_fixture("crypto/streamed.cms");
  const Octets octets(file.begin(), file.end());
  const auto enveloped = decode_enveloped(octets);
  ASSERT_TRUE(enveloped) << enveloped.error().detail;
  EXPECT_TRUE(enveloped->ber);
  const std::string content = opened(octets, kms_key());
  EXPECT_EQ(content.size(), 9000U);
  EXPECT_EQ(content.substr(8990), "row 00899\n");
}

}  // namespace
}  // namespace touchstone::crypto
