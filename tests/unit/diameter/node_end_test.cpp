// What a node tells of the ends of its connections and of the restarts of its peers.

#include <gtest/gtest.h>

#include "tests/unit/diameter/node_scene.h"

namespace touchstone::diameter {
namespace {

using namespace std::chrono_literals;
using made::avp_text;
using made::avp_u32;
using made::good;
using made::Scene;
using Kind = Effect::Kind;

/// The effects of `kind` among those since the last take.
std::vector<Effect> only(Scene& scene, Kind kind) {
  std::vector<Effect> out = scene.take();
  std::erase_if(out, [&](const Effect& one) { return one.kind != kind; });
  return out;
}

ConnectionId accept(Scene& scene, OctetView octets) {
  const ConnectionId id = scene.node.on_accepted(false, scene.now, scene.effects);
  scene.node.on_octets(id, octets, scene.now, scene.effects);
  return id;
}

void expect_end(Scene& scene, EndReason reason, std::uint32_t result, PeerIndex peer) {
  const auto ends = only(scene, Kind::ended);
  ASSERT_EQ(ends.size(), 1U) << print_reason(reason);
  EXPECT_EQ(print_reason(ends[0].reason), print_reason(reason));
  EXPECT_EQ(ends[0].result, result) << print_reason(reason);
  EXPECT_EQ(ends[0].peer, peer) << print_reason(reason);
}

TEST(DiameterNodeEnd, TellsWhyACerWasRefusedAndWhose) {
  const struct {
    std::string_view host;
    std::uint32_t application;
    std::uint32_t result;
  } cases[] = {{"evil.example", 2, 3010}, {"gw1.example", 4, 5010}};
  for (const auto& one : cases) {
    Scene scene;
    accept(scene, Scene::cer(one.host, {avp_u32(avp_auth_application_id, one.application)}));
    const auto ends = only(scene, Kind::ended);
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].reason, EndReason::cer_refused);
    EXPECT_EQ(ends[0].result, one.result);
    EXPECT_EQ(ends[0].peer, no_peer);
    EXPECT_EQ(ends[0].message.find(avp_origin_host)->text(), one.host);
  }
}

TEST(DiameterNodeEnd, TellsWhatEndedAConnectionWithoutCer) {
  Scene scene;
  accept(scene, Scene::base(command_device_watchdog, flag_request, {}));
  expect_end(scene, EndReason::no_cer, 0, no_peer);
  accept(scene, as_octets("GET / HTTP/1.1\r\nHost: kms\r\n\r\n"));
  expect_end(scene, EndReason::broken_stream, result_unsupported_version, no_peer);
  accept(scene, {});
  scene.now = *scene.node.next_deadline();
  scene.node.on_timer(scene.now, scene.effects);
  expect_end(scene, EndReason::silent, 0, no_peer);
  scene.node.on_closed(accept(scene, {}), scene.now, scene.effects);
  expect_end(scene, EndReason::lost, 0, no_peer);
}

TEST(DiameterNodeEnd, TellsWhatEndedThatOfAnOpenPeer) {
  Scene scene;
  scene.node.on_closed(scene.open("gw1.example"), scene.now, scene.effects);
  expect_end(scene, EndReason::lost, 0, 0);

  const ConnectionId left = scene.open("gw2.example");
  scene.take();
  accept(scene, Scene::cer("gw2.example", {good(258)}));
  expect_end(scene, EndReason::second_connection, 0, no_peer);
  scene.node.on_octets(left, Scene::base(282, flag_request, {avp_u32(273, 2)}, "gw2.example"),
                       scene.now, scene.effects);
  EXPECT_TRUE(only(scene, Kind::ended).empty());
  scene.node.on_closed(left, scene.now, scene.effects);
  expect_end(scene, EndReason::peer_disconnected, 2, 1);

  scene.open("gw1.example");
  scene.take();
  while (scene.node.peer_state(0) == PeerState::r_open) {
    scene.now = *scene.node.next_deadline();
    scene.node.on_timer(scene.now, scene.effects);
  }
  expect_end(scene, EndReason::no_watchdog_answer, 0, 0);
}

TEST(DiameterNodeEnd, OurOwnDprStaysTheReasonWhateverFollows) {
  Scene scene;
  scene.open("gw1.example");
  scene.take();
  scene.node.stop(DisconnectCause::rebooting, scene.now, scene.effects);
  scene.now += 20s;  // no DPA
  scene.node.on_timer(scene.now, scene.effects);
  expect_end(scene, EndReason::disconnected, 0, 0);
}

