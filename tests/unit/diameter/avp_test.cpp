#include "reference/diameter/avp.h"

#include <gtest/gtest.h>

#include <array>

#include "reference/diameter/errc.h"
#include "reference/diameter/message.h"

namespace touchstone::diameter {
namespace {

// User-Name "abcde" with M: 13 octets and three of padding.
const Octets user_name = {0, 0, 0, 1, 0x40, 0, 0, 13, 'a', 'b', 'c', 'd', 'e', 0, 0, 0};
// Code 7 of vendor 35319 without M, one octet.
const Octets vendor_avp = {0, 0, 0, 7, 0x80, 0, 0, 13, 0, 0, 0x89, 0xF7, 0x2A, 0, 0, 0};

TEST(DiameterAvp, IsReadWithoutItsPadding) {
  AvpReader reader(user_name);
  const auto avp = reader.next();
  ASSERT_TRUE(avp.has_value());
  EXPECT_TRUE(avp->is(avp_user_name));
  EXPECT_TRUE(avp->mandatory());
  EXPECT_EQ(avp->text(), "abcde");
  EXPECT_EQ(avp->whole.size(), 13U);
  EXPECT_TRUE(reader.at_end());
}

TEST(DiameterAvp, TheVendorBitMovesTheData) {
  AvpReader reader(vendor_avp);
  const auto avp = reader.next();
  ASSERT_TRUE(avp.has_value());
  EXPECT_EQ(avp->vendor, 35319U);
  EXPECT_FALSE(avp->is(7));
  EXPECT_EQ(avp->data.size(), 1U);
}

TEST(DiameterAvp, RejectsLengthBelowHeader) {
  for (const std::uint8_t length : std::to_array<std::uint8_t>({0, 1, 7})) {
    Octets octets = user_name;
    octets[7] = length;
    const auto avp = AvpReader(octets, 20).next();
    ASSERT_FALSE(avp.has_value());
    EXPECT_EQ(avp.error().code, Errc::avp_length);
    EXPECT_EQ(avp.error().offset, 20U);
  }
  Octets octets = vendor_avp;
  octets[7] = 11;
  EXPECT_EQ(AvpReader(octets).next().error().code, Errc::avp_length);
}

TEST(DiameterAvp, EveryTruncationOfTheDataIsAnError) {
  for (std::size_t size = 1; size < 13; ++size) {
    const auto avp = AvpReader(OctetView(user_name).first(size)).next();
    ASSERT_FALSE(avp.has_value()) << size;
    EXPECT_EQ(avp.error().code, size < 8 ? Errc::avp_truncated : Errc::avp_length);
  }
}

TEST(DiameterAvp, TheLastAvpMayLackItsPadding) {
  for (std::size_t size = 13; size <= 16; ++size) {
    AvpReader reader(OctetView(user_name).first(size));
    EXPECT_TRUE(reader.next().has_value());
    EXPECT_TRUE(reader.at_end());
  }
}

TEST(DiameterAvp, NumbersNeedTheirExactLength) {
  const Octets octets(8, 1);
  for (std::size_t size = 0; size <= 8; ++size) {
    AvpView avp;
    avp.data = OctetView(octets).first(size);
    EXPECT_EQ(avp.u32().has_value(), size == 4);
    EXPECT_EQ(avp.u64().has_value(), size == 8);
  }
}

TEST(DiameterAvp, AnAddressNeedsFamilyOneForIpv4) {
  Octets octets = {0, 1, 10, 50, 4, 40};
  AvpView avp;
  avp.data = octets;
  EXPECT_EQ(avp.ipv4(), 0x0A320428U);
  octets[1] = 2;
  EXPECT_FALSE(avp.ipv4().has_value());
  avp.data = OctetView(octets).first(5);
  EXPECT_FALSE(avp.ipv4().has_value());
}

}  // namespace
}  // namespace touchstone::diameter
