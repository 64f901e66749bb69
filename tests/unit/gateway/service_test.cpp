// The gateway against key services, from the join of a node to the keys of the KMS and back.

#include "reference/gateway/service.h"

#include "tests/unit/gateway/network_scene.h"

namespace touchstone::gateway {
namespace {

using namespace std::chrono_literals;

constexpr keyring::NodeId known = 0x0001A2B3;
constexpr keyring::NodeId another = 0x0001A2B4;
constexpr keyring::NodeId unknown = 0x0001A2B5;

keyring::Keyring two_nodes() {
  return keyring_with({{known, 5}, {another, 6}});
}
keyring::Keyring reprovisioned() {
  return keyring_with({{known, 15}, {another, 6}});
}
keyring::Keyring with_the_unknown() {
  return keyring_with({{known, 5}, {another, 6}, {unknown, 7}});
}

class Gateways : public NetworkScene {
 protected:
  void SetUp() override { begin({"kms1.example", "kms2.example"}, two_nodes, empty_cache()); }

  void reload(keyring::Keyring (*keys)()) {
    for (const auto& kms : kms_)
      ASSERT_EQ(kms->service.reload(SceneKms::snapshot(keys())).result, kms::ReloadResult::swapped);
  }
  std::pair<int, int> asked() const { return {kms_[0]->asked, kms_[1]->asked}; }
};

TEST_F(Gateways, FetchesTheNetworkKeysWhenItStarts) {
  EXPECT_TRUE(service_->has_network_keys());
  EXPECT_EQ(saves_, 1);
  EXPECT_TRUE(service_->cache().gateway->equals(two_nodes().network.gateway));
  EXPECT_TRUE(service_->cache().code_download->equals(two_nodes().network.gateway_cdld));
  EXPECT_EQ(asked(), std::pair(1, 0));
  EXPECT_TRUE(service_->cache().nodes.empty());  // GC-02: none before it joins
}

TEST_F(Gateways, AsksForANodeOnce) {
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  EXPECT_EQ(asked(), std::pair(2, 0));
  EXPECT_EQ(saves_, 2);
  EXPECT_EQ(service_->counters().admitted, 2U);
}

TEST_F(Gateways, RefusesANodeThatTheKmsDoesNotKnowUntilAnImport) {
  EXPECT_EQ(join(unknown, 7), JoinCode::refused);
  EXPECT_EQ(join(unknown, 7), JoinCode::refused);
  EXPECT_EQ(asked(), std::pair(2, 0));  // remembered for a moment
  reload(with_the_unknown);
  advance(11s);
  EXPECT_EQ(join(unknown, 7), JoinCode::admitted);
}

TEST_F(Gateways, AdmitsKnownNodesWhileEveryKmsIsDown) {
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  put_down(0);
  put_down(1);
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  EXPECT_EQ(join(another, 6), JoinCode::later);
  bring_up(0);
  advance(35s);
  EXPECT_EQ(join(another, 6), JoinCode::admitted);
}

TEST_F(Gateways, FailsOverAtOnceAndBackWhenTheFirstHasProvedItself) {
  put_down(0);
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  EXPECT_EQ(asked(), std::pair(1, 1));
  bring_up(0);
  advance(40s);  // connected again, not yet trusted
  ASSERT_EQ(node_->watchdog_state(0), diameter::WatchdogState::reopen);
  EXPECT_EQ(join(another, 6), JoinCode::admitted);
  EXPECT_EQ(asked(), std::pair(1, 2));
  advance(120s);
  EXPECT_EQ(join(unknown, 7), JoinCode::refused);
  EXPECT_EQ(asked(), std::pair(2, 2));
}

TEST_F(Gateways, WhatWaitsForAKmsThatGoesIsAnsweredByTheNext) {
  kms_[0]->state = SceneKms::State::silent;
  EXPECT_EQ(join(known, 5), JoinCode::none);
  put_down(0);
  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_EQ(decode_join(heard_[0])->code, JoinCode::admitted);
  EXPECT_EQ(asked(), std::pair(1, 1));
}

TEST_F(Gateways, AQuestionThatNobodyAnswersEnds) {
  kms_[0]->state = SceneKms::State::silent;
  kms_[1]->state = SceneKms::State::silent;
  EXPECT_EQ(join(known, 5), JoinCode::none);
  advance(11s);
  EXPECT_TRUE(heard_.empty());
  advance(10s);
  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_EQ(decode_join(heard_[0])->code, JoinCode::later);
  EXPECT_NE(log_.find("answer node=0x0001a2b3 result=time_out\n"), std::string::npos) << log_;
}

TEST_F(Gateways, AKmsThatHangsIsPassedByBeforeItsWatchdogTells) {
  kms_[0]->state = SceneKms::State::silent;
  EXPECT_EQ(join(known, 5), JoinCode::none);
  advance(11s);
  ASSERT_EQ(node_->watchdog_state(0), diameter::WatchdogState::okay);
  ASSERT_EQ(heard_.size(), 1U);
  EXPECT_EQ(decode_join(heard_[0])->code, JoinCode::admitted);
  EXPECT_EQ(asked(), std::pair(1, 1));
}

TEST_F(Gateways, FetchesAReprovisionedNodeOnce) {
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  reload(reprovisioned);
  EXPECT_EQ(join(known, 15), JoinCode::admitted);
  EXPECT_EQ(asked(), std::pair(3, 0));
  EXPECT_EQ(join(known, 5), JoinCode::refused);  // the old key: asked once
  EXPECT_EQ(join(known, 5), JoinCode::refused);  // and no more
  EXPECT_EQ(asked(), std::pair(4, 0));
  EXPECT_EQ(join(known, 15), JoinCode::admitted);
}

TEST_F(Gateways, WritesNoKeyIntoItsLog) {
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  EXPECT_NE(log_.find("join node=0x0001a2b3 result=admitted\n"), std::string::npos) << log_;
  EXPECT_EQ(log_.find(to_hex(root_key(5).view()).substr(0, 12)), std::string::npos);
  EXPECT_EQ(log_.find(to_hex(two_nodes().network.gateway.view()).substr(0, 12)), std::string::npos);
}

// New network keys, pushed by the KMS.

class Rotations : public Gateways {
 protected:
  void rotate(std::uint8_t value, std::string_view origin_realm = "example") {
    keyring::Keyring keys = keyring_with({}, value);
    diameter::Rotation rotation;
    rotation.gateway = std::move(keys.network.gateway);
    rotation.code_download = std::move(keys.network.gateway_cdld);
    rotation.registration.identification = 7;
    rotation.session_id = "kms1.example;1;1";
    rotation.origin_host = "kms1.example";
    rotation.origin_realm = origin_realm;
    rotation.realm = "example";
    rotation.destination_host = "gateway.example";
    SecretOctets message;
    diameter::encode_rotation(message, {}, rotation, nullptr);
    push(0, message);
  }
};

TEST_F(Rotations, AreTakenAndSaved) {
  rotate(3);
  EXPECT_EQ(haa_, std::vector<std::uint32_t>{2001});
  EXPECT_TRUE(service_->cache().gateway->equals(keyring_with({}, 3).network.gateway));
  EXPECT_EQ(saves_, 2);
  EXPECT_NE(log_.find("rotate gateway=new code_download=new\nrotate result=2001\n"),
            std::string::npos);
  EXPECT_EQ(service_->counters().rotations, 1U);
}

TEST_F(Rotations, ThatCannotBeSavedAreUsedAndNotAcknowledged) {
  has_room_ = false;
  rotate(3);
  EXPECT_EQ(haa_, std::vector<std::uint32_t>{4002});
  EXPECT_TRUE(service_->cache().gateway->equals(keyring_with({}, 3).network.gateway));
  EXPECT_EQ(service_->counters().rotations, 0U);
  has_room_ = true;
  rotate(3);  // the KMS tells again
  EXPECT_EQ(haa_, (std::vector<std::uint32_t>{4002, 2001}));
}

TEST_F(Rotations, OfAnotherRealmChangeNothing) {
  rotate(3, "elsewhere");
  EXPECT_EQ(haa_, std::vector<std::uint32_t>{5003});
  EXPECT_TRUE(service_->cache().gateway->equals(two_nodes().network.gateway));
  EXPECT_EQ(saves_, 1);
}

// Starts that differ.

class Starts : public NetworkScene {};

TEST_F(Starts, WithItsKeysInTheCacheAskNothing) {
  Cache cache = empty_cache();
  cache.gateway = two_nodes().network.gateway.copy();
  cache.code_download = two_nodes().network.gateway_cdld.copy();
  cache.nodes.emplace(known, root_key(5));
  begin({"kms1.example"}, two_nodes, std::move(cache));
  EXPECT_EQ(join(known, 5), JoinCode::admitted);
  EXPECT_EQ(kms_[0]->asked, 0);
  EXPECT_EQ(saves_, 0);
}

TEST_F(Starts, WithoutAKmsAskWhenItComes) {
  begin({}, two_nodes, empty_cache());
  EXPECT_FALSE(service_->has_network_keys());
  EXPECT_EQ(join(known, 5), JoinCode::later);
  ASSERT_TRUE(service_->next_deadline());
  advance(30s);
  EXPECT_FALSE(service_->has_network_keys());
}

/// A link that gives what the test says.
class StubLink final : public KmsLink {
 public:
  std::optional<diameter::RequestId> request(OctetView message) override {
    asked = copy_secret(message);
    return ++last;
  }
  void answer(diameter::RequestId request, OctetView) override { answered.push_back(request); }
  std::string next_session_id() override { return "gateway.example;1;1"; }

