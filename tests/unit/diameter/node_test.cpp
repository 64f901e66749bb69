// The key exchange over the node: its messages obey the formats, and a gateway gets its key.

#include <gtest/gtest.h>

#include "reference/diameter/mobile_ip.h"
#include "tests/unit/diameter/node_scene.h"

namespace touchstone::diameter {
namespace {

using made::Scene;
using made::Sent;
using Kind = Effect::Kind;

KeyRequest ask_for(AskedKeys asked) {
  KeyRequest request;
  request.asked = asked;
  if (asked.node_root) request.node_id = 0x0001A2B3;
  request.co_located = asked.code_download;
  request.session_id = "gw1.example;1;1";
  request.origin_host = "gw1.example";
  request.origin_realm = "example";
  request.realm = "example";
  return request;
}

const AnswerOrigin kms{"kms.example", "example", 0x0A320428, 1};
const Octets key16(16, 0x5A);
const Octets key24(24, 0x5A);

SecretOctets answer_to(const Sent& asked) {
  const auto request = decode_key_request(asked.view, "example");
  EXPECT_TRUE(request.has_value());
  GrantedKeys keys;
  if (request->asked.gateway) keys.gateway = key24;
  if (request->asked.code_download) keys.code_download = key16;
  if (request->asked.node_root) keys.node_root = key16;
  SecretOctets out;
  encode_key_answer(out, asked.view, *request, kms, keys, nullptr);
  return out;
}

TEST(DiameterExchange, EveryMessageOfItObeysItsFormat) {
  for (const AskedKeys asked : {AskedKeys{true, false, false}, AskedKeys{false, true, false},
                                AskedKeys{true, true, false}, AskedKeys{false, false, true}}) {
    SecretOctets request;
    encode_key_request(request, {}, ask_for(asked));
    const Sent sent(request);
    EXPECT_FALSE(check(sent.view).has_value());
    EXPECT_FALSE(check(Sent(answer_to(sent)).view).has_value());
    for (const Refusal& refusal : {refuse_unknown_node(), refuse_missing_key(), refuse_for_now()}) {
      SecretOctets refused;
      encode_refusal(refused, sent.view, kms, refusal);
      EXPECT_FALSE(check(Sent(refused).view).has_value());
    }
  }
}

TEST(DiameterExchange, ARotationObeysItsFormat) {
  Rotation rotation;
  rotation.gateway.emplace(std::span<const std::uint8_t, 24>(key24));
  rotation.session_id = "kms.example;1;1";
  rotation.origin_host = "kms.example";
  rotation.origin_realm = "example";
  rotation.realm = "example";
  rotation.destination_host = "gw1.example";
  SecretOctets request;
  encode_rotation(request, {}, rotation, nullptr);
  const Sent sent(request);
  EXPECT_FALSE(check(sent.view).has_value());
  SecretOctets answer;
  encode_rotation_answer(answer, sent.view, kms);
  EXPECT_FALSE(check(Sent(answer).view).has_value());
}

// The octets that the last calls sent on any connection.
SecretOctets sent_by(Scene& scene) {
  SecretOctets out;
  for (const Effect& effect : scene.take()) {
    if (effect.kind == Kind::send) {
      out.insert(out.end(), effect.octets.begin(), effect.octets.end());
    }
  }
  return out;
}

TEST(DiameterExchange, AGatewayGetsTheKeyOfANodeFromTheKms) {
  Scene gateway(made::config("gw1.example"), {{.host = "kms.example", .connect = true}});
  Scene server;
  gateway.node.start(gateway.now, gateway.effects);
  const ConnectionId near = gateway.take().front().connection;
  const ConnectionId far = server.node.on_accepted(false, server.now, server.effects);
  const auto to_server = [&] {
    server.node.on_octets(far, sent_by(gateway), server.now, server.effects);
  };
  gateway.node.on_connected(near, false, gateway.now, gateway.effects);
  to_server();
  gateway.node.on_octets(near, sent_by(server), gateway.now, gateway.effects);
  ASSERT_EQ(gateway.node.peer_state(0), PeerState::i_open);

  const KeyRequest wanted = ask_for({false, false, true});
  SecretOctets request;
  encode_key_request(request, {}, wanted);
  ASSERT_TRUE(gateway.node.request(request, gateway.now, gateway.effects).has_value());
  to_server();
  for (const Effect& effect : server.take()) {
    if (effect.kind != Kind::request) continue;
    server.node.answer(effect.request, answer_to(Sent(effect.message.whole)), server.effects);
  }
  gateway.node.on_octets(near, sent_by(server), gateway.now, gateway.effects);
  const auto effects = gateway.take();
  ASSERT_FALSE(effects.empty());
  ASSERT_EQ(effects.back().kind, Kind::answer);
  EXPECT_EQ(effects.back().result, result_success);
  const auto answer = decode_key_answer(effects.back().message, wanted, nullptr);
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(equal_in_constant_time(answer->node_root->view(), key16));
}

}  // namespace
}  // namespace touchstone::diameter
