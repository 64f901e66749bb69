// A gateway as a client of the KMS that the runner plays: connection, failover, repeated requests
// (RFC 6733 §5.3, §5.5.4, §5.6; RFC 3539 §3.4.1; 004 §3, §A.3).

#include <fmt/format.h>

#include "conformance/oracle/diameter/grammar.h"
#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr const char* first_host = "127.0.0.2";
constexpr const char* second_host = "127.0.0.3";
constexpr Milliseconds reconnect_limit = 40000;  // Tc is 30 s (RFC 6733 §2.1)
constexpr std::uint32_t registration_octets = 20;

// The KMS plays its part of docs/formats/diameter-kms.md; only what a case does not need to spoil.
dm::Message key_answer(const World& world, const std::string& host, const dm::Message& amr) {
  dm::Message ama = dm::answer_to(amr);
  ama.add(dm::text(dm::avp::session_id, amr.text_of(dm::avp::session_id)))
      .add(dm::number(dm::avp::auth_application_id, dm::mobile_ipv4))
      .add(dm::number(dm::avp::result_code, dm::result::success))
      .add(dm::text(dm::avp::origin_host, host))
      .add(dm::text(dm::avp::origin_realm, world.realm))
      .add(dm::number(dm::avp::auth_session_state, dm::no_state_maintained));
  return ama;
}

dm::Avp session_key(OctetView key) {
  return dm::octets(dm::avp::session_key, Octets(key.begin(), key.end()));
}

void add_tail(dm::Message& ama, std::uint32_t node) {
  ama.add(dm::number(dm::avp::msa_lifetime, dm::infinite_lifetime))
      .add(dm::ipv4(dm::avp::home_agent_address, 0x7F000001))
      .add(dm::ipv4(dm::avp::mobile_node_address, node));
}

dm::Message network_keys_answer(const World& world, const std::string& host,
                                const dm::Message& amr) {
  dm::Message ama = key_answer(world, host, amr);
  const dm::Avp algorithm = dm::number(dm::avp::algorithm_type, dm::hmac_sha_1);
  const dm::Avp replay = dm::number(dm::avp::replay_mode, dm::no_replay_checking);
  ama.add(dm::group(dm::avp::fa_to_ha_msa, {dm::number(dm::avp::fa_to_ha_spi, 256), algorithm,
                                            session_key(world.keyring.network.gateway)}));
  ama.add(dm::group(dm::avp::mn_to_ha_msa,
                    {algorithm, replay, dm::octets(dm::avp::nonce, Octets(16, 0x5a))}));
  ama.add(dm::group(dm::avp::ha_to_mn_msa,
                    {algorithm, replay, session_key(world.keyring.network.gateway_cdld)}));
  add_tail(ama, 0);
  return ama;
}

dm::Message node_answer(const World& world, const std::string& host, const dm::Message& amr,
                        const oracle::Row& node) {
  dm::Message ama = key_answer(world, host, amr);
  const Octets& asked = amr.find(dm::avp::reg_request)->data;
  Octets reply{3, 0, 0xff, 0xff};
  reply.insert(reply.end(), asked.begin() + 4, asked.begin() + 12);   // home address, home agent
  reply.insert(reply.end(), asked.begin() + 16, asked.begin() + 24);  // identification
  if (reply.size() == registration_octets) ama.add(dm::octets(dm::avp::reg_reply, reply));
  ama.add(dm::group(dm::avp::fa_to_mn_msa,
                    {dm::number(dm::avp::fa_to_mn_spi, 256),
                     dm::number(dm::avp::algorithm_type, dm::hmac_sha_1), session_key(node.key)}));
  add_tail(ama, node.id);
  return ama;
}

dm::Message unknown_node_answer(const World& world, const std::string& host,
                                const dm::Message& amr) {
  dm::Message ama = key_answer(world, host, amr);
  ama.set(dm::number(dm::avp::result_code, dm::result::authorization_rejected));
  ama.remove(dm::avp::auth_session_state);
  return ama;
}

// Gives the network keys when they are asked for; INCONCLUSIVE when the gateway does not start.
void serve_network_keys(Network& network, Peer& kms) {
  const auto amr = kms.await_request(dm::command::aa_mobile_node);
  if (!amr) network.ctx().inconclusive("the gateway does not ask for its network keys");
  kms.send_as_it_is(network_keys_answer(network.world(), kms.host(), *amr));
  if (!network.await_ready()) network.ctx().inconclusive("the gateway does not take its keys");
}

struct Scene {
  Listener listener;
  Peer kms;
};

Scene ready_gateway(Network& network) {
  const Listener listener = network.listen(first_host);
  network.start_client({listener});
  Peer kms = Peer::accept(network, listener);
  serve_network_keys(network, kms);
  return {listener, std::move(kms)};
}

void good_cer(CaseContext& ctx) {
  Network network(ctx);
  const Listener listener = network.listen(first_host);
  network.start_client({listener});
  const auto connection = network.accept(listener);
  ctx.expect(connection.has_value(), "DP-36", "a connection when it starts", "none");
  Peer kms(network, *connection, first_host);
  const auto cer = kms.next();
  ctx.expect(
      cer && cer->header.command == dm::command::capabilities_exchange && cer->header.is_request(),
      "DP-36", "a CER first", show_answer(cer, *connection));
  const auto violations = dm::violations_of(*cer);
  ctx.expect(violations.empty(), "DP-36", "a CER that keeps its command format",
             violations.empty() ? "" : violations.front().what);
}

