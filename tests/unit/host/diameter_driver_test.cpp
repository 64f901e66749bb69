#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reference/crypto/random.h"
#include "reference/diameter/mobile_ip.h"
#include "reference/host/diameter_driver.h"
#include "reference/host/errc.h"
#include "tests/support/made_certificate.h"
#include "tests/unit/diameter/node_scene.h"

namespace touchstone::host {
namespace {

using namespace std::chrono_literals;
using diameter::PeerState;

// What a role hears, and what it does then.
class Role : public DiameterHandler {
 public:
  void on_request(const DiameterRequest& request) override {
    ++requests;
    last_host = request.host;
    if (when_asked) when_asked(request);
  }
  void on_answer(diameter::RequestId, std::uint32_t result, const diameter::MessageView&) override {
    ++answers;
    last_result = result;
    if (when_answered) when_answered();
  }
  void on_failure(diameter::RequestId, std::uint32_t) override { ++failures; }
  void on_peer_up(diameter::PeerIndex) override {
    ++ups;
    if (when_up) when_up();
  }
  void on_peer_down(diameter::PeerIndex) override {
    ++downs;
    if (when_down) when_down();
  }

  int requests = 0;
  int answers = 0;
  int failures = 0;
  int ups = 0;
  int downs = 0;
  std::uint32_t last_result = 0;
  std::string last_host;
  std::function<void(const DiameterRequest&)> when_asked;
  std::function<void()> when_answered;
  std::function<void()> when_up;
  std::function<void()> when_down;
};

diameter::NodeConfig client_config(std::string host) {
  diameter::NodeConfig config = diameter::made::config(std::move(host));
  config.served.clear();
  return config;
}

SecretOctets key_request(std::string session) {
  SecretOctets out;
  diameter::KeyRequest request;
  request.asked.node_root = true;
  request.node_id = 7;
  request.session_id = session;
  request.origin_host = "gw1.example";
  request.origin_realm = "example";
  request.realm = "example";
  diameter::encode_key_request(out, {}, request);
  return out;
}

// A server and a client on one loop; a test that hangs is ended by its watchdog.
class DiameterDriverTest : public testing::Test {
 protected:
  DiameterDriverTest() : watchdog_(loop) {
    watchdog_.at(loop.now() + 20s, [this] {
      ADD_FAILURE() << "still waiting";
      loop.stop();
    });
  }

  void serve(DriverSettings settings = {},
             diameter::NodeConfig config = diameter::made::config("kms.example"),
             bool secure = false) {
    server = std::make_unique<DiameterDriver>(
        loop, std::move(config), std::vector<DriverPeer>{{.config = {.host = "gw1.example"}}},
        random, server_role, settings);
    const auto place = server->listen({0x7F000001, 0}, secure);
    ASSERT_TRUE(place) << place.error().detail;
    port = place->port;
    server_role.when_asked = [this](const DiameterRequest& request) { refuse(request); };
  }

  void connect(DriverSettings settings = {}, bool secure = false, bool inband = false) {
    diameter::NodeConfig config = client_config("gw1.example");
    config.allows_tls = inband;
    config.allows_clear = !inband;
    client = std::make_unique<DiameterDriver>(
        loop, std::move(config),
        std::vector<DriverPeer>{{.config = {.host = "kms.example", .connect = true},
                                 .port = port,
                                 .secure = secure,
                                 .address = "127.0.0.1"}},
        random, client_role, settings);
    client->start();
  }

  void refuse(const DiameterRequest& request) {
    SecretOctets out;
    diameter::encode_refusal(out, request.message, {.host = "kms.example", .realm = "example"},
                             diameter::refuse_unknown_node());
    server->answer(request.id, out);
  }

  EventLoop loop;
  crypto::SystemRandom random;
  Role server_role;
  Role client_role;
  std::unique_ptr<DiameterDriver> server;
  std::unique_ptr<DiameterDriver> client;
  std::uint16_t port = 0;

