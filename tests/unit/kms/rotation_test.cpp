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
  EXPECT_EQ(rotations.on_answer(7), "gw1");
  EXPECT_FALSE(rotations.wants("gw1"));
  rotations.on_changed(false, true);
  EXPECT_TRUE(rotations.wants("gw1"));
}

TEST(Rotations, OneThatDidNotAnswerIsToldAgain) {
  Rotations rotations;
  rotations.on_changed(true, false);
  rotations.on_sent(7, "gw1");
  EXPECT_EQ(rotations.pending(), 1U);
  EXPECT_EQ(rotations.on_failure(7), "gw1");
  EXPECT_TRUE(rotations.wants("gw1"));
  EXPECT_EQ(rotations.pending(), 0U);
}

TEST(Rotations, AnAnswerToAnOldChangeDoesNotCoverANewOne) {
  Rotations rotations;
  rotations.on_changed(true, false);
  rotations.on_sent(7, "gw1");
  rotations.on_changed(true, false);
  EXPECT_TRUE(rotations.wants("gw1"));
  rotations.on_sent(8, "gw1");
  rotations.on_answer(7);
  EXPECT_FALSE(rotations.wants("gw1")) << "the second is still on its way";
  rotations.on_failure(8);
  EXPECT_TRUE(rotations.wants("gw1"));
}

TEST(Rotations, AnswersToOtherRequestsAreNone) {
  Rotations rotations;
  EXPECT_EQ(rotations.on_answer(1), "");
  EXPECT_EQ(rotations.on_failure(1), "");
}

}  // namespace
}  // namespace touchstone::kms
