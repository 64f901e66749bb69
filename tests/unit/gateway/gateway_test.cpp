#include "reference/gateway/gateway.h"

#include <gtest/gtest.h>

namespace touchstone::gateway {
namespace {

using namespace std::chrono_literals;

constexpr keyring::NodeId node = 0x0001A2B3;
const Sender sender = {10, 0, 0, 1, 0, 7};

SecretKey<16> key(std::uint8_t value) {
  std::array<std::uint8_t, 16> octets;
  octets.fill(value);
  octets[0] = 1;
  return SecretKey<16>(octets);
}

SecretKey<24> gateway_key(std::uint8_t third) {
  std::array<std::uint8_t, 24> octets;
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(i < 16 ? 3 * i + 1 : third + i);
  return SecretKey<24>(octets);
}

class Joining : public testing::Test {
 protected:
  Joining() : gateway_(make_cache(), key(99)) {}

  static Cache make_cache() {
    Cache cache;
    cache.realm = "example";
    return cache;
  }

  /// The node's proof, as the gateway takes it; every attempt has a nonce of its own.
  Output prove(const SecretKey<16>& root_key, GatewayTime now = 0s, keyring::NodeId id = node) {
    JoinNonce nonce{};
    nonce[0] = ++attempts_;
    joining_.emplace(id, root_key.copy(), nonce);
    const Output challenge = gateway_.receive(joining_->request(), sender, now);
    EXPECT_EQ(challenge.send.size(), 1U);
    EXPECT_TRUE(challenge.ask_nodes.empty());
    proof_ = joining_->receive(challenge.send.at(0).octets).reply;
    return gateway_.receive(proof_, sender, now);
  }
  /// What the node that proved last hears.
  std::optional<JoinCode> heard(const Output& output) const {
    std::optional<JoinCode> result;
    for (const Output::Datagram& datagram : output.send)
      if (const auto step = joining_->receive(datagram.octets); step.result) result = step.result;
    return result;
  }