  SecretOctets asked;
  diameter::RequestId last = 0;
  std::vector<diameter::RequestId> answered;
};

diameter::MessageView view_of(OctetView octets) {
  return {diameter::decode_header(octets)->header, octets.subspan(diameter::header_size), octets};
}

TEST(NetworkKeys, AreAskedForAgainUntilTheyAreThere) {
  using Time = diameter::Time;
  SceneRandom random;
  StubLink link;
  Cache cache;
  cache.realm = "example";
  GatewayService service(std::move(cache), ServiceSettings{}, link, random);
  EXPECT_EQ(service.start(Time{}).log.size(), 1U);
  service.on_peer_up("kms", Time{});
  service.on_peer_up("other", Time{});  // one question is enough
  EXPECT_EQ(link.last, 1U);
  SecretOctets octets;
  diameter::encode_refusal(octets, view_of(link.asked), {.host = "kms", .realm = "example"},
                           diameter::refuse_for_now());
  service.on_answer(link.last, view_of(octets), Time{});
  ASSERT_EQ(service.next_deadline(), Time{10s});
  service.on_timer(Time{9s});
  EXPECT_EQ(link.last, 1U);
  service.on_timer(Time{10s});
  EXPECT_EQ(link.last, 2U);
  service.on_failure(link.last, diameter::result_unable_to_deliver, Time{11s});
  service.on_timer(Time{21s});
  EXPECT_EQ(link.last, 3U);
}

TEST(NetworkKeys, AreAcknowledgedWhenTheyAreOnTheDisk) {
  SceneRandom random;
  StubLink link;
  Cache cache;
  cache.realm = "example";
  GatewayService service(std::move(cache), ServiceSettings{}, link, random);
  diameter::Rotation rotation;
  rotation.gateway = keyring_with({}).network.gateway.copy();
  rotation.origin_realm = "example";
  SecretOctets good;
  diameter::encode_rotation(good, {}, rotation, nullptr);
  const ServiceOutput taken = service.on_request(7, view_of(good));
  EXPECT_TRUE(taken.save_cache && taken.save_now);
  EXPECT_TRUE(link.answered.empty());
  service.on_request(8, view_of(good));
  EXPECT_FALSE(service.on_saved(true).save_now);
  EXPECT_EQ(link.answered, (std::vector<diameter::RequestId>{7, 8}));
  service.on_saved(true);
  EXPECT_EQ(link.answered.size(), 2U);
  rotation.origin_realm = "elsewhere";
  SecretOctets foreign;
  diameter::encode_rotation(foreign, {}, rotation, nullptr);
  EXPECT_FALSE(service.on_request(9, view_of(foreign)).save_now);
  EXPECT_EQ(link.answered.back(), 9U);
}

// One KMS tells new keys while the answer of another, with those before, is on its way.
TEST(NetworkKeys, AreNotReplacedByAnAnswerThatWasUnderWayWhenTheyCame) {
  using Time = diameter::Time;
  SceneRandom random;
  StubLink link;
  Cache cache;
  cache.realm = "example";
  GatewayService service(std::move(cache), ServiceSettings{}, link, random);
  service.start(Time{});
  service.on_peer_up("kms", Time{});
  const keyring::Keyring old = keyring_with({});
  const keyring::Keyring fresh = keyring_with({}, 3);
  diameter::Rotation rotation;
  rotation.gateway = fresh.network.gateway.copy();
  rotation.code_download = fresh.network.gateway_cdld.copy();
  rotation.origin_realm = "example";
  SecretOctets told;
  diameter::encode_rotation(told, {}, rotation, nullptr);
  service.on_request(7, view_of(told));
  const auto asked = diameter::decode_key_request(view_of(link.asked), "example");
  ASSERT_TRUE(asked);
  SecretOctets answer;
  diameter::encode_key_answer(answer, view_of(link.asked), *asked,
                              {.host = "kms", .realm = "example"},
                              {.gateway = old.network.gateway.view(),
                               .code_download = old.network.gateway_cdld.view(),
                               .node_root = {}},
                              nullptr);
  service.on_answer(link.last, view_of(answer), Time{1s});
  EXPECT_TRUE(service.cache().gateway->equals(fresh.network.gateway));
  EXPECT_EQ(service.next_deadline(), Time{11s});
  service.on_timer(Time{11s});
  EXPECT_EQ(link.last, 2U);
}

class OneQuestion : public testing::Test {
 protected:
  OneQuestion() {
    Cache cache;
    cache.realm = "example";
    cache.nodes.emplace(known, root_key(5));
    service_ =
        std::make_unique<GatewayService>(std::move(cache), ServiceSettings{}, link_, random_);
    JoinSession session(known, root_key(6), random_);  // not the cached key
    const Sender sender = {1};
    const auto challenge = service_->receive(session.start(JoinTime(0)), sender, {});
    const Octets proof = session.receive(challenge.send.at(0).octets, JoinTime(0));
    EXPECT_TRUE(service_->receive(proof, sender, {}).send.empty());
  }

