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

/// How often a gateway is told that answers `result`, at most ten times.
int times_told(std::uint32_t result) {
  Rotations rotations;
  rotations.on_changed(true, false);
  int times = 0;
  while (rotations.wants("gw1") && times < 10) {
    rotations.on_sent(7, "gw1");
    ++times;
    const bool is_for_later = rotations.on_answer(7, result).is_for_later;
    EXPECT_EQ(is_for_later, rotations.wants("gw1")) << result;
  }
  return times;
}

TEST(Rotations, OneThatCannotTakeTheKeysNowIsToldAgain) {
  for (const std::uint32_t result : {3002U, 3004U, 4002U})
    EXPECT_EQ(times_told(result), 10) << result;
  EXPECT_EQ(times_told(2001), 1);
}

TEST(Rotations, OneThatRefusesThemIsToldThreeTimes) {
  for (const std::uint32_t result : {3001U, 4007U, 5003U, 5012U, 5014U})
    EXPECT_EQ(times_told(result), 3) << result;
}

TEST(Rotations, RefusalsOfOldKeysDoNotCountForNewOnes) {
  Rotations rotations;
  for (int change = 0; change < 5; ++change) {
    rotations.on_changed(true, false);
    rotations.on_sent(7, "gw1");
    EXPECT_TRUE(rotations.on_answer(7, 4007).is_for_later);
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