// The gateway connects and gets `spoil`ed CEA.
void expect_cea_refused(CaseContext& ctx, std::string_view requirement,
                        const std::function<void(const World&, dm::Message&)>& spoil) {
  Network network(ctx);
  const Listener listener = network.listen(first_host);
  network.start_client({listener});
  const auto connection = network.accept(listener);
  if (!connection) ctx.inconclusive("the gateway does not connect");
  Peer kms(network, *connection, first_host);
  const auto cer = kms.await_request(dm::command::capabilities_exchange);
  if (!cer) ctx.inconclusive("the gateway sends no CER");
  dm::Message cea = make_cea(network.world(), first_host, *cer);
  spoil(network.world(), cea);
  kms.send_as_it_is(cea);
  expect_ended(ctx, requirement, *connection);
}

void refusing_cea(CaseContext& ctx) {
  expect_cea_refused(ctx, "DP-37", [](const World&, dm::Message& cea) {
    cea.set(dm::number(dm::avp::result_code, dm::result::no_common_application));
  });
}

void cea_of_another_host(CaseContext& ctx) {
  expect_cea_refused(ctx, "DP-38", [](const World& world, dm::Message& cea) {
    cea.set(dm::text(dm::avp::origin_host, world.stranger));
  });
}

void comes_again(CaseContext& ctx) {
  Network network(ctx);
  const Scene scene = ready_gateway(network);
  scene.kms.connection().reset();
  const auto again = network.accept(scene.listener, reconnect_limit);
  ctx.expect(again.has_value(), "DP-39", "another attempt within Tc", "none");
}

void failover(CaseContext& ctx) {
  Network network(ctx);
  const std::vector<Listener> listeners{network.listen(first_host), network.listen(second_host)};
  network.start_client(listeners);
  Peer first = Peer::accept(network, listeners[0]);
  Peer second = Peer::accept(network, listeners[1]);
  serve_network_keys(network, first);
  const oracle::Row& node = network.world().node(1);
  const std::int64_t join = network.trigger(node.id, node.key);
  const auto asked = first.await_request(dm::command::aa_mobile_node);
  ctx.expect(asked.has_value(), "DP-40", "a question to the first KMS", "none");
  first.connection().reset();
  const auto moved = second.await_request(dm::command::aa_mobile_node);
  ctx.expect(moved.has_value(), "DP-40", "the same question to the second KMS", "none");
  ctx.expect((moved->header.flags & dm::command_flag::retransmitted) != 0, "DP-40",
             "the T bit in a request that was sent before", "T clear");
  ctx.expect_equal("DP-40", "End-to-End Identifier", asked->header.end_to_end,
                   moved->header.end_to_end);
  second.send_as_it_is(node_answer(network.world(), second.host(), *moved, node));
  ctx.expect_equal("DP-40", "the join", "admitted", network.await_trigger(join).value_or("none"));
}

// The answer that counts comes by the connection that the question went out by.
void answer_by_another_way(CaseContext& ctx) {
  Network network(ctx);
  const std::vector<Listener> listeners{network.listen(first_host), network.listen(second_host)};
  network.start_client(listeners);
  Peer first = Peer::accept(network, listeners[0]);
  Peer second = Peer::accept(network, listeners[1]);
  serve_network_keys(network, first);
  const oracle::Row& node = network.world().node(1);
  const std::int64_t join = network.trigger(node.id, node.key);
  const auto asked = first.await_request(dm::command::aa_mobile_node);
  if (!asked) ctx.inconclusive("the gateway does not ask");
  second.send_as_it_is(unknown_node_answer(network.world(), second.host(), *asked));
  network.wait(network.quiet());
  first.send_as_it_is(node_answer(network.world(), first.host(), *asked, node));
  ctx.expect_equal("DP-41", "the join", "admitted", network.await_trigger(join).value_or("none"));
}

}  // namespace

void add_client_cases(harness::Registry& registry) {
  add_client_case(registry, "DP-36.GoodCer", "A gateway connects and begins with a good CER",
                  good_cer);
  add_client_case(registry, "DP-37.RefusingCea", "A CEA that refuses ends the connection",
                  refusing_cea);
  add_client_case(registry, "DP-38.CeaOfAnotherHost",
                  "A CEA of a host that was not called ends the connection", cea_of_another_host);
  add_client_case(registry, "DP-39.ComesAgain",
                  "A gateway that lost its KMS connects again after Tc", comes_again,
                  {"net.advance"});
  add_client_case(registry, "DP-40.Failover",
                  "A question that waits for a KMS that is lost goes to the next one, marked",
                  failover);
  add_client_case(registry, "DP-41.AnswerByAnotherWay",
                  "An answer by a connection that did not carry the question does not count",
                  answer_by_another_way);
}

}  // namespace touchstone::conformance::suites::diameter