  ServiceOutput refuse(const diameter::Refusal& refusal) {
    SecretOctets octets;
    diameter::encode_refusal(octets, view_of(link_.asked), {.host = "kms", .realm = "example"},
                             refusal);
    return service_->on_answer(link_.last, view_of(octets), {});
  }
  JoinCode code_of(const ServiceOutput& output) {
    return output.send.size() == 1 ? decode_join(output.send[0].octets)->code : JoinCode::none;
  }

  SceneRandom random_;
  StubLink link_;
  std::unique_ptr<GatewayService> service_;
};

TEST_F(OneQuestion, UnknownNodeTakesItOutOfTheCache) {
  EXPECT_EQ(code_of(refuse(diameter::refuse_unknown_node())), JoinCode::refused);
  EXPECT_TRUE(service_->cache().nodes.empty());
}

TEST_F(OneQuestion, ARefusalOfTheGatewaySaysNothingAboutTheNode) {
  EXPECT_EQ(code_of(refuse({.result_code = diameter::result_authorization_rejected})),
            JoinCode::later);
  EXPECT_EQ(service_->cache().nodes.size(), 1U);
}

TEST_F(OneQuestion, AnyOtherAnswerChangesNothing) {
  EXPECT_EQ(code_of(refuse(diameter::refuse_for_now())), JoinCode::later);
  EXPECT_EQ(service_->cache().nodes.size(), 1U);
}

TEST_F(OneQuestion, AnAnswerToAnotherQuestionIsPassedOver) {
  EXPECT_EQ(code_of(service_->on_failure(link_.last + 1, 0, {})), JoinCode::none);
  EXPECT_EQ(code_of(service_->on_failure(link_.last, 0, {})), JoinCode::later);
}

}  // namespace
}  // namespace touchstone::gateway
