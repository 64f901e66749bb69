#include "reference/gateway/kms_order.h"

#include <gtest/gtest.h>

namespace touchstone::gateway {
namespace {

using namespace std::chrono_literals;

TEST(KmsOrder, AsksNobodyWhileAllAreDown) {
  KmsOrder order(2);
  EXPECT_EQ(order.choose(0s), std::nullopt);
  EXPECT_EQ(KmsOrder(0).choose(0s), std::nullopt);
}

TEST(KmsOrder, AsksTheFirstThatWorks) {
  KmsOrder order(3);
  order.set_up(1, 0s);
  EXPECT_EQ(order.choose(0s), 1U);
  order.set_up(2, 0s);
  EXPECT_EQ(order.choose(1000s), 1U);
}

TEST(KmsOrder, FailsOverAtOnce) {
  KmsOrder order(3);
  order.set_up(0, 0s);
  order.set_up(1, 0s);
  order.set_up(2, 0s);
  order.set_down(0, 100s);
  EXPECT_EQ(order.choose(100s), 1U);
  order.set_down(1, 101s);
  EXPECT_EQ(order.choose(101s), 2U);
  order.set_down(2, 102s);
  EXPECT_EQ(order.choose(102s), std::nullopt);
}

TEST(KmsOrder, FailsBackToOneThatHasStayedUp) {
  KmsOrder order(2, 30s);
  order.set_up(1, 0s);
  order.set_up(0, 100s);
  EXPECT_EQ(order.choose(130s - 1ns), 1U);
  EXPECT_EQ(order.choose(130s), 0U);
}

TEST(KmsOrder, OneThatComesAndGoesDoesNotCarryTheTrafficWithIt) {
  KmsOrder order(2, 30s);
  order.set_up(1, 0s);
  for (auto now = 0s; now < 200s; now += 20s) {
    order.set_up(0, now);
    EXPECT_EQ(order.choose(now + 19s), 1U);
    order.set_down(0, now + 19s);
  }
}

TEST(KmsOrder, OneThatIsUpAlreadyDoesNotBeginAgain) {
  KmsOrder order(2, 30s);
  order.set_up(1, 0s);
  order.set_up(0, 0s);
  order.set_up(0, 29s);
  EXPECT_EQ(order.choose(30s), 0U);
}

}  // namespace
}  // namespace touchstone::gateway
