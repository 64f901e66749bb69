#include <gtest/gtest.h>

#include "tests/unit/diameter/node_scene.h"

namespace touchstone::diameter {
namespace {

using namespace std::chrono_literals;
using made::avp;
using made::avp_text;
using made::avp_u32;
using made::good;
using made::Scene;
using Kind = Effect::Kind;

constexpr std::uint8_t proxiable_request = flag_request | flag_proxiable;

// The AVPs of an AMR of gw1 to kms.
std::vector<Octets> amr_avps() {
  std::vector<Octets> out = made::demanded(made::form_named("amr"));
  for (Octets& one : out) {
    const std::uint32_t code = AvpReader(one).next()->code;
    if (code == avp_origin_host) one = avp_text(code, "gw1.example");
    if (code == avp_origin_realm || code == avp_destination_realm) one = avp_text(code, "example");
  }
  return out;
}

Octets amr(const std::vector<Octets>& more = {}, std::uint8_t flags = proxiable_request,
           std::uint32_t hop_by_hop = 7, std::uint32_t end_to_end = 77) {
  std::vector<Octets> avps = amr_avps();
  avps.insert(avps.end(), more.begin(), more.end());
  return made::wire({.flags = flags,
                     .command = command_aa_mobile_node,
                     .application = application_mobile_ipv4,
                     .hop_by_hop = hop_by_hop,
                     .end_to_end = end_to_end},
                    avps);
}

Octets ama(std::uint32_t hop_by_hop = 0, std::string_view text = "first") {
  return made::wire({.flags = flag_proxiable,
                     .command = command_aa_mobile_node,
                     .application = application_mobile_ipv4,
                     .hop_by_hop = hop_by_hop},
                    {good(avp_session_id), good(avp_auth_application_id), good(avp_result_code),
                     good(avp_origin_host), good(avp_origin_realm), avp_text(avp_user_name, text)});
}

// Feeds `octets` and gives the request that the node hands out, if it does.
std::optional<RequestId> handed_out(Scene& scene, ConnectionId connection, OctetView octets) {
  scene.node.on_octets(connection, octets, scene.now, scene.effects);
  for (const Effect& effect : scene.effects.list()) {
    if (effect.kind == Kind::request) return effect.request;
  }
  return std::nullopt;
}

TEST(DiameterNodeRoute, ARequestIsHandedOutAndItsAnswerFindsItsWay) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  const auto request = handed_out(scene, connection, amr());
  ASSERT_TRUE(request.has_value());
  EXPECT_TRUE(scene.sent().empty());
  scene.node.answer(*request, ama(), scene.effects);
  const auto sent = scene.sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].view.header.hop_by_hop, 7U);
  EXPECT_EQ(sent[0].view.header.end_to_end, 77U);
}

struct Wrong {
  const char* name;
  Octets octets;
  std::uint32_t result;
  std::uint32_t failed;
};

Octets with_header(std::uint8_t flags, std::uint32_t command, std::uint32_t application) {
  return made::wire({.flags = flags, .command = command, .application = application}, amr_avps());
}

Octets without(std::uint32_t code, std::vector<Octets> more = {}) {
  std::vector<Octets> avps = amr_avps();
  std::erase_if(avps, [&](const Octets& one) { return AvpReader(one).next()->code == code; });
  avps.insert(avps.end(), more.begin(), more.end());
  return made::wire({.flags = proxiable_request, .command = 260, .application = 2}, avps);
}

