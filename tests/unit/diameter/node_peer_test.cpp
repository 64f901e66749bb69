#include <gtest/gtest.h>

#include <map>

#include "reference/diameter/identity.h"
#include "tests/unit/diameter/node_scene.h"

namespace touchstone::diameter {
namespace {

using namespace std::chrono_literals;
using made::avp;
using made::avp_u32;
using made::good;
using made::Scene;
using Kind = Effect::Kind;

TEST(DiameterNodePeer, AGoodCerIsAnsweredAndOpensThePeer) {
  Scene scene;
  const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
  const auto sent =
      scene.feed(connection, Scene::cer("GW1.Example", {good(avp_auth_application_id)}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_success);
  EXPECT_EQ(sent[0].view.header.hop_by_hop, 5U);
  EXPECT_FALSE(check(sent[0].view).has_value());
  EXPECT_TRUE(scene.had(Kind::peer_up));
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
}

TEST(DiameterNodePeer, ACerIsReadFromSinglyArrivingOctets) {
  Scene scene;
  const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
  const Octets cer = Scene::cer("gw1.example", {good(avp_auth_application_id)});
  std::size_t answers = 0;
  for (const std::uint8_t octet : cer)
    answers += scene.feed(connection, {&octet, 1}).size();
  EXPECT_EQ(answers, 1U);
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
}

struct BadCer {
  const char* name;
  std::vector<Octets> more;
  std::uint32_t result;
  std::uint32_t failed;
};

TEST(DiameterNodePeer, ABadCerGetsItsCeaAndIsClosed) {
  const BadCer cases[] = {
      {"foreign application", {avp_u32(avp_auth_application_id, 4)}, 5010, 0},
      {"no application", {}, 5010, 0},
      {"TLS alone", {good(258), avp_u32(avp_inband_security_id, 1)}, 5017, 0},
      {"unknown mandatory", {good(258), avp(60000, Octets{1})}, 5001, 60000},
      {"second Origin-Host", {good(258), good(264)}, 5009, 264},
      {"destination", {good(258), good(293)}, 5008, 293},
  };
  for (const BadCer& one : cases) {
    Scene scene;
    const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
    const auto sent = scene.feed(connection, Scene::cer("gw1.example", one.more));
    ASSERT_EQ(sent.size(), 1U) << one.name;
    EXPECT_EQ(sent[0].result(), one.result) << one.name;
    EXPECT_EQ(sent[0].failed(), one.failed) << one.name;
    EXPECT_TRUE(scene.had(Kind::close)) << one.name;
    EXPECT_EQ(scene.node.connection_count(), 0U);
    EXPECT_EQ(scene.node.peer_state(0), PeerState::closed);
  }
}

TEST(DiameterNodePeer, EveryAvpThatACerLacksIsNamed) {
  for (const GrammarRule& rule : grammar_rules()) {
    if (rule.form != made::form_named("cer") || rule.at_least == 0) continue;
    Scene scene;
    std::vector<Octets> avps = made::demanded(rule.form);
    std::erase_if(avps, [&](const Octets& one) { return AvpReader(one).next()->code == rule.avp; });
    avps.push_back(good(avp_auth_application_id));
    const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
    const auto sent = scene.feed(
        connection,
        made::wire({.flags = flag_request, .command = command_capabilities_exchange}, avps));
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].result(), result_missing_avp);
    EXPECT_EQ(sent[0].failed(), rule.avp);
    EXPECT_TRUE(scene.had(Kind::close));
  }
}

TEST(DiameterNodePeer, AnUnknownPeerGets3010WithTheErrorBit) {
  Scene scene;
  const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
  const auto sent = scene.feed(connection, Scene::cer("evil.example", {good(258)}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_unknown_peer);
  EXPECT_TRUE(sent[0].view.header.is_error());
  EXPECT_TRUE(scene.had(Kind::close));
}

TEST(DiameterNodePeer, ACerOfAnotherApplicationGets3007WithoutOurCapabilities) {
  Scene scene;
  const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
  const auto sent = scene.feed(
      connection, made::wire({.flags = flag_request, .command = 257, .application = 2}, {}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_application_unsupported);
  EXPECT_FALSE(sent[0].view.find(avp_auth_application_id).has_value());
  EXPECT_FALSE(check(sent[0].view).has_value());
  EXPECT_TRUE(scene.had(Kind::close));
}

TEST(DiameterNodePeer, ARelayAndAnApplicationInsideAGroupAreCommon) {
  for (const Octets& id : {avp_u32(avp_auth_application_id, application_relay),
                           avp(avp_vendor_specific_application_id,
                               made::joined({avp_u32(avp_vendor_id, 35319), good(258)}))}) {
    Scene scene;
    const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
    const auto sent = scene.feed(connection, Scene::cer("gw1.example", {id}));
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].result(), result_success);
  }
}

TEST(DiameterNodePeer, WhatIsNoCerOrNoDiameterClosesANewConnection) {
  const Octets texts[] = {Scene::base(command_device_watchdog, flag_request, {}),
                          Scene::base(command_capabilities_exchange, 0, {})};
  for (const Octets& octets : texts) {
    Scene scene;
    const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
    EXPECT_TRUE(scene.feed(connection, octets).empty());
    EXPECT_TRUE(scene.had(Kind::close));
  }
  Scene scene;
  const ConnectionId connection = scene.node.on_accepted(false, scene.now, scene.effects);
  scene.feed(connection, as_octets("GET / HTTP/1.1\r\nHost: kms\r\n\r\n"));
  EXPECT_TRUE(scene.had(Kind::abort));
  EXPECT_EQ(scene.node.connection_count(), 0U);
}

TEST(DiameterNodePeer, ASilentConnectionIsClosedAndDelaysNobody) {
  Scene scene;
  for (int i = 0; i < 100; ++i)
    scene.node.on_accepted(false, scene.now, scene.effects);
  const ConnectionId good_one = scene.open("gw1.example");
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
  scene.wait();
  EXPECT_EQ(scene.now, Time{} + 20s);
  EXPECT_TRUE(scene.had(Kind::close));
  EXPECT_EQ(scene.node.connection_count(), 1U);
  EXPECT_FALSE(scene.feed(good_one, Scene::base(280, flag_request, {})).empty());
}

TEST(DiameterNodePeer, TheOldestSilentConnectionGivesWay) {
  NodeConfig config = made::config("kms.example");
  config.max_unidentified = 3;
  Scene scene(config);
  const ConnectionId oldest = scene.node.on_accepted(false, scene.now, scene.effects);
  for (int i = 0; i < 3; ++i)
    scene.node.on_accepted(false, scene.now, scene.effects);
  const auto effects = scene.take();
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].kind, Kind::abort);
  EXPECT_EQ(effects[0].connection, oldest);
  EXPECT_EQ(effects[1].kind, Kind::ended);
  EXPECT_EQ(scene.node.connection_count(), 3U);
}

