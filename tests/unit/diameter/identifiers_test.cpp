#include "reference/diameter/identifiers.h"

#include <gtest/gtest.h>

namespace touchstone::diameter {
namespace {

TEST(DiameterIdentifiers, SessionIdsAscendFromTheSecondOfTheStart) {
  SessionIds ids("gw1.example", 1876543210);
  EXPECT_EQ(ids.next(), "gw1.example;1876543210;0");
  EXPECT_EQ(ids.next(), "gw1.example;1876543210;1");
  EXPECT_EQ(SessionIds("gw1.example", 1876543211).next(), "gw1.example;1876543211;0");
}

TEST(DiameterIdentifiers, ASessionIdBeginsWithItsSender) {
  EXPECT_EQ(session_identity("gw1.example;1;2;opt"), "gw1.example");
  EXPECT_EQ(session_identity("gw1.example"), "gw1.example");
}

TEST(DiameterIdentifiers, EndToEndHasTwelveBitsOfTimeAndTwentyOfChance) {
  Identifiers ids = Identifiers::end_to_end(0x12345ABC, 0xFFF00001);
  EXPECT_EQ(ids.next(), 0xABC00001U);
  EXPECT_EQ(ids.next(), 0xABC00002U);
}

TEST(DiameterIdentifiers, WrapAroundIsNoEnd) {
  Identifiers ids(0xFFFFFFFF);
  EXPECT_EQ(ids.next(), 0xFFFFFFFFU);
  EXPECT_EQ(ids.next(), 0U);
}

}  // namespace
}  // namespace touchstone::diameter