TEST(DiameterNodeRoute, WhatIsNotForUsIsAnsweredAsTheStandardSays) {
  const Octets other_host = avp_text(avp_origin_host, "gw9.example");
  const Wrong cases[] = {
      {"E in a request", with_header(proxiable_request | flag_error, 260, 2), 3008, 0},
      {"not proxiable", with_header(flag_request, 260, 2), 3008, 0},
      {"application 4", with_header(proxiable_request, 260, 4), 3007, 0},
      {"application 0", with_header(proxiable_request, 260, 0), 3007, 0},
      {"command 999", with_header(proxiable_request, 999, 2), 3001, 0},
      {"HAR", with_header(proxiable_request, 262, 2), 3001, 0},
      {"other realm", without(283, {avp_text(283, "elsewhere")}), 3003, 0},
      {"other host", amr({avp_text(293, "kms2.example")}), 3002, 0},
      {"host without realm", without(283, {avp_text(293, "kms.example")}), 3002, 0},
      {"own name on the route", amr({avp_text(282, "KMS.example")}), 3005, 0},
      {"speaks for another", without(264, {other_host}), 5003, 0},
      {"was routed", amr({avp_text(282, "relay.example")}), 5003, 0},
      {"no Origin-Host", without(264), 5005, 264},
      {"no realm", without(283), 5005, 283},
      {"no User-Name", without(1), 5005, 1},
      {"unknown mandatory", amr({avp(60000, Octets{1})}), 5001, 60000},
  };
  for (const Wrong& one : cases) {
    Scene scene;
    const ConnectionId connection = scene.open("gw1.example");
    const auto sent = scene.feed(connection, one.octets);
    ASSERT_EQ(sent.size(), 1U) << one.name;
    EXPECT_EQ(sent[0].result(), one.result) << one.name;
    EXPECT_EQ(sent[0].failed(), one.failed) << one.name;
    EXPECT_EQ(sent[0].view.header.is_error(), one.result < 4000) << one.name;
    EXPECT_FALSE(check(sent[0].view).has_value()) << one.name;
    EXPECT_FALSE(scene.had(Kind::request)) << one.name;
  }
}

TEST(DiameterNodeRoute, AnAgentMaySpeakForOthers) {
  Scene scene(made::config("kms.example"), {{.host = "gw1.example", .is_agent = true}});
  const ConnectionId connection = scene.open("gw1.example");
  EXPECT_TRUE(handed_out(scene, connection, amr({avp_text(282, "relay.example")})).has_value());
}

TEST(DiameterNodeRoute, AnErrorRepeatsSessionAndProxiesInTheirOrder) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  const auto proxy = [](std::string_view host) {
    return avp(avp_proxy_info, made::joined({avp_text(280, host), good(avp_proxy_state)}));
  };
  const Octets proxies = made::joined({proxy("p1.example"), proxy("p2.example")});
  const auto sent = scene.feed(connection, amr({proxies, avp(60000, Octets{1})}));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].view.find(avp_session_id)->text(), "a.example");
  const std::string octets = to_hex(sent[0].octets);
  EXPECT_TRUE(octets.ends_with(to_hex(proxies)));
}

TEST(DiameterNodeRoute, AnErrorRepeatsNothingThatItselfIsBroken) {
  const Octets broken_proxy = avp(avp_proxy_info, avp_text(280, "p1.example"));
  for (const Octets& octets :
       {without(263, {avp(263, Octets{'g', 'w', 0xC0})}), amr({broken_proxy})}) {
    Scene scene;
    const ConnectionId connection = scene.open("gw1.example");
    const auto sent = scene.feed(connection, octets);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_GE(sent[0].result(), 5004U);
    EXPECT_FALSE(sent[0].view.find(avp_proxy_info).has_value());
    EXPECT_FALSE(check(sent[0].view).has_value());
  }
}

TEST(DiameterNodeRoute, ARequestThatComesAgainGetsTheSameOctets) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  const auto request = handed_out(scene, connection, amr());
  scene.node.answer(*request, ama(), scene.effects);
  const auto first = scene.sent();
  const auto again = scene.feed(connection, amr({}, proxiable_request | flag_retransmitted, 9));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_FALSE(scene.had(Kind::request));
  EXPECT_EQ(again[0].view.header.hop_by_hop, 9U);
  EXPECT_EQ(to_hex(again[0].view.avps), to_hex(first[0].view.avps));
}

TEST(DiameterNodeRoute, AnotherSessionNeverGetsTheKeptAnswer) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  scene.node.answer(*handed_out(scene, connection, amr()), ama(), scene.effects);
  scene.take();
  std::vector<Octets> avps = amr_avps();
  avps[0] = avp_text(avp_session_id, "gw1.example;1;2");
  const Octets other = made::wire({.flags = proxiable_request | flag_retransmitted,
                                   .command = command_aa_mobile_node,
                                   .application = application_mobile_ipv4,
                                   .end_to_end = 77},
                                  avps);
  EXPECT_TRUE(handed_out(scene, connection, other).has_value());
}