NodeConfig open_to(std::size_t strangers) {
  NodeConfig config = made::config("kms.example");
  config.max_strangers = strangers;
  return config;
}

TEST(DiameterNodePeer, AStrangerIsLetInOnlyWhereTheTableIsOpen) {
  Scene closed(made::config("kms.example"), {});
  closed.open("gw1.example");
  EXPECT_EQ(closed.node.connection_count(), 0U);
  Scene scene(open_to(2), {});
  const ConnectionId connection = scene.open("Gw1.example");
  ASSERT_EQ(scene.node.peer_count(), 1U);
  EXPECT_EQ(scene.node.peer_host(0), "Gw1.example");
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
  scene.node.on_closed(connection, scene.now, scene.effects);
  scene.open("gw1.example");
  EXPECT_EQ(scene.node.peer_count(), 1U);
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
}

TEST(DiameterNodePeer, AStrangerNeverTakesOurOwnNameOrOneThatIsNoName) {
  for (const std::string_view host : {"KMS.example", "a b", "", "."}) {
    Scene scene(open_to(2), {});
    scene.open(host);
    EXPECT_EQ(scene.node.peer_count(), 0U) << host;
    EXPECT_EQ(scene.node.connection_count(), 0U) << host;
  }
}

TEST(DiameterNodePeer, AClosedStrangerGivesWayToANewOne) {
  Scene scene(open_to(2), {});
  scene.open("a.example");
  const ConnectionId second = scene.open("b.example");
  const ConnectionId third = scene.node.on_accepted(false, scene.now, scene.effects);
  const auto sent = scene.feed(third, Scene::cer("c.example", {good(258)}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_too_busy);
  scene.node.on_closed(second, scene.now, scene.effects);
  scene.open("c.example");
  EXPECT_EQ(scene.node.peer_count(), 2U);
  EXPECT_EQ(scene.node.peer_host(1), "c.example");
  EXPECT_EQ(scene.node.peer_state(1), PeerState::r_open);
}

TEST(DiameterNodePeer, TheOriginHostIsOneThatTheCertificateProves) {
  for (const bool good_name : {true, false}) {
    Scene scene;
    const ConnectionId connection = scene.node.on_accepted(true, scene.now, scene.effects);
    scene.node.on_secured(connection, {good_name ? "GW1.example" : "gw2.example"}, scene.now,
                          scene.effects);
    const auto sent = scene.feed(connection, Scene::cer("gw1.example", {good(258)}));
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].result(), good_name ? result_success : result_unknown_peer);
    EXPECT_EQ(scene.had(Kind::close), !good_name);
  }
}