  Gateway gateway_;
  std::optional<JoiningNode> joining_;
  Octets proof_;
  std::uint8_t attempts_ = 0;
};

TEST_F(Joining, AsksForNetworkKeysOnlyWhenTheCacheLacksOne) {
  EXPECT_TRUE(gateway_.start().ask_network_keys);
  const Output taken = gateway_.take_network_keys(gateway_key(5), key(2));
  EXPECT_TRUE(taken.save_cache);
  EXPECT_FALSE(gateway_.start().ask_network_keys);
  Cache half = make_cache();
  half.gateway = gateway_key(5);
  EXPECT_TRUE(Gateway(std::move(half), key(99)).start().ask_network_keys);
}

TEST_F(Joining, ANewNodeIsAskedForCachedAndAdmitted) {
  const Output asked = prove(key(1));
  EXPECT_EQ(asked.ask_nodes, std::vector<keyring::NodeId>{node});
  EXPECT_TRUE(asked.send.empty());
  const Output taken = gateway_.take_node_key(node, key(1), 1s);
  EXPECT_EQ(heard(taken), JoinCode::admitted);
  EXPECT_TRUE(taken.save_cache);
  EXPECT_EQ(taken.joins.at(0).code, JoinCode::admitted);
}

TEST_F(Joining, ACachedNodeJoinsWithoutAKms) {
  gateway_.take_node_key(node, key(1), 0s);
  const Output again = prove(key(1), 5s);
  EXPECT_EQ(heard(again), JoinCode::admitted);
  EXPECT_TRUE(again.ask_nodes.empty());
  EXPECT_FALSE(again.save_cache);
}

TEST_F(Joining, ANewNodeIsToldToComeLaterWhileNoKmsAnswers) {
  prove(key(1));
  EXPECT_EQ(heard(gateway_.no_answer(node, 10s)), JoinCode::later);
  EXPECT_EQ(prove(key(1), 11s).ask_nodes.size(), 1U);
}

TEST_F(Joining, AnUnknownNodeIsRefusedAndSoonAskedForAgain) {
  prove(key(1));
  EXPECT_EQ(heard(gateway_.node_is_unknown(node, 0s)), JoinCode::refused);
  const Output soon = prove(key(1), 9s);
  EXPECT_EQ(heard(soon), JoinCode::refused);
  EXPECT_TRUE(soon.ask_nodes.empty());
  EXPECT_EQ(prove(key(1), 10s).ask_nodes.size(), 1U);
}

TEST_F(Joining, NegativeAnswersLiveAMinuteAtMost) {
  gateway_ = Gateway(make_cache(), key(99), {.negative_for = 3600s});
  prove(key(1));
  gateway_.node_is_unknown(node, 0s);
  EXPECT_TRUE(prove(key(1), 59s).ask_nodes.empty());
  EXPECT_EQ(prove(key(1), 60s).ask_nodes.size(), 1U);
}

TEST_F(Joining, AReprovisionedNodeIsFetchedOnce) {
  gateway_.take_node_key(node, key(1), 0s);
  const Output asked = prove(key(2), 30s);
  EXPECT_EQ(asked.ask_nodes.size(), 1U);
  EXPECT_TRUE(asked.send.empty());
  const Output taken = gateway_.take_node_key(node, key(2), 31s);
  EXPECT_EQ(heard(taken), JoinCode::admitted);
  EXPECT_TRUE(taken.save_cache);
}

TEST_F(Joining, AWrongProofFetchesOnceAndIsRefused) {
  gateway_.take_node_key(node, key(1), 0s);
  EXPECT_EQ(prove(key(7), 100s).ask_nodes.size(), 1U);
  const Output taken = gateway_.take_node_key(node, key(1), 100s);
  EXPECT_EQ(heard(taken), JoinCode::refused);
  EXPECT_FALSE(taken.save_cache);
  EXPECT_TRUE(prove(key(7), 101s).ask_nodes.empty());
  EXPECT_EQ(heard(prove(key(1), 101s)), JoinCode::admitted);
  EXPECT_EQ(prove(key(7), 160s).ask_nodes.size(), 1U);
}

TEST_F(Joining, AMismatchWithoutAKmsKeepsTheCachedKey) {
  gateway_.take_node_key(node, key(1), 0s);
  prove(key(7), 100s);
  EXPECT_EQ(heard(gateway_.no_answer(node, 110s)), JoinCode::later);
  EXPECT_EQ(heard(prove(key(1), 111s)), JoinCode::admitted);
}

TEST_F(Joining, ANodeThatTheKmsForgotLeavesTheCache) {
  gateway_.take_node_key(node, key(1), 0s);
  prove(key(7), 100s);
  const Output gone = gateway_.node_is_unknown(node, 100s);
  EXPECT_TRUE(gone.save_cache);
  EXPECT_EQ(heard(gone), JoinCode::refused);
  EXPECT_TRUE(gateway_.cache().nodes.empty());
}

TEST_F(Joining, AProofSentTwiceIsOneJoinWithOneResult) {
  gateway_.take_node_key(node, key(1), 0s);
  const Output first = prove(key(1), 5s);
  const Output second = gateway_.receive(proof_, sender, 6s);
  EXPECT_EQ(second.send.at(0).octets, first.send.at(0).octets);
  EXPECT_EQ(first.joins.size(), 1U);
  EXPECT_TRUE(second.joins.empty());
}

TEST_F(Joining, AProofReplayedLaterOrByAnotherIsPassedOver) {
  gateway_.take_node_key(node, key(1), 0s);
  prove(key(1), 5s);
  EXPECT_TRUE(gateway_.receive(proof_, sender, 36s).send.empty());
  EXPECT_TRUE(gateway_.receive(proof_, {10, 0, 0, 2, 0, 7}, 5s).send.empty());
  EXPECT_TRUE(Gateway(make_cache(), key(98)).receive(proof_, sender, 5s).send.empty());
}

TEST_F(Joining, ManyProofsOfANodeAreOneQuestion) {
  EXPECT_EQ(prove(key(1)).ask_nodes.size(), 1U);
  EXPECT_TRUE(prove(key(1)).ask_nodes.empty());
  EXPECT_EQ(gateway_.take_node_key(node, key(1), 0s).send.size(), 2U);
}

TEST_F(Joining, QuestionsAreBounded) {
  gateway_ = Gateway(make_cache(), key(99), {.max_pending = 3});
  for (keyring::NodeId id = 1; id <= 3; ++id)
    EXPECT_EQ(prove(key(1), 0s, id).ask_nodes.size(), 1U);
  EXPECT_TRUE(prove(key(1), 0s, 4).ask_nodes.empty());
  gateway_.no_answer(1, 0s);
  EXPECT_EQ(prove(key(1), 0s, 4).ask_nodes.size(), 1U);
}

TEST_F(Joining, ARequestIsAnsweredInNoMoreOctetsThanItHas) {
  const JoiningNode joining(node, key(1), {});
  const Output challenge = gateway_.receive(joining.request(), sender, 0s);
  EXPECT_LE(challenge.send.at(0).octets.size(), joining.request().size());
  EXPECT_TRUE(gateway_.receive(as_octets("hello"), sender, 0s).send.empty());
}

TEST_F(Joining, TakesNewNetworkKeysFromItsOwnRealm) {
  diameter::Rotation rotation;
  rotation.origin_realm = "example";
  rotation.gateway = gateway_key(60);
  rotation.code_download = key(3);
  Output output;
  EXPECT_EQ(gateway_.rotate(rotation, output), diameter::result_success);
  EXPECT_TRUE(output.save_cache);
  EXPECT_TRUE(gateway_.cache().gateway->equals(*rotation.gateway));
  rotation.origin_realm = "other";
  EXPECT_EQ(gateway_.rotate(rotation, output), diameter::result_authorization_rejected);
}

TEST_F(Joining, RefusesNewNetworkKeysThatAreWeak) {
  gateway_.take_network_keys(gateway_key(60), key(3));
  diameter::Rotation rotation;
  rotation.origin_realm = "example";
  Output output;
  rotation.gateway = SecretKey<24>();
  EXPECT_EQ(gateway_.rotate(rotation, output), diameter::result_bad_key);
  rotation.gateway = gateway_key(70);
  rotation.code_download = SecretKey<16>();
  EXPECT_EQ(gateway_.rotate(rotation, output), diameter::result_bad_key);
  EXPECT_FALSE(output.save_cache);
  EXPECT_TRUE(gateway_.cache().gateway->equals(gateway_key(60)));
}

}  // namespace
}  // namespace touchstone::gateway
