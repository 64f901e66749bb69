#include "reference/kms/key_service.h"

#include <gtest/gtest.h>

namespace touchstone::kms {
namespace {

using namespace std::chrono_literals;
using diameter::KeyRequest;
using diameter::MessageView;

constexpr keyring::NodeId known = 0x0001A2B3;
constexpr keyring::NodeId unknown = 0x0001A2B4;

class CountingRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

KeySnapshotPointer keys_with(std::uint8_t value) {
  keyring::Keyring keys;
  const auto fill = [&](std::span<std::uint8_t> octets, int offset) {
    std::ranges::fill(octets, static_cast<std::uint8_t>(value + offset));
  };
  fill(keys.network.pwdh.writable(), 1);
  fill(keys.network.base.writable(), 2);
  fill(keys.network.gateway.writable(), 3);
  fill(keys.network.gateway_cdld.writable(), 4);
  keyring::NodeRow row{known, 1, 0, {}};
  fill(row.root_key, 5);
  keys.nodes.push_back(row);
  return std::make_unique<const KeySnapshot>(std::move(keys));
}

KeyServiceSettings settings() {
  KeyServiceSettings made;
  made.host = "kms.example";
  made.realm = "example";
  made.unknown_limit = {3, 10s};
  return made;
}

KeyRequest request_for(const diameter::AskedKeys& asked, keyring::NodeId node_id = 0) {
  KeyRequest request;
  request.asked = asked;
  request.node_id = node_id;
  request.co_located = asked.code_download;
  request.registration.identification = 77;
  request.session_id = "gateway.example;1;1";
  request.origin_host = "gateway.example";
  request.origin_realm = "example";
  request.realm = "example";
  return request;
}

MessageView view_of(OctetView octets) {
  return {diameter::decode_header(octets)->header, octets.subspan(diameter::header_size), octets};
}

class KeyServing : public testing::Test {
 protected:
  struct Exchange {
    KeyAudit audit;
    diameter::KeyAnswer answer;
    SecretOctets octets;
  };

  Exchange ask(const KeyRequest& request, ServiceTime now = 0s,
               const RequestingPeer& peer = {"gateway.example", false}) {
    SecretOctets question;
    diameter::encode_key_request(question, {.hop_by_hop = 1, .end_to_end = 2}, request);
    Exchange exchange;
    exchange.audit = service_.answer(view_of(question), peer, now, exchange.octets);
    auto answer = diameter::decode_key_answer(view_of(exchange.octets), request, wrap_);
    EXPECT_TRUE(answer.has_value());
    if (answer) exchange.answer = *std::move(answer);
    EXPECT_EQ(exchange.answer.result_code, exchange.audit.result_code);
    return exchange;
  }
  std::uint32_t result_for(keyring::NodeId node_id, ServiceTime now = 0s,
                           const RequestingPeer& peer = {"gateway.example", false}) {
    return ask(request_for({.node_root = true}, node_id), now, peer).audit.result_code;
  }

