// Stimuli that the other files have in no case of their own: a bit, an octet or an order that a
// good request has not, and an answer all the same (RFC 6733 §3, §4.1, §4.4, §5.3, §8.8, §8.16).

#include <algorithm>

#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/exchange.h"

namespace touchstone::conformance::suites::diameter {
namespace {

namespace avp = dm::avp;
using dm::Message;

constexpr std::uint32_t unknown_avp = 60000;
constexpr std::size_t avp_header = 8;  // without a vendor

struct RefusalScene {
  explicit RefusalScene(CaseContext& ctx) : network(ctx) {
    network.start_server();
    gateway.emplace(network);
    if (!gateway->mapping().has_documented_rules)
      ctx.not_supported("the mapping is not documented");
  }
  [[nodiscard]] Message request() {
    return gateway->request(gateway->ask(dm::KeyKind::node_root, network.world().node(1).id));
  }

  Network network;
  std::optional<Gateway> gateway;
};

void move_session_id_back(Message& request) {
  const auto found = std::ranges::find(request.avps, avp::session_id, &dm::Avp::code);
  std::rotate(found, found + 1, request.avps.end());
}

// Served or refused; what refuses it for another reason repeats it.
void session_id_not_first(CaseContext& ctx) {
  RefusalScene scene(ctx);
  Message request = scene.request();
  move_session_id_back(request);
  scene.gateway->judge("DM-03", request);
  request = scene.request();
  request.set(dm::text(avp::destination_realm, "elsewhere.test"));
  move_session_id_back(request);
  scene.gateway->judge("DM-03", request);
}

void user_name_without_m(CaseContext& ctx) {
  RefusalScene scene(ctx);
  Message request = scene.request();
  request.get(avp::user_name).with_flags(0);
  scene.gateway->judge("DM-40", request);
}

void addresses_that_are_none(CaseContext& ctx) {
  RefusalScene scene(ctx);
  for (const Octets& data : {Octets{0, 1, 127}, Octets{0x7E, 0x7E, 1, 2, 3, 4}, Octets{0, 1}}) {
    Message request = scene.request();
    request.set(dm::octets(avp::mobile_node_address, data));
    scene.gateway->judge("DM-40", request);
  }
}

/// Proxy-Info in Proxy-Info, as deep as a recursive reader would follow: headers alone, each of
/// which holds what is behind it.
dm::Avp nested(std::size_t depth) {
  Octets inside;
  for (std::size_t left = depth - 1; left > 0; --left) {
    const std::size_t length = avp_header * left;
    inside.insert(inside.end(), {0, 0, avp::proxy_info >> 8, avp::proxy_info & 0xFF});
    inside.push_back(dm::avp_flag::mandatory);
    for (const int shift : {16, 8, 0})
      inside.push_back(static_cast<std::uint8_t>(length >> shift));
  }
  return dm::octets(avp::proxy_info, inside);
}

void groups_in_groups(CaseContext& ctx) {
  RefusalScene scene(ctx);
  for (const std::size_t depth : {100U, 1000U, 20000U}) {
    Message request = scene.request();
    request.add(nested(depth));
    const Octets octets = dm::encode(request);
    const Outcome outcome = scene.gateway->exchange(octets);
    const auto code = outcome.answer
                          ? dm::decode(*outcome.answer).message.number_of(avp::result_code)
                          : std::nullopt;
    const bool is_refused = code == dm::result::invalid_avp_length ||
                            code == dm::result::invalid_avp_value ||
                            code == dm::result::missing_avp;
    ctx.expect(is_refused || (!outcome.answer && outcome.ending != Ending::open), "DM-40",
               "groups that nest too deep are refused by 5004, 5005 or 5014, or by the end",
               outcome.answer ? std::to_string(code.value_or(0)) : "silence");
  }
  scene.gateway->judge("DM-40", scene.request());  // alive, and right
}

void padding_that_is_not_zero(CaseContext& ctx) {
  RefusalScene scene(ctx);
  Message request = scene.request();
  dm::Avp odd = dm::octets(unknown_avp, Octets(5, 0x61));
  odd.with_flags(0).padding = Octets{1, 2, 3};
  request.add(odd);
  scene.gateway->judge("DM-08", request);
}

void without_the_p_bit(CaseContext& ctx) {
  RefusalScene scene(ctx);
  Message request = scene.request();
  request.header.flags &= static_cast<std::uint8_t>(~dm::command_flag::proxiable);
  scene.gateway->judge("DM-06", request);
}

void base_application(CaseContext& ctx) {
  RefusalScene scene(ctx);
  Message request = scene.request();
  request.header.application = dm::base_application;
  scene.gateway->judge("DM-06", request);
}

void cer_with_the_p_bit(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::connect(network, network.world().gateways[0]);
  Message cer = make_cer(network.world(), peer.host());
  cer.header.flags |= dm::command_flag::proxiable;
  const auto cea = peer.ask(cer);
  if (!cea) return expect_ended(ctx, "DM-06", peer.connection());
  expect_result(ctx, "DM-06", cea, peer.connection(),
                {dm::result::success, dm::result::invalid_hdr_bits});
}

void host_without_realm(CaseContext& ctx) {
  RefusalScene scene(ctx);
  Message request = scene.request();
  request.remove(avp::destination_realm);
  request.set(dm::text(avp::destination_host, scene.network.world().kms_host));
  scene.gateway->judge("DM-06", request);
}

void amr_of_version_two(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  Message amr = make_amr(network.world(), peer.host(), network.world().node(1).id);
  amr.header.version = 2;
  const auto answer = peer.ask(amr);
  if (answer)
    expect_result(ctx, "DP-15", answer, peer.connection(), {dm::result::unsupported_version});
  expect_ended(ctx, "DP-15", peer.connection());
}

void origin_state_id(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  for (const std::uint32_t state : {100U, 50U, 200U, 0U}) {
    Message dwr = make_dwr(network.world(), peer.host());
    dwr.set(dm::number(avp::origin_state_id, state));
    const auto dwa = peer.ask(dwr);
    expect_result(ctx, "DP-17", dwa, peer.connection(), {dm::result::success});
  }
  const auto ama = peer.ask(make_amr(network.world(), peer.host(), network.world().node(1).id));
  expect_node_key(ctx, "DP-17", ama, peer, network.world().node(1));
}

void own_identity(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::connect(network, network.world().kms_host);
  const auto cea = peer.ask(make_cer(network.world(), peer.host()));
  if (cea) expect_result(ctx, "DP-06", cea, peer.connection(), {dm::result::unknown_peer});
  expect_ended(ctx, "DP-06", peer.connection());
}

}  // namespace

void add_negative_cases(harness::Registry& registry) {
  add_server_case(registry, "DM-03.SessionIdThatIsNotFirst",
                  "A request whose Session-Id is not its first AVP is served or refused, and "
                  "its answer has the Session-Id",
                  session_id_not_first);
  add_server_case(registry, "DM-40.UserNameWithoutTheMBit",
                  "A known AVP without the M bit that it must have gets a documented answer",
                  user_name_without_m);
  add_server_case(registry, "DM-40.AddressesThatAreNone",
                  "An address that is too short, or of no family, gets a documented answer",
                  addresses_that_are_none);
  add_server_case(registry, "DM-40.GroupsInGroups",
                  "Groups that nest 100, 1,000 and 20,000 deep are refused, and the KMS lives",
                  groups_in_groups);
  add_server_case(registry, "DM-08.PaddingThatIsNotZero", "Padding is passed over, whatever it is",
                  padding_that_is_not_zero);
  add_server_case(registry, "DM-06.RequestWithoutThePBit",
                  "A request without the P bit is served, or refused with 3008 and the E bit",
                  without_the_p_bit);
  add_server_case(registry, "DM-06.BaseApplication",
                  "A key request under application 0 gets 3007 or 3001, with the E bit",
                  base_application);
  add_server_case(registry, "DM-06.CerWithThePBit",
                  "A CER with the P bit is taken, or refused with 3008 and the E bit",
                  cer_with_the_p_bit);
  add_server_case(registry, "DM-06.DestinationHostWithoutRealm",
                  "A Destination-Host does not stand for the realm that is missing",
                  host_without_realm);
  add_server_case(registry, "DP-15.AmrOfVersionTwo",
                  "A key request of version 2 gets 5011 or nothing, and the end",
                  amr_of_version_two);
  add_server_case(registry, "DP-17.OriginStateIdRisesAndFalls",
                  "Whatever Origin-State-Id a DWR has, the peer stays open and is served",
                  origin_state_id);
  add_server_case(registry, "DP-06.OwnIdentityIsRefused",
                  "A peer that comes under the name of the server is refused", own_identity,
                  {"diameter.peer_list"});
}

}  // namespace touchstone::conformance::suites::diameter
