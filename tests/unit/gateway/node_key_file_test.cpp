#include "reference/gateway/node_key_file.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "reference/gateway/errc.h"

namespace touchstone::gateway {
namespace {

constexpr std::string_view emitted =
    "gateway, 0x0123456789abcdef23456789abcdef01456789abcdef0123\n"
    "gateway_cdld, 0x101112131415161718191a1b1c1d1e1f\n"
    "0x00010000, 0x00112233445566778899aabbccddeeff,1,0\n"
    "0x00010001, 0x202122232425262728292a2b2c2d2e2f,1,0\n";

TEST(NodeKeyFile, ReadsWhatProvisionHandsOut) {
  const auto rows = parse_node_key_file(as_octets(emitted), 0x00010000);
  ASSERT_TRUE(rows) << rows.error().detail;
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[1].node_id, 0x00010001U);
  EXPECT_EQ((*rows)[0].root_key[15], 0xFF);
}

TEST(NodeKeyFile, ReadsRowsAlone) {
  const auto rows = parse_node_key_file(as_octets(emitted.substr(emitted.find("0x00010001"))), 7);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->size(), 1U);
}

TEST(NodeKeyFile, ReadsAKeyAloneForTheNodeThatIsMeant) {
  for (const std::string_view text :
       {"0x00112233445566778899aabbccddeeff\n", "00112233445566778899AABBCCDDEEFF",
        "00112233445566778899aabbccddeeff\r\n"}) {
    const auto rows = parse_node_key_file(as_octets(text), 7);
    ASSERT_TRUE(rows) << text;
    EXPECT_EQ((*rows)[0].node_id, 7U);
    EXPECT_EQ((*rows)[0].root_key[1], 0x11);
  }
}

TEST(NodeKeyFile, RefusesAnythingElseAndShowsNoneOfIt) {
  for (const std::string_view text :
       {"", "\n", "00112233445566778899aabbccddeef", "00112233445566778899aabbccddeeffff",
        "zz112233445566778899aabbccddeeff", "gateway, 0x00", "gateway, 0x00\n",
        "0x00010000, 0x00112233445566778899aabbccddee,1,0\n"}) {
    const auto rows = parse_node_key_file(as_octets(text), 7);
    ASSERT_FALSE(rows) << text;
    EXPECT_EQ(exit_code(rows.error()), 6) << text;
    EXPECT_EQ(rows.error().detail.find("112233"), std::string::npos);
  }
}

}  // namespace
}  // namespace touchstone::gateway
