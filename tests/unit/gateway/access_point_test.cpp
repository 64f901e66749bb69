#include "reference/gateway/access_point.h"

#include <gtest/gtest.h>

namespace touchstone::gateway {
namespace {

using namespace std::chrono_literals;

const Sender first_node = {10, 0, 0, 1, 0, 7};
const Sender second_node = {10, 0, 0, 2, 0, 7};

Octets message(JoinType type, std::uint8_t nonce, JoinCode code = JoinCode::none) {
  JoinMessage made;
  made.type = type;
  made.code = code;
  made.node_id = 7;
  made.node_nonce[0] = nonce;
  return encode_join(made);
}

TEST(AccessPoint, PassesAnswersBackToTheNodeThatAsked) {
  AccessPoint point;
  EXPECT_TRUE(point.goes_up(message(JoinType::request, 1), first_node, 0s));
  EXPECT_TRUE(point.goes_up(message(JoinType::request, 2), second_node, 0s));
  EXPECT_EQ(point.goes_down(message(JoinType::challenge, 1)), first_node);
  EXPECT_TRUE(point.goes_up(message(JoinType::proof, 2), second_node, 1s));
  EXPECT_EQ(point.goes_down(message(JoinType::result, 2, JoinCode::refused)), second_node);
}

TEST(AccessPoint, DropsWhatIsNoJoinAndWhatGoesTheOtherWay) {
  AccessPoint point;
  EXPECT_FALSE(point.goes_up(as_octets("TSJ1 but no join"), first_node, 0s));
  EXPECT_FALSE(point.goes_up(message(JoinType::challenge, 1), first_node, 0s));
  EXPECT_FALSE(point.goes_up(message(JoinType::result, 1, JoinCode::later), first_node, 0s));
  EXPECT_TRUE(point.goes_up(message(JoinType::request, 1), first_node, 0s));
  EXPECT_EQ(point.goes_down(message(JoinType::request, 1)), std::nullopt);
  EXPECT_EQ(point.goes_down(message(JoinType::challenge, 3)), std::nullopt);
}

TEST(AccessPoint, AnotherSenderCannotTakeAnAttemptOver) {
  AccessPoint point;
  EXPECT_TRUE(point.goes_up(message(JoinType::request, 1), first_node, 0s));
  EXPECT_FALSE(point.goes_up(message(JoinType::proof, 1), second_node, 0s));
  EXPECT_EQ(point.goes_down(message(JoinType::challenge, 1)), first_node);
}

TEST(AccessPoint, ForgetsAttemptsAndBoundsThem) {
  AccessPoint point(2);
  EXPECT_TRUE(point.goes_up(message(JoinType::request, 1), first_node, 0s));
  EXPECT_TRUE(point.goes_up(message(JoinType::request, 2), first_node, 10s));
  EXPECT_FALSE(point.goes_up(message(JoinType::request, 3), second_node, 11s));
  const std::chrono::seconds later = AccessPoint::remembered_for;
  EXPECT_TRUE(point.goes_up(message(JoinType::request, 3), second_node, later));
  EXPECT_EQ(point.goes_down(message(JoinType::challenge, 1)), std::nullopt);
  EXPECT_EQ(point.attempts(), 2U);
}

}  // namespace
}  // namespace touchstone::gateway