TEST(DiameterNodeRoute, OneThatComesAgainBeforeItsAnswerIsNotServedTwice) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  const auto request = handed_out(scene, connection, amr());
  scene.take();
  scene.feed(connection, amr({}, proxiable_request | flag_retransmitted, 9));
  EXPECT_FALSE(scene.had(Kind::request));
  scene.node.answer(*request, ama(), scene.effects);
  const auto sent = scene.sent();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].view.header.hop_by_hop, 9U);
}

TEST(DiameterNodeRoute, ATFirstSeenAndAnIdentifierWithoutTAreServed) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  const auto first = handed_out(scene, connection, amr({}, proxiable_request | flag_retransmitted));
  ASSERT_TRUE(first.has_value());
  scene.take();
  EXPECT_TRUE(handed_out(scene, connection, amr()).has_value());
}

TEST(DiameterNodeRoute, AnswersToAPeerThatIsGoneAreKeptForItsReturn) {
  Scene scene;
  const ConnectionId lost = scene.open("gw1.example");
  const auto request = handed_out(scene, lost, amr());
  scene.node.on_closed(lost, scene.now, scene.effects);
  scene.take();
  scene.node.answer(*request, ama(), scene.effects);
  EXPECT_TRUE(scene.sent().empty());
  const ConnectionId again = scene.open("gw1.example");
  EXPECT_EQ(scene.feed(again, amr({}, proxiable_request | flag_retransmitted, 11)).size(), 1U);
}

TEST(DiameterNodeRoute, TooManyUnansweredAreRefused) {
  NodeConfig config = made::config("kms.example");
  config.max_unanswered = 2;
  Scene scene(config);
  const ConnectionId connection = scene.open("gw1.example");
  EXPECT_TRUE(scene.feed(connection, amr({}, proxiable_request, 1, 1)).empty());
  EXPECT_TRUE(scene.feed(connection, amr({}, proxiable_request, 2, 2)).empty());
  EXPECT_EQ(scene.feed(connection, amr({}, proxiable_request, 3, 3))[0].result(), 3004U);
}

TEST(DiameterNodeRoute, ABacklogPausesReadingUntilHalfIsGone) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  scene.node.on_backlog(connection, (1 << 20) + 1, scene.effects);
  scene.node.on_backlog(connection, 1 << 20, scene.effects);
  scene.node.on_backlog(connection, 1 << 19, scene.effects);
  const auto effects = scene.take();
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(effects[0].kind, Kind::pause);
  EXPECT_EQ(effects[1].kind, Kind::resume);
}

TEST(DiameterNodeRoute, ABrokenLengthIsAnsweredOnceAndClosed) {
  Scene scene;
  const ConnectionId connection = scene.open("gw1.example");
  Octets octets = amr();
  octets[3] = static_cast<std::uint8_t>(octets[3] + 2);
  const auto sent = scene.feed(connection, octets);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].result(), result_invalid_message_length);
  EXPECT_TRUE(scene.had(Kind::close));
  EXPECT_EQ(scene.node.peer_state(0), PeerState::closed);
}

// Requests of our own: two peers, the first preferred.

std::optional<RequestId> ask(Scene& scene, const std::vector<Octets>& more = {}) {
  return scene.node.request(amr(more), scene.now, scene.effects);
}

TEST(DiameterNodeRequest, GoesToTheFirstPeerAndItsAnswerComesBack) {
  Scene scene;
  EXPECT_FALSE(ask(scene).has_value());
  scene.open("gw2.example");
  const ConnectionId first = scene.open("gw1.example");
  scene.take();
  const auto request = ask(scene);
  ASSERT_TRUE(request.has_value());
  const auto effects = scene.take();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].connection, first);
  const Header header = made::Sent(effects[0].octets).view.header;
  scene.node.on_octets(first, ama(header.hop_by_hop), scene.now, scene.effects);
  const auto answered = scene.take();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].kind, Kind::answer);
  EXPECT_EQ(answered[0].request, *request);
  EXPECT_EQ(answered[0].result, result_success);
  EXPECT_EQ(scene.node.pending_count(), 0U);
}

TEST(DiameterNodeRequest, AnAnswerThatNobodyAskedForIsDropped) {
  Scene scene;
  const ConnectionId first = scene.open("gw1.example");
  const ConnectionId second = scene.open("gw2.example");
  ask(scene);
  const Header header = made::Sent(scene.take().back().octets).view.header;
  EXPECT_TRUE(scene.feed(first, ama(header.hop_by_hop + 1)).empty());
  EXPECT_TRUE(scene.feed(second, ama(header.hop_by_hop)).empty());
  EXPECT_FALSE(scene.had(Kind::answer));
  EXPECT_EQ(scene.node.pending_count(), 1U);
}