  CountingRandom random_;
  KeyService service_{settings(), keys_with(0x10), random_};
  const SecretKey<16>* wrap_ = nullptr;
};

TEST_F(KeyServing, ServesTheGatewayKeys) {
  const Exchange both = ask(request_for({.gateway = true, .code_download = true}));
  EXPECT_EQ(both.answer.gateway->view()[0], 0x13);
  EXPECT_EQ(both.answer.code_download->view()[0], 0x14);
  EXPECT_EQ(print_audit(both.audit), "peer=gateway.example asked=gateway+gateway_cdld result=2001");
  EXPECT_EQ(service_.counters().served, 1U);
}

TEST_F(KeyServing, ServesAKnownNode) {
  const Exchange exchange = ask(request_for({.node_root = true}, known));
  EXPECT_EQ(exchange.answer.node_root->view()[0], 0x15);
  EXPECT_EQ(print_audit(exchange.audit), "peer=gateway.example asked=node:0x0001a2b3 result=2001");
}

TEST_F(KeyServing, GivesAnUnknownNodeNoKey) {
  const Exchange exchange = ask(request_for({.node_root = true}, unknown));
  EXPECT_EQ(exchange.audit.result_code, diameter::result_authorization_rejected);
  EXPECT_EQ(exchange.audit.node_id, unknown);
  EXPECT_FALSE(view_of(exchange.octets).find(diameter::avp_mip_fa_to_mn_msa).has_value());
  EXPECT_FALSE(view_of(exchange.octets).header.is_error());
  EXPECT_EQ(service_.counters_of("gateway.example").unknown, 1U);
}

TEST_F(KeyServing, NeverSendsPwdhOrBase) {
  std::string all;
  for (const KeyRequest& request :
       {request_for({.gateway = true, .code_download = true}),
        request_for({.node_root = true}, known), request_for({.node_root = true}, unknown)})
    all += to_hex(ask(request).octets);
  EXPECT_EQ(all.find(to_hex(Octets(16, 0x11))), std::string::npos);
  EXPECT_EQ(all.find(to_hex(Octets(16, 0x12))), std::string::npos);
  EXPECT_NE(all.find(to_hex(Octets(16, 0x15))), std::string::npos);  // the search can find
}

TEST_F(KeyServing, LimitsUnknownNodesAGateway) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(result_for(unknown), diameter::result_authorization_rejected);
  EXPECT_EQ(result_for(unknown), diameter::result_too_busy);
  EXPECT_EQ(result_for(known), diameter::result_too_busy);  // a scanner learns nothing more
  EXPECT_EQ(ask(request_for({.gateway = true})).audit.result_code, diameter::result_success);
  EXPECT_EQ(result_for(known, 0s, {"other.example", false}), diameter::result_success);
  EXPECT_EQ(service_.counters().limited, 2U);
}

TEST_F(KeyServing, TheLimitIsOfThePeerHoweverItsNameIsSpeltAndWhoeverItSpeaksFor) {
  KeyRequest of_another = request_for({.node_root = true}, unknown);
  of_another.origin_host = "other.example";
  for (const std::string_view host : {"gateway.example", "GATEWAY.example", "Gateway.Example"})
    EXPECT_EQ(ask(of_another, 0s, {host, false}).audit.result_code, 5003U);
  EXPECT_EQ(result_for(unknown), diameter::result_too_busy);
  EXPECT_EQ(service_.counters_of("gateway.EXAMPLE").unknown, 3U);
}

TEST_F(KeyServing, AGatewayIsServedItsOwnNodesAlone) {
  KeyServiceSettings ranged = settings();
  ranged.peer_nodes = {{"gateway.example", {{5, 6}, {known + 1, known + 9}}},
                       {"other.example", {{known, known}}}};
  service_ = KeyService(ranged, keys_with(0x10), random_);
  const Exchange refused = ask(request_for({.node_root = true}, known));
  EXPECT_EQ(print_audit(refused.audit), "peer=gateway.example asked=node:0x0001a2b3 result=5003");
  EXPECT_FALSE(view_of(refused.octets).find(diameter::avp_mip_fa_to_mn_msa).has_value());
  EXPECT_EQ(result_for(known, 0s, {"Other.example", false}), diameter::result_success);
  EXPECT_EQ(result_for(known, 0s, {"third.example", false}), diameter::result_success);
  EXPECT_EQ(ask(request_for({.gateway = true})).audit.result_code, diameter::result_success);
  // Nobody looked whether the node is known: it costs nothing of the limit.
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(result_for(0x77), diameter::result_authorization_rejected);
  EXPECT_EQ(service_.counters_of("gateway.example").unknown, 0U);
  EXPECT_EQ(service_.counters_of("gateway.example").refused, 11U);
}

TEST_F(KeyServing, TheLimitGetsItsRoomBackWithTime) {
  for (int i = 0; i < 3; ++i)
    result_for(unknown);
  EXPECT_EQ(result_for(known, 10s - 1ns), diameter::result_too_busy);
  EXPECT_EQ(result_for(known, 10s), diameter::result_success);
  EXPECT_EQ(result_for(unknown, 10s), diameter::result_authorization_rejected);
  EXPECT_EQ(result_for(unknown, 10s), diameter::result_too_busy);
  EXPECT_EQ(result_for(unknown, 60s), diameter::result_authorization_rejected);
}

TEST_F(KeyServing, KnownNodesAreNotLimited) {
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(result_for(known), diameter::result_success);
}

TEST_F(KeyServing, WantsAProtectedConnectionWhereThatIsDemanded) {
  KeyServiceSettings strict = settings();
  strict.require_protection = true;
  service_ = KeyService(strict, keys_with(0x10), random_);
  EXPECT_EQ(result_for(known), diameter::result_end_to_end_mip_key_encryption);
  EXPECT_EQ(result_for(known, 0s, {"gateway.example", true}), diameter::result_success);
  EXPECT_EQ(service_.counters().refused, 1U);
}

TEST_F(KeyServing, WrapsKeysWhereThatIsAgreed) {
  const SecretKey<16> kek(std::array<std::uint8_t, 16>{1, 2, 3});
  KeyServiceSettings wrapping = settings();
  wrapping.wrapping_key = wrap_ = &kek;
  service_ = KeyService(wrapping, keys_with(0x10), random_);
  const Exchange exchange = ask(request_for({.node_root = true}, known));
  EXPECT_EQ(exchange.answer.node_root->view()[0], 0x15);
  EXPECT_EQ(to_hex(exchange.octets).find(to_hex(Octets(16, 0x15))), std::string::npos);
}

TEST_F(KeyServing, AuditsARequestThatNamesNoKey) {
  KeyRequest other = request_for({.node_root = true}, known);
  other.realm = "other";
  const Exchange exchange = ask(other, 0s, {"gate\nway.example\x01", false});
  EXPECT_EQ(print_audit(exchange.audit), "peer=gate?way.example? asked=nothing result=5004");
}

TEST_F(KeyServing, ReloadsWhileItServes) {
  const Reload reload = service_.reload(keys_with(0x20));
  EXPECT_EQ(reload.result, ReloadResult::swapped);
  EXPECT_TRUE(reload.gateway_changed && reload.code_download_changed);
  ASSERT_NE(reload.old, nullptr);
  EXPECT_EQ(ask(request_for({.node_root = true}, known)).answer.node_root->view()[0], 0x25);
  const Reload same = service_.reload(keys_with(0x20));
  EXPECT_FALSE(same.gateway_changed || same.code_download_changed);
}

TEST_F(KeyServing, KeepsTheOldKeysWhenTheNewFileIsBad) {
  Findings findings;
  const Reload reload = service_.reload(load_snapshot(as_octets("pwdh, 0x12"), findings));
  EXPECT_EQ(reload.result, ReloadResult::kept_bad_file);
  EXPECT_EQ(ask(request_for({.node_root = true}, known)).answer.node_root->view()[0], 0x15);
}

TEST_F(KeyServing, WaitsForARestartWhereTheDocumentsRuleIsKept) {
  KeyServiceSettings compat = settings();
  compat.reload_mode = ReloadMode::compat_restart;
  service_ = KeyService(compat, keys_with(0x10), random_);
  EXPECT_EQ(service_.reload(keys_with(0x20)).result, ReloadResult::kept_until_restart);
  EXPECT_EQ(ask(request_for({.node_root = true}, known)).answer.node_root->view()[0], 0x15);
}

}  // namespace
}  // namespace touchstone::kms
