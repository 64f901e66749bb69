#include "reference/kms/rotation.h"

#include <gtest/gtest.h>

namespace touchstone::kms {
namespace {

TEST(Rotations, NobodyHearsOfKeysThatHaveNotChanged) {
  Rotations rotations;
  EXPECT_FALSE(rotations.wants("gw1"));
  rotations.on_changed(false, false);
  EXPECT_FALSE(rotations.wants("gw1"));
}

TEST(Rotations, EachGatewayHearsOnceOfEachChange) {
  Rotations rotations;
  rotations.on_changed(true, false);
  EXPECT_TRUE(rotations.wants("gw1"));
  rotations.on_sent(7, "gw1");
  EXPECT_FALSE(rotations.wants("gw1"));
  EXPECT_TRUE(rotations.wants("gw2"));
  EXPECT_EQ(rotations.on_answer(7, 2001).host, "gw1");
  EXPECT_FALSE(rotations.wants("gw1"));
  rotations.on_changed(false, true);
  EXPECT_TRUE(rotations.wants("gw1"));
}

TEST(Rotations, OneThatDidNotAnswerIsToldAgain) {
  Rotations rotations;
  rotations.on_changed(true, false);
  rotations.on_sent(7, "gw1");
  EXPECT_EQ(rotations.pending(), 1U);
  EXPECT_EQ(rotations.on_failure(7).host, "gw1");
  EXPECT_TRUE(rotations.wants("gw1"));
  EXPECT_EQ(rotations.pending(), 0U);
}

TEST(Rotations, OneThatCannotTakeTheKeysNowIsToldAgainAndOneThatRefusesThemIsNot) {
  for (const std::uint32_t result : {3002U, 3004U, 4002U, 2001U, 3001U, 4007U, 5003U, 5012U}) {
    Rotations rotations;
    rotations.on_changed(true, false);
    rotations.on_sent(7, "gw1");
    const Rotations::Told told = rotations.on_answer(7, result);
    const bool is_for_later = result == 3002 || result == 3004 || result == 4002;
    EXPECT_EQ(told.is_for_later, is_for_later) << result;
    EXPECT_EQ(rotations.wants("gw1"), is_for_later) << result;
  }
}

TEST(Rotations, AnAnswerToAnOldChangeDoesNotCoverANewOne) {
  Rotations rotations;
  rotations.on_changed(true, false);
  rotations.on_sent(7, "gw1");
  rotations.on_changed(true, false);
  EXPECT_TRUE(rotations.wants("gw1"));
  rotations.on_sent(8, "gw1");
  rotations.on_answer(7, 2001);
  EXPECT_FALSE(rotations.wants("gw1")) << "the second is still on its way";
  rotations.on_failure(8);
  EXPECT_TRUE(rotations.wants("gw1"));
}

TEST(Rotations, AnswersToOtherRequestsAreNone) {
  Rotations rotations;
  EXPECT_EQ(rotations.on_answer(1, 2001).host, "");
  EXPECT_EQ(rotations.on_failure(1).host, "");
}

}  // namespace
}  // namespace touchstone::kms