TEST(DiameterNodeRequest, AnAnswerThatBreaksItsGrammarHasNoResult) {
  Scene scene;
  const ConnectionId first = scene.open("gw1.example");
  ask(scene);
  const Header header = made::Sent(scene.take().back().octets).view.header;
  scene.node.on_octets(first,
                       made::wire({.flags = flag_proxiable,
                                   .command = 260,
                                   .application = 2,
                                   .hop_by_hop = header.hop_by_hop},
                                  {good(avp_result_code)}),
                       scene.now, scene.effects);
  const auto effects = scene.take();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].kind, Kind::answer);
  EXPECT_EQ(effects[0].result, 0U);
}

TEST(DiameterNodeRequest, FailsOverWithTAndTheSameEndToEndIdentifier) {
  Scene scene;
  const ConnectionId first = scene.open("gw1.example");
  const ConnectionId second = scene.open("gw2.example");
  scene.take();
  ask(scene);
  const made::Sent before(scene.take().back().octets);
  scene.node.on_closed(first, scene.now, scene.effects);
  std::optional<made::Sent> after;
  for (const Effect& effect : scene.take()) {
    if (effect.kind == Kind::send && effect.connection == second) after.emplace(effect.octets);
  }
  ASSERT_TRUE(after.has_value());
  EXPECT_TRUE(after->view.header.is_retransmitted());
  EXPECT_FALSE(before.view.header.is_retransmitted());
  EXPECT_EQ(after->view.header.end_to_end, before.view.header.end_to_end);
  EXPECT_EQ(to_hex(after->view.avps), to_hex(before.view.avps));
}

TEST(DiameterNodeRequest, WithAFixedDestinationOrNoOtherPeerItHasFailed) {
  for (const bool fixed : {false, true}) {
    Scene scene;
    const ConnectionId first = scene.open("gw1.example");
    if (fixed) scene.open("gw2.example");
    ask(scene, fixed ? std::vector<Octets>(1, avp_text(avp_destination_host, "gw1.example"))
                     : std::vector<Octets>{});
    scene.take();
    scene.node.on_closed(first, scene.now, scene.effects);
    std::uint32_t result = 0;
    for (const Effect& effect : scene.take()) {
      if (effect.kind == Kind::failure) result = effect.result;
    }
    EXPECT_EQ(result, result_unable_to_deliver);
    EXPECT_EQ(scene.node.pending_count(), 0U);
  }
}

// An answer of a redirect agent (§6.1.8).
Octets redirect(std::uint32_t hop_by_hop, const std::vector<std::string_view>& hosts,
                std::uint8_t flags = flag_proxiable | flag_error) {
  std::vector<Octets> avps = {good(avp_session_id), avp_u32(avp_result_code, 3006),
                              good(avp_origin_host), good(avp_origin_realm)};
  for (const std::string_view host : hosts)
    avps.push_back(avp_text(avp_redirect_host, host));
  return made::wire({.flags = flags, .command = 260, .application = 2, .hop_by_hop = hop_by_hop},
                    avps);
}

TEST(DiameterNodeRequest, FollowsARedirectToTheFirstHostThatIsAnOpenPeer) {
  Scene scene;
  const ConnectionId first = scene.open("gw1.example");
  const ConnectionId second = scene.open("gw2.example");
  const auto request = ask(scene);
  const made::Sent asked(scene.take().back().octets);
  scene.node.on_octets(
      first,
      redirect(asked.view.header.hop_by_hop, {"aaa://elsewhere.example", "aaa://GW2.example:3868"}),
      scene.now, scene.effects);
  const auto effects = scene.take();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].connection, second);
  const made::Sent again(effects[0].octets);
  EXPECT_EQ(to_hex(again.view.avps), to_hex(asked.view.avps));
  EXPECT_EQ(again.view.header.end_to_end, asked.view.header.end_to_end);
  EXPECT_FALSE(again.view.header.is_retransmitted());
  scene.node.on_octets(second, ama(again.view.header.hop_by_hop), scene.now, scene.effects);
  const auto answered = scene.take();
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_EQ(answered[0].request, *request);
  EXPECT_EQ(answered[0].result, result_success);
}