/// A node that connects to z.example.
class DiameterNodeBegins : public testing::Test {
 protected:
  DiameterNodeBegins() : scene_(made::config("m.example"), {{"z.example", true}}) {
    scene_.node.start(scene_.now, scene_.effects);
    begun_ = scene_.take().front().connection;
  }
  void connect() { scene_.node.on_connected(begun_, false, scene_.now, scene_.effects); }
  void answer(std::vector<Octets> more) {
    std::vector<Octets> avps = {avp_text(avp_origin_host, "z.example"), good(avp_origin_realm),
                                good(avp_host_ip_address), good(avp_vendor_id),
                                good(avp_product_name)};
    avps.insert(avps.end(), more.begin(), more.end());
    scene_.node.on_octets(begun_, made::wire({.command = 257}, avps), scene_.now, scene_.effects);
  }

  Scene scene_;
  ConnectionId begun_ = 0;
};

TEST_F(DiameterNodeBegins, TellsThatItCouldNotConnect) {
  scene_.node.on_connect_failed(begun_, scene_.now, scene_.effects);
  expect_end(scene_, EndReason::not_connected, 0, 0);
}

TEST_F(DiameterNodeBegins, TellsThatNothingCameInTime) {
  scene_.now += 20s;
  scene_.node.on_timer(scene_.now, scene_.effects);
  expect_end(scene_, EndReason::silent, 0, 0);
}

TEST_F(DiameterNodeBegins, TellsTheCodeOfTheCeaThatRefused) {
  connect();
  answer({avp_u32(avp_result_code, 5010)});
  const auto ends = only(scene_, Kind::ended);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].reason, EndReason::cea_refused);
  EXPECT_EQ(ends[0].result, 5010U);
  EXPECT_EQ(ends[0].peer, 0U);
  EXPECT_EQ(ends[0].message.header.command, command_capabilities_exchange);
}

TEST_F(DiameterNodeBegins, TellsOfTheElection) {
  connect();
  accept(scene_, Scene::cer("z.example", {good(258)}));
  answer({good(avp_result_code), good(258)});
  expect_end(scene_, EndReason::election, 0, 0);
  EXPECT_EQ(scene_.node.peer_state(0), PeerState::i_open);
}

TEST_F(DiameterNodeBegins, LeavesAtOnceWhenItOpensAfterStop) {
  connect();
  scene_.node.stop(DisconnectCause::rebooting, scene_.now, scene_.effects);
  scene_.take();
  answer({good(avp_result_code), good(258)});
  const auto sent = scene_.sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].view.header.command, command_disconnect_peer);
  EXPECT_EQ(scene_.node.peer_state(0), PeerState::closing);
}

// Origin-State-Id (RFC 6733 §8.16).

Octets cer_with_state(std::uint32_t id) {
  return Scene::cer("gw1.example", {good(258), avp_u32(avp_origin_state_id, id)});
}

TEST(DiameterNodeState, ARiseIsARestartAndAFallIsLoggedAndCountsFromNowOn) {
  const struct {
    std::uint32_t id;
    std::optional<Kind> told;
  } starts[] = {{7, std::nullopt},
                {7, std::nullopt},
                {9, Kind::peer_restarted},
                {3, Kind::state_id_fell},
                {4, Kind::peer_restarted}};
  Scene scene;
  for (const auto& start : starts) {
    const ConnectionId connection = accept(scene, cer_with_state(start.id));
    EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
    std::vector<Kind> told;
    for (const Effect& effect : scene.take()) {
      const bool is_told = effect.kind == Kind::peer_restarted ||
                           effect.kind == Kind::state_id_fell || effect.kind == Kind::peer_up;
      if (is_told) told.push_back(effect.kind);
      if (effect.kind == start.told) {
        EXPECT_EQ(effect.result, start.id);
      }
    }
    std::vector<Kind> expected;
    if (start.told) expected.push_back(*start.told);
    expected.push_back(Kind::peer_up);  // behind it
    EXPECT_EQ(told, expected) << start.id;
    scene.node.on_closed(connection, scene.now, scene.effects);
    scene.take();
  }
}

TEST(DiameterNodeState, IsFollowedInWatchdogsOfThePeerItselfAlone) {
  Scene scene;
  const ConnectionId connection = accept(scene, cer_with_state(7));
  scene.take();
  const Octets id = avp_u32(avp_origin_state_id, 8);
  scene.node.on_octets(connection, Scene::base(280, flag_request, {id}, "gw2.example"), scene.now,
                       scene.effects);
  EXPECT_TRUE(only(scene, Kind::peer_restarted).empty());
  scene.node.on_octets(connection, Scene::base(280, 0, {good(avp_result_code), id}), scene.now,
                       scene.effects);
  EXPECT_EQ(only(scene, Kind::peer_restarted).size(), 1U);
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
}

}  // namespace
}  // namespace touchstone::diameter