 private:
  LoopTimer watchdog_;
};

TEST_F(DiameterDriverTest, ARequestIsAnsweredOverLoopback) {
  serve();
  client_role.when_up = [&] { EXPECT_TRUE(client->request(key_request("gw1.example;1;1"))); };
  client_role.when_answered = [&] { loop.stop(); };
  connect();
  loop.run();
  EXPECT_EQ(server_role.requests, 1);
  EXPECT_EQ(server_role.last_host, "gw1.example");
  EXPECT_EQ(client_role.last_result, 5003U);
  EXPECT_EQ(server->node().peer_state(0), PeerState::r_open);
  EXPECT_EQ(client->node().peer_state(0), PeerState::i_open);
}

TEST_F(DiameterDriverTest, WhatOneReadBringsIsAnsweredByOneWrite) {
  serve();
  client_role.when_up = [&] {
    for (int i = 0; i < 100; ++i)
      client->request(key_request("gw1.example;1;" + std::to_string(i)));
  };
  client_role.when_answered = [&] {
    if (client_role.answers == 100) loop.stop();
  };
  connect();
  loop.run();
  EXPECT_EQ(server_role.requests, 100);
  // One write for the CEA and one for all the answers.
  EXPECT_EQ(server->counters().writes, 2U);
  EXPECT_EQ(client->counters().writes, 2U);
}

TEST_F(DiameterDriverTest, AnAnswerMayComeLater) {
  serve();
  LoopTimer later(loop);
  SecretOctets kept;
  server_role.when_asked = [&](const DiameterRequest& request) {
    diameter::encode_refusal(kept, request.message, {.host = "kms.example", .realm = "example"},
                             diameter::refuse_unknown_node());
    later.at(loop.now() + 5ms, [&, id = request.id] { server->answer(id, kept); });
  };
  client_role.when_up = [&] { client->request(key_request("gw1.example;1;1")); };
  client_role.when_answered = [&] { loop.stop(); };
  connect();
  loop.run();
  EXPECT_EQ(client_role.answers, 1);
}

TEST_F(DiameterDriverTest, StopSaysGoodbyeAndTellsWhenAllAreGone) {
  serve();
  bool is_quiet = false;
  client_role.when_up = [&] {
    server->stop(diameter::DisconnectCause::rebooting, 10s, [&] {
      is_quiet = true;
      loop.stop();
    });
  };
  connect();
  loop.run();
  EXPECT_TRUE(is_quiet);
  EXPECT_EQ(server_role.downs, 1);
  EXPECT_EQ(client_role.downs, 1);
  EXPECT_EQ(server->node().connection_count(), 0U);
}

TEST_F(DiameterDriverTest, ANameThatNobodyKnowsIsAFailedConnection) {
  client = std::make_unique<DiameterDriver>(
      loop, client_config("gw1.example"),
      std::vector<DriverPeer>{{.config = {.host = "kms.invalid", .connect = true}}}, random,
      client_role);
  LoopTimer look(loop);
  std::function<void()> check = [&] {
    if (client->node().connection_count() == 0) return loop.stop();
    look.at(loop.now() + 1ms, check);
  };
  client->start();
  EXPECT_EQ(client->node().connection_count(), 1U);
  check();
  loop.run();
  EXPECT_EQ(client->node().peer_state(0), PeerState::closed);
  EXPECT_TRUE(client->node().next_deadline().has_value());
}

// TLS on both sides of loopback; `name` is what the certificate of the KMS says.
struct Secured {
  explicit Secured(const std::string& name) {
    const auto make = [&](const tests::MadeCertificate& own) {
      const std::string root = authority.root();
      return *crypto::TlsContext::make(as_octets(own.certificate), as_octets(own.key),
                                       as_octets(root));
    };
    kms.emplace(make(authority.issue("kms", "DNS:" + name)));
    gateway.emplace(make(authority.issue("gw", "DNS:gw1.example")));
  }
  tests::MadeAuthority authority{"root"};
  std::optional<crypto::TlsContext> kms;
  std::optional<crypto::TlsContext> gateway;
};

TEST_F(DiameterDriverTest, KeysTravelOverTlsWhenThePeerIsSecure) {
  const Secured tls("kms.example");
  serve({.tls = &*tls.kms}, diameter::made::config("kms.example"), true);
  bool was_protected = false;
  server_role.when_asked = [&](const DiameterRequest& request) {
    was_protected = request.is_protected;
    refuse(request);
  };
  client_role.when_up = [&] { client->request(key_request("gw1.example;1;1")); };
  client_role.when_answered = [&] { loop.stop(); };
  connect({.tls = &*tls.gateway}, true);
  loop.run();
  EXPECT_TRUE(was_protected);
  EXPECT_EQ(client_role.answers, 1);
}

TEST_F(DiameterDriverTest, AKmsThatProvesAnotherNameIsNotSpokenTo) {
  const Secured tls("evil.example");
  serve({.tls = &*tls.kms}, diameter::made::config("kms.example"), true);
  LoopTimer look(loop);
  std::function<void()> check = [&] {
    if (client->node().connection_count() == 0) return loop.stop();
    look.at(loop.now() + 1ms, check);
  };
  connect({.tls = &*tls.gateway}, true);
  check();
  loop.run();
  EXPECT_EQ(client_role.ups, 0);
  EXPECT_EQ(server_role.ups, 0);
  EXPECT_EQ(client->node().peer_state(0), PeerState::closed);
}

TEST_F(DiameterDriverTest, TlsFollowsTheCapabilitiesExchangeWhereClearIsNotAllowed) {
  const Secured tls("kms.example");
  diameter::NodeConfig config = diameter::made::config("kms.example");
  config.allows_clear = false;
  config.allows_tls = true;
  serve({.tls = &*tls.kms}, config);
  bool was_protected = false;
  server_role.when_asked = [&](const DiameterRequest& request) {
    was_protected = request.is_protected;
    refuse(request);
  };
  client_role.when_up = [&] { client->request(key_request("gw1.example;1;1")); };
  client_role.when_answered = [&] { loop.stop(); };
  connect({.tls = &*tls.gateway}, false, true);
  loop.run();
  EXPECT_TRUE(was_protected);
  EXPECT_EQ(client_role.answers, 1);
}

TEST_F(DiameterDriverTest, APortThatIsTakenIsSaid) {
  serve();
  DiameterDriver second(loop, diameter::made::config("kms.example"), {}, random, server_role);
  const auto place = second.listen({0x7F000001, port});
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().code, Errc::in_use);
}

TEST_F(DiameterDriverTest, ADriverMayEndWhileEverythingWaits) {
  serve();
  client_role.when_up = [&] { loop.stop(); };
  connect();
  loop.run();
  client.reset();
  server.reset();
  loop.post([&] { loop.stop(); });
  loop.run();
}

}  // namespace
}  // namespace touchstone::host
