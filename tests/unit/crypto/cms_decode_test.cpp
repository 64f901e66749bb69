#include <gtest/gtest.h>

#include "reference/crypto/cms.h"
#include "tests/unit/crypto/cms_builder.h"

namespace touchstone::crypto {
namespace {

Errc reason(const Octets& octets) {
  const auto result = decode_enveloped(octets);
  EXPECT_FALSE(result.has_value());
  return result ? Errc::internal : static_cast<Errc>(result.error().code.value());
}

Errc reason(const CmsBuilder& builder) {
  return reason(builder.build());
}

TEST(CmsDecode, TakesTheProfileAsItIs) {
  const Octets octets = CmsBuilder().build();
  const auto enveloped = decode_enveloped(octets);
  ASSERT_TRUE(enveloped) << enveloped.error().detail << enveloped.error().offset;
  EXPECT_EQ(enveloped->recipients.size(), 1U);
  EXPECT_EQ(enveloped->recipients[0].key_identifier.size(), 20U);
  EXPECT_EQ(enveloped->recipients[0].encrypted_key.size(), 256U);
  EXPECT_EQ(enveloped->ciphertext_size, 48U);
  EXPECT_FALSE(enveloped->ber);
}

TEST(CmsDecode, TakesSha256WithAndWithoutNullParameters) {
  CmsBuilder builder;
  builder.sha256 = seq({oid("608648016503040201"), *from_hex("0500")});
  builder.mask = seq({oid("2a864886f70d010108"), builder.sha256});
  builder.set_oaep(
      {der::element(explicit_0, {builder.sha256}), der::element(explicit_1, {builder.mask})});
  EXPECT_TRUE(decode_enveloped(builder.build()));
}

TEST(CmsDecode, CallsOtherContentUnknown) {
  for (const char* const type :
       {"2a864886f70d010702", "2a864886f70d010701", "2a864886f70d0109100109"}) {
    CmsBuilder builder;
    builder.content_type = oid(type);
    EXPECT_EQ(reason(builder), Errc::unknown_content);
    EXPECT_FALSE(looks_like_enveloped(builder.build()));
  }
  EXPECT_EQ(reason(Octets{}), Errc::unknown_content);
  EXPECT_EQ(reason(Octets{'P', 'K', 3, 4}), Errc::unknown_content);
  EXPECT_TRUE(looks_like_enveloped(CmsBuilder().build()));
}

TEST(CmsDecode, RefusesOctetsBehindTheEnd) {
  CmsBuilder builder;
  builder.behind = {0};
  EXPECT_EQ(reason(builder), Errc::trailing_data);
}

TEST(CmsDecode, RefusesOtherKeyTransport) {
  CmsBuilder builder;
  builder.transport = seq({oid("2a864886f70d010101"), *from_hex("0500")});  // PKCS#1 v1.5
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder.transport = seq({oid("2a864886f70d010107")});  // OAEP, all defaults: SHA-1
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder.set_oaep({});
  EXPECT_EQ(reason(builder), Errc::unsupported);
}

TEST(CmsDecode, RefusesOaepWithSha1OrALabelOrPartOfTheParameters) {
  const CmsBuilder good;
  const Octets hash = der::element(explicit_0, {good.sha256});
  const Octets mask = der::element(explicit_1, {good.mask});
  const Octets sha1 = seq({oid("2b0e03021a"), *from_hex("0500")});
  const Octets sha1_mask = seq({oid("2a864886f70d010108"), sha1});
  const Octets label = der::element(der::context(2) | der::constructed,
                                    {seq({oid("2a864886f70d010109"), *from_hex("040141")})});
  CmsBuilder builder;
  builder.set_oaep({hash});
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder.set_oaep({mask});
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder.set_oaep({der::element(explicit_0, {sha1}), mask});
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder.set_oaep({hash, der::element(explicit_1, {sha1_mask})});
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder.set_oaep({hash, mask, label});
  EXPECT_EQ(reason(builder), Errc::unsupported);
}

TEST(CmsDecode, RefusesOtherContentCiphers) {
  const char* const others[] = {"2a864886f70d0302",     // RC2-CBC
                                "2a864886f70d0307",     // 3DES-CBC
                                "608648016503040129",   // AES-256-ECB
                                "608648016503040102",   // AES-128-CBC
                                "60864801650304012e"};  // AES-256-GCM
  for (const char* const other : others) {
    CmsBuilder builder;
    builder.cipher = seq({oid(other), der::element(der::octet_string, {octets_of(16)})});
    EXPECT_EQ(reason(builder), Errc::unsupported) << other;
  }
}

TEST(CmsDecode, CountsRecipients) {
  CmsBuilder builder;
  builder.recipients = 8;
  EXPECT_EQ(decode_enveloped(builder.build())->recipients.size(), 8U);
  builder.recipients = 9;
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder.recipients = 0;
  EXPECT_EQ(reason(builder), Errc::malformed);
}

TEST(CmsDecode, RefusesRecipientsThatAreNotKeyTransport) {
  for (std::uint8_t tag = 1; tag <= 4; ++tag) {  // agreement, KEK, password, other
    CmsBuilder builder;
    builder.other_recipient = der::element(der::context(tag) | der::constructed, {octets_of(3)});
    EXPECT_EQ(reason(builder), Errc::unsupported);
  }
}

TEST(CmsDecode, TakesARecipientByIssuerAsSomebodyElse) {
  CmsBuilder builder;
  builder.recipient_version = *from_hex("020100");
  builder.recipient_name = seq({seq({}), *from_hex("020101")});
  const Octets octets = builder.build();
  const auto enveloped = decode_enveloped(octets);
  ASSERT_TRUE(enveloped);
  EXPECT_TRUE(enveloped->recipients[0].key_identifier.empty());
  builder.recipient_version = *from_hex("020102");
  EXPECT_EQ(reason(builder), Errc::malformed);
}

TEST(CmsDecode, RefusesPartsThatTheProfileHasNoUseFor) {
  CmsBuilder builder;
  builder.originator = der::element(explicit_0, {});
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder = {};
  builder.attributes = der::element(explicit_1, {});
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder = {};
  builder.inner_type = oid("2a864886f70d010702");
  EXPECT_EQ(reason(builder), Errc::unsupported);
  builder = {};
  builder.version = *from_hex("020101");
  EXPECT_EQ(reason(builder), Errc::malformed);
}

TEST(CmsDecode, RefusesContentThatIsNotWholeBlocks) {
  for (const std::size_t size : {0U, 1U, 15U, 17U, 47U}) {
    CmsBuilder builder;
    builder.content = der::element(der::context(0), {octets_of(size)});
    EXPECT_EQ(reason(builder), Errc::malformed);
  }
  CmsBuilder builder;
  builder.content = {};
  EXPECT_EQ(reason(builder), Errc::malformed);
}

TEST(CmsDecode, ReadsContentInPiecesAsBer) {
  CmsBuilder builder;
  const Octets piece = der::element(der::octet_string, {octets_of(8)});
  builder.content = der::element(explicit_0, {piece, piece});
  const Octets octets = builder.build();
  const auto enveloped = decode_enveloped(octets);
  ASSERT_TRUE(enveloped);
  EXPECT_TRUE(enveloped->ber && enveloped->in_pieces);
  EXPECT_EQ(enveloped->ciphertext_size, 16U);
}

TEST(CmsDecode, RefusesEveryTruncation) {
  const Octets octets = CmsBuilder().build();
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_FALSE(decode_enveloped(OctetView(octets).first(size))) << size;
}

TEST(CmsDecode, NeverReadsAChangedStructureAsTheSame) {
  const Octets octets = CmsBuilder().build();
  const std::size_t content_at = octets.size() - 48;
  for (std::size_t i = 0; i < content_at; ++i) {
    Octets changed = octets;
    for (int bit = 0; bit < 8; ++bit) {
      changed[i] = static_cast<std::uint8_t>(octets[i] ^ 1 << bit);
      const auto result = decode_enveloped(changed);
      if (!result) continue;
      const auto& recipient = result->recipients[0];
      const bool told = result->ber || recipient.key_identifier.size() != 20 ||
                        recipient.key_identifier[0] != 0x11 || result->iv[0] != 0x11;
      const bool value = changed[i] != 0x11 && octets[i] == 0x11;
      const bool version = i > 20 && i < 30;
      EXPECT_TRUE(told || value || version) << i;
    }
  }
}

TEST(CmsDecode, RefusesALengthOfTwoToThe63AtOnce) {
  const Octets octets = *from_hex("3088800000000000000006");
  EXPECT_EQ(reason(octets), Errc::malformed);
}

}  // namespace
}  // namespace touchstone::crypto