TEST(DiameterNodePeer, AnOpenPeerThatProvesAnotherNameIsCutOff) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  scene.node.on_secured(connection, {"gw2.example"}, scene.now, scene.effects);
  scene.sent();
  EXPECT_TRUE(scene.had(Kind::abort));
  EXPECT_TRUE(scene.had(Kind::peer_down));
  EXPECT_EQ(scene.node.connection_count(), 0U);
}

TEST(DiameterNodePeer, ASecondConnectionOfAnOpenPeerIsTurnedAway) {
  Scene scene;
  const ConnectionId first = scene.open("gw1.example");
  const ConnectionId second = scene.node.on_accepted(false, scene.now, scene.effects);
  scene.feed(second, Scene::cer("gw1.example", {good(258)}));
  EXPECT_TRUE(scene.had(Kind::close));
  EXPECT_EQ(scene.feed(first, Scene::base(280, flag_request, {})).size(), 1U);
}

TEST(DiameterNodePeer, ASecondCerIsAnsweredByTheProfile) {
  for (const Profile profile : {Profile::rfc6733, Profile::rfc3588}) {
    NodeConfig config = made::config("kms.example");
    config.profile = profile;
    Scene scene(config);
    const ConnectionId connection = scene.open("gw1.example");
    const auto sent = scene.feed(connection, Scene::cer("gw1.example", {good(258)}));
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].result(), profile == Profile::rfc6733 ? 5012U : 2001U);
    EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
  }
}

TEST(DiameterNodePeer, ASecondCerOfAnotherApplicationGets3007) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  Octets cer = Scene::cer("gw1.example", {});
  cer[8] = 6;  // the Application-Id of its header
  const auto sent = scene.feed(connection, cer);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_application_unsupported);
  EXPECT_FALSE(check(sent[0].view).has_value());
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
}

TEST(DiameterNodePeer, AWatchdogRequestWithoutOriginHostIsToldSo) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  const auto sent = scene.feed(
      connection, made::wire({.flags = flag_request, .command = 280}, {good(avp_origin_realm)}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_missing_avp);
  EXPECT_EQ(sent[0].failed(), avp_origin_host);
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
}

TEST(DiameterNodePeer, ADprIsAnsweredAndThePeerCloses) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  EXPECT_EQ(scene.feed(connection, Scene::base(282, flag_request, {}))[0].result(), 5005U);
  EXPECT_EQ(scene.node.peer_state(0), PeerState::r_open);
  const auto sent = scene.feed(connection, Scene::base(282, flag_request, {avp_u32(273, 0)}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_success);
  EXPECT_TRUE(scene.had(Kind::peer_down));
  EXPECT_EQ(scene.node.peer_state(0), PeerState::closing);
  scene.node.on_closed(connection, scene.now, scene.effects);
  EXPECT_EQ(scene.node.peer_state(0), PeerState::closed);
}

TEST(DiameterNodePeer, StopClosesWhatHasSentNoCer) {
  Scene scene;
  const ConnectionId silent = scene.node.on_accepted(false, scene.now, scene.effects);
  scene.node.stop(DisconnectCause::rebooting, scene.now, scene.effects);
  const auto effects = scene.take();
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].kind, Kind::close);
  EXPECT_EQ(effects[0].connection, silent);
  EXPECT_EQ(effects[1].kind, Kind::ended);
  EXPECT_EQ(effects[1].reason, EndReason::disconnected);
  EXPECT_EQ(scene.node.connection_count(), 0U);
}

TEST(DiameterNodePeer, StopSendsADprAndClosesOnItsAnswer) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  scene.node.stop(DisconnectCause::busy, scene.now, scene.effects);
  const auto sent = scene.sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].view.find(avp_disconnect_cause)->u32(), 1U);
  EXPECT_FALSE(check(sent[0].view).has_value());
  scene.feed(connection, Scene::base(282, 0, {avp_u32(268, 2001)}));
  EXPECT_TRUE(scene.had(Kind::close));
  EXPECT_EQ(scene.node.peer_state(0), PeerState::closed);
  EXPECT_EQ(scene.node.connection_count(), 0U);
}

