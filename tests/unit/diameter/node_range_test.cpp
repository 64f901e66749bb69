#include "reference/diameter/node_range.h"

#include <gtest/gtest.h>

namespace touchstone::diameter {
namespace {

TEST(DiameterNodeRange, ReadsWhatItPrints) {
  const std::vector<NodeRange> ranges = {{0, 0xFFFF}, {0x0001A2B3, 0x0001A2B3}, {7, 0xFFFFFFFF}};
  const std::string text = "0x00000000-0x0000ffff,0x0001a2b3,0x00000007-0xffffffff";
  EXPECT_EQ(print_node_ranges(ranges), text);
  EXPECT_EQ(parse_node_ranges(text), ranges);
}

TEST(DiameterNodeRange, HasBothItsEnds) {
  const NodeRange range{5, 7};
  EXPECT_FALSE(range.contains(4));
  EXPECT_TRUE(range.contains(5));
  EXPECT_TRUE(range.contains(7));
  EXPECT_FALSE(range.contains(8));
}

TEST(DiameterNodeRange, RefusesEveryOtherSpelling) {
  for (const std::string_view text :
       {"", ",", "0x00000001,", ",0x00000001", "0x00000002-0x00000001", "0x0000000A", "1",
        "0x1-0x2", "0x00000001-", "-0x00000001", "0x00000001 - 0x00000002", "0x000000010",
        "0X00000001", "0x00000001-0x00000002-0x00000003"})
    EXPECT_FALSE(parse_node_ranges(text)) << text;
}

}  // namespace
}  // namespace touchstone::diameter
