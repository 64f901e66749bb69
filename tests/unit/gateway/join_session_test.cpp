#include "reference/gateway/join_session.h"

#include <gtest/gtest.h>

#include "reference/gateway/gateway.h"

namespace touchstone::gateway {
namespace {

using namespace std::chrono_literals;

constexpr keyring::NodeId node = 0x0001A2B3;
const Sender sender = {10, 0, 0, 1, 0, 7};

class Counting final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = ++value_;
  }

 private:
  std::uint8_t value_ = 0;
};

SecretKey<16> key(std::uint8_t value) {
  std::array<std::uint8_t, 16> octets;
  octets.fill(value);
  return SecretKey<16>(octets);
}

Cache known_node() {
  Cache cache;
  cache.realm = "example";
  cache.nodes.emplace(node, key(5));
  return cache;
}

JoinMessage decoded(const Octets& octets) {
  return decode_join(octets).value();
}

class Session : public testing::Test {
 protected:
  Session() : gateway_(known_node(), key(9)), session_(node, key(5), random_) {}

  /// What the gateway says to `datagram`.
  Octets ask(const Octets& datagram) {
    const Output output = gateway_.receive(datagram, sender, 0s);
    return output.send.empty() ? Octets{} : output.send[0].octets;
  }
  Octets result(const Octets& proof, JoinCode code) {
    JoinMessage message = decoded(proof);
    message.type = JoinType::result;
    message.code = code;
    message.mac = {};
    return encode_join(message);
  }

  Counting random_;
  Gateway gateway_;
  JoinSession session_;
};

TEST_F(Session, JoinsInTwoRoundTrips) {
  const Octets proof = session_.receive(ask(session_.start(0ms)), 5ms);
  EXPECT_EQ(session_.result(), JoinCode::none);
  EXPECT_TRUE(session_.receive(ask(proof), 9ms).empty());
  EXPECT_EQ(session_.result(), JoinCode::admitted);
  EXPECT_EQ(session_.next_deadline(), std::nullopt);
}

TEST_F(Session, RepeatsWhatIsNotAnswered) {
  const Octets request = session_.start(0ms);
  EXPECT_EQ(session_.next_deadline(), 1000ms);
  EXPECT_TRUE(session_.on_timer(999ms).empty());
  EXPECT_EQ(session_.on_timer(1000ms), request);
  EXPECT_EQ(session_.next_deadline(), 3000ms);
  EXPECT_EQ(session_.on_timer(3000ms), request);
  EXPECT_EQ(session_.on_timer(7000ms), request);
  EXPECT_EQ(session_.next_deadline(), 15000ms);
}

TEST_F(Session, BeginsAnewWithAnotherNonceWhenRepetitionIsOfNoUse) {
  const Octets request = session_.start(0ms);
  for (const JoinTime moment : {1000ms, 3000ms, 7000ms})
    EXPECT_EQ(session_.on_timer(moment), request);
  const Octets anew = session_.on_timer(15000ms);
  EXPECT_EQ(decoded(anew).type, JoinType::request);
  EXPECT_NE(decoded(anew).node_nonce, decoded(request).node_nonce);
  EXPECT_EQ(session_.next_deadline(), 16000ms);
}

TEST_F(Session, RepeatsAProofWhoseResultWasLost) {
  const Octets proof = session_.receive(ask(session_.start(0ms)), 0ms);
  ask(proof);  // the result is lost
  EXPECT_EQ(session_.on_timer(1000ms), proof);
  EXPECT_TRUE(session_.receive(ask(proof), 1001ms).empty());
  EXPECT_EQ(session_.result(), JoinCode::admitted);
}

TEST_F(Session, ASecondChallengeMakesNoSecondProof) {
  const Octets challenge = ask(session_.start(0ms));
  EXPECT_FALSE(session_.receive(challenge, 0ms).empty());
  EXPECT_TRUE(session_.receive(challenge, 1ms).empty());
}

TEST_F(Session, ARefusalSettlesUnlessItWasForged) {
  const Octets proof = session_.receive(ask(session_.start(0ms)), 0ms);
  EXPECT_TRUE(session_.receive(result(proof, JoinCode::refused), 10ms).empty());
  EXPECT_EQ(session_.result(), JoinCode::none);
  EXPECT_TRUE(session_.on_timer(310ms).empty());
  EXPECT_EQ(session_.result(), JoinCode::refused);
}

TEST_F(Session, TakesAdmissionAfterAForgedRefusal) {
  const Octets proof = session_.receive(ask(session_.start(0ms)), 0ms);
  EXPECT_TRUE(session_.receive(result(proof, JoinCode::refused), 10ms).empty());
  EXPECT_TRUE(session_.receive(ask(proof), 20ms).empty());
  EXPECT_EQ(session_.result(), JoinCode::admitted);
}

TEST_F(Session, TriesAgainWhenItIsToldLater) {
  const Octets request = session_.start(0ms);
  const Octets proof = session_.receive(ask(request), 0ms);
  EXPECT_TRUE(session_.receive(result(proof, JoinCode::later), 10ms).empty());
  EXPECT_EQ(session_.heard(), JoinCode::later);
  EXPECT_EQ(session_.result(), JoinCode::none);
  const Octets anew = session_.on_timer(1010ms);
  EXPECT_NE(decoded(anew).node_nonce, decoded(request).node_nonce);
}

TEST_F(Session, WithAWrongKeyIsNeverAdmitted) {
  JoinSession wrong(node, key(6), random_);
  const Octets proof = wrong.receive(ask(wrong.start(0ms)), 0ms);
  EXPECT_TRUE(ask(proof).empty());  // the gateway asks the KMS first
  JoinMessage forged = decoded(result(proof, JoinCode::admitted));
  EXPECT_TRUE(wrong.receive(encode_join(forged), 1ms).empty());
  EXPECT_EQ(wrong.result(), JoinCode::none);
}

}  // namespace
}  // namespace touchstone::gateway