TEST(DiameterNodePeer, ASilentPeerIsAskedThenSuspectThenGone) {
  Scene scene;
  scene.open("gw1.example");
  std::size_t asked = 0;
  while (scene.node.peer_state(0) == PeerState::r_open) {
    ASSERT_LT(scene.now, Time{} + 200s);
    for (const made::Sent& sent : scene.wait()) {
      EXPECT_EQ(sent.view.header.command, command_device_watchdog);
      ++asked;
    }
  }
  EXPECT_EQ(asked, 1U);
  EXPECT_TRUE(scene.had(Kind::abort));
  EXPECT_GE(scene.now, Time{} + 84s);
  EXPECT_LE(scene.now, Time{} + 96s);
  EXPECT_EQ(scene.node.watchdog_state(0), WatchdogState::down);
}

// Two nodes and the wires between them; connects and closes arrive as the network would bring them.
class DiameterNodePair : public testing::Test {
 protected:
  struct End {
    int side;
    ConnectionId id;
    friend auto operator<=>(const End&, const End&) = default;
  };

  DiameterNodePair()
      : sides_{Scene(made::config("a.example"), {{.host = "b.example", .connect = true}}),
               Scene(made::config("b.example"), {{.host = "a.example", .connect = true}})} {}

  // Carries out one side's effects; true when there were any.
  bool carry(int side) {
    const std::vector<Effect> effects = sides_[side].take();
    Scene& other = sides_[1 - side];
    for (const Effect& effect : effects) {
      if (effect.kind == Kind::connect) {
        const ConnectionId far = other.node.on_accepted(false, other.now, other.effects);
        wires_[{side, effect.connection}] = {1 - side, far};
        wires_[{1 - side, far}] = {side, effect.connection};
        begun_.push_back({side, effect.connection});
      }
      const auto far = wires_.find({side, effect.connection});
      if (far == wires_.end()) continue;
      if (effect.kind == Kind::send) {
        other.node.on_octets(far->second.id, effect.octets, other.now, other.effects);
      } else if (effect.kind == Kind::close || effect.kind == Kind::abort) {
        other.node.on_closed(far->second.id, other.now, other.effects);
      }
    }
    return !effects.empty();
  }

  // Tells both sides that what they began is connected, then lets them talk until silence.
  void run() {
    for (int quiet = 0; quiet < 3;) {
      quiet = carry(0) || carry(1) || !begun_.empty() ? 0 : quiet + 1;
      const std::vector<End> begun = std::move(begun_);
      begun_.clear();
      for (const End& end : begun) {
        Scene& scene = sides_[end.side];
        scene.node.on_connected(end.id, false, scene.now, scene.effects);
      }
    }
  }

  Scene sides_[2];
  std::map<End, End> wires_;
  std::vector<End> begun_;
};

TEST_F(DiameterNodePair, OneThatConnectsIsEnough) {
  sides_[0].node.start(Time{}, sides_[0].effects);
  run();
  EXPECT_EQ(sides_[0].node.peer_state(0), PeerState::i_open);
  EXPECT_EQ(sides_[1].node.peer_state(0), PeerState::r_open);
}

TEST_F(DiameterNodePair, OfTwoThatConnectAtOnceTheHigherNameKeepsItsResponder) {
  for (Scene& scene : sides_)
    scene.node.start(Time{}, scene.effects);
  run();
  EXPECT_EQ(sides_[0].node.peer_state(0), PeerState::i_open);
  EXPECT_EQ(sides_[1].node.peer_state(0), PeerState::r_open);
  EXPECT_EQ(sides_[0].node.connection_count(), 1U);
  EXPECT_EQ(sides_[1].node.connection_count(), 1U);
}

TEST_F(DiameterNodePair, ALostConnectionIsBegunAgainAfterTcAndHasToProveItself) {
  sides_[0].node.start(Time{}, sides_[0].effects);
  run();
  for (const auto& [near, far] : wires_)
    sides_[near.side].node.on_closed(near.id, Time{}, sides_[near.side].effects);
  EXPECT_EQ(sides_[0].node.peer_state(0), PeerState::closed);
  sides_[1].take();
  while (sides_[0].node.peer_state(0) == PeerState::closed) {
    sides_[0].now = *sides_[0].node.next_deadline();
    sides_[0].node.on_timer(sides_[0].now, sides_[0].effects);
  }
  run();
  EXPECT_GE(sides_[0].now, Time{} + 30s);
  EXPECT_EQ(sides_[0].node.peer_state(0), PeerState::i_open);
  EXPECT_EQ(sides_[0].node.watchdog_state(0), WatchdogState::reopen);
}

}  // namespace
}  // namespace touchstone::diameter
