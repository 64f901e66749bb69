#include "reference/base/reader.h"

#include <gtest/gtest.h>

namespace touchstone {
namespace {

TEST(Reader, TakesBigEndianIntegersInOrder) {
  const Octets octets =
      std::move(Writer().u8(1).u16(0x0203).u24(0x040506).u32(0x0708090A).u64(0x0B0C0D0E0F101112))
          .take();
  Reader reader(octets);
  EXPECT_EQ(*reader.u8(), 1);
  EXPECT_EQ(*reader.u16(), 0x0203);
  EXPECT_EQ(*reader.u24(), 0x040506U);
  EXPECT_EQ(*reader.u32(), 0x0708090AU);
  EXPECT_EQ(*reader.u64(), 0x0B0C0D0E0F101112U);
  EXPECT_TRUE(reader.at_end());
}

TEST(Reader, EveryTruncationIsAnErrorThatConsumesNothing) {
  const Octets octets = {1, 2, 3, 4, 5, 6, 7, 8};
  for (std::size_t size = 0; size < octets.size(); ++size) {
    Reader reader(OctetView(octets).first(size));
    const auto value = reader.u64();
    ASSERT_FALSE(value.has_value());
    EXPECT_EQ(value.error().code, ReadErrc::truncated);
    EXPECT_EQ(value.error().offset, size);
    EXPECT_EQ(reader.remaining(), size);
  }
}

TEST(Reader, ACountNearTheLimitOfSizeTypeIsRefused) {
  const Octets octets = {1, 2, 3};
  Reader reader(octets);
  ASSERT_TRUE(reader.u8().has_value());
  EXPECT_FALSE(reader.octets(static_cast<std::size_t>(-1)).has_value());
}

TEST(WriterDeathTest, AWideU24IsOurOwnBug) {
  EXPECT_DEATH(Writer().u24(0x1000000), "internal error");
}

}  // namespace
}  // namespace touchstone