TEST(DiameterNodeRequest, ARedirectThatLeadsNowhereIsAnAnswer) {
  const std::vector<std::string_view> hosts[] = {
      {"aaa://elsewhere.example"}, {"aaa://gw1.example"}, {"aaa://gw2.example"}};
  for (const auto& one : hosts) {
    Scene scene;  // gw2 is not open
    const ConnectionId first = scene.open("gw1.example");
    ask(scene);
    const Header header = made::Sent(scene.take().back().octets).view.header;
    scene.node.on_octets(first, redirect(header.hop_by_hop, one), scene.now, scene.effects);
    const auto effects = scene.take();
    ASSERT_EQ(effects.size(), 1U);
    EXPECT_EQ(effects[0].kind, Kind::answer);
    EXPECT_EQ(effects[0].result, result_redirect_indication);
    EXPECT_EQ(scene.node.pending_count(), 0U);
  }
}

TEST(DiameterNodeRequest, ACircleOfRedirectsEnds) {
  Scene scene;
  const ConnectionId ids[] = {scene.open("gw1.example"), scene.open("gw2.example")};
  ask(scene);
  const Header header = made::Sent(scene.take().back().octets).view.header;
  std::size_t followed = 0;
  for (std::size_t at = 0; scene.node.pending_count() == 1; at = 1 - at, ++followed) {
    ASSERT_LT(followed, 10U);
    scene.node.on_octets(
        ids[at], redirect(header.hop_by_hop, {at == 0 ? "aaa://gw2.example" : "aaa://gw1.example"}),
        scene.now, scene.effects);
  }
  EXPECT_EQ(followed, 4U);
  EXPECT_EQ(scene.take().back().result, result_redirect_indication);
}

TEST(DiameterNodeRequest, ARelayTakesEveryApplication) {
  Scene scene;
  const ConnectionId relay = scene.open("gw1.example", application_relay);
  ASSERT_TRUE(ask(scene).has_value());
  EXPECT_EQ(scene.take().back().connection, relay);
}

TEST(DiameterNodeRequest, OfANodeThatStopsFailsAtOnceAndGoesToNoOtherPeer) {
  Scene scene;
  scene.open("gw1.example");
  scene.open("gw2.example");
  const auto request = ask(scene);
  scene.take();
  scene.node.stop(DisconnectCause::rebooting, scene.now, scene.effects);
  std::size_t failures = 0;
  for (const Effect& effect : scene.take()) {
    if (effect.kind == Kind::send) {
      EXPECT_EQ(made::Sent(effect.octets).view.header.command, command_disconnect_peer);
    }
    if (effect.kind != Kind::failure) continue;
    EXPECT_EQ(effect.request, *request);
    EXPECT_EQ(effect.result, result_unable_to_deliver);
    ++failures;
  }
  EXPECT_EQ(failures, 1U);
}

// A peer that asks to be left alone (DPR) is a failed peer to what waits for it.
TEST(DiameterNodeRequest, FailsOverWhenThePeerDisconnects) {
  Scene scene;
  const ConnectionId first = scene.open("gw1.example");
  const ConnectionId second = scene.open("gw2.example");
  ask(scene);
  scene.take();
  const auto sent = scene.feed(first, Scene::base(282, flag_request, {avp_u32(273, 0)}));
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].view.header.command, command_disconnect_peer);
  EXPECT_EQ(sent[1].view.header.command, command_aa_mobile_node);
  EXPECT_TRUE(sent[1].view.header.is_retransmitted());
  EXPECT_EQ(scene.node.pending_count(), 1U);
  EXPECT_NE(first, second);
}

TEST(DiameterNodeRequest, TakesTooLong) {
  Scene scene;
  scene.open("gw1.example");
  const auto request = ask(scene);
  scene.take();
  scene.now = *scene.node.next_deadline();
  EXPECT_EQ(scene.now, Time{} + 10s);
  scene.node.on_timer(scene.now, scene.effects);
  const auto effects = scene.take();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].kind, Kind::failure);
  EXPECT_EQ(effects[0].request, *request);
  EXPECT_EQ(effects[0].result, 0U);
}

}  // namespace
}  // namespace touchstone::diameter
