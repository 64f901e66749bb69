#include "reference/sntp/packet.h"

#include <gtest/gtest.h>

namespace touchstone::sntp {
namespace {

/// An answer as RFC 4330 §4 lays it out.
constexpr std::string_view captured =
    "240a06e7000000000000008b7f7f0101eb5f3a21a1c0d3f3e1a2b3c4d5e6f701eb5f3a2c11223344eb5f3a2c556677"
    "88";

TEST(SntpPacket, ReadsEachField) {
  const auto packet = decode(*from_hex(captured));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->leap, 0);
  EXPECT_EQ(packet->version, 4);
  EXPECT_EQ(packet->mode, Mode::server);
  EXPECT_EQ(packet->stratum, 10);
  EXPECT_EQ(packet->poll, 6);
  EXPECT_EQ(packet->precision, -25);
  EXPECT_EQ(packet->root_delay, 0U);
  EXPECT_EQ(packet->root_dispersion, 0x8BU);
  EXPECT_EQ(packet->reference_id, (std::array<std::uint8_t, 4>{127, 127, 1, 1}));
  EXPECT_EQ(packet->reference.value, 0xeb5f3a21a1c0d3f3U);
  EXPECT_EQ(packet->originate.value, 0xe1a2b3c4d5e6f701U);
  EXPECT_EQ(packet->receive.value, 0xeb5f3a2c11223344U);
  EXPECT_EQ(packet->transmit.value, 0xeb5f3a2c55667788U);
}

TEST(SntpPacket, PrintsWhatItHasRead) {
  const Octets octets = *from_hex(captured);
  for (std::size_t i = 0; i < octets.size(); ++i)
    for (const int bit : {0x01, 0x08, 0x40, 0x80}) {
      Octets changed = octets;
      changed[i] ^= static_cast<std::uint8_t>(bit);
      ASSERT_TRUE(decode(changed));
      EXPECT_EQ(encode(*decode(changed)), changed) << i;
    }
}

TEST(SntpPacket, TakesLengthsFrom48To1024) {
  const Octets octets = *from_hex(captured);
  for (std::size_t size = 0; size < packet_octets; ++size)
    EXPECT_FALSE(decode(OctetView(octets).first(size))) << size;
  Octets longer = octets;
  longer.resize(68);
  EXPECT_EQ(decode(longer), decode(octets)) << "a MAC follows";
  longer.resize(max_datagram);
  EXPECT_TRUE(decode(longer));
  longer.resize(max_datagram + 1);
  EXPECT_FALSE(decode(longer));
}

TEST(SntpPacket, PrintsCodes) {
  EXPECT_EQ(print_code({'R', 'A', 'T', 'E'}), "RATE");
  EXPECT_EQ(print_code({'G', 'P', 'S', 0}), "GPS");
  EXPECT_EQ(print_code({0, 0, 0, 0}), "");
  EXPECT_EQ(print_code({27, '[', 200, ' '}), "?[??");
}

}  // namespace
}  // namespace touchstone::sntp
