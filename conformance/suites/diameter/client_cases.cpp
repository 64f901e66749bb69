// A gateway as a client of the KMS that the runner plays: connection, failover, repeated requests
// (RFC 6733 §5.3, §5.5.4, §5.6; RFC 3539 §3.4.1; 004 §3, §A.3).

#include <fmt/format.h>

#include "conformance/oracle/diameter/grammar.h"
#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/kms_player.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr const char* second_host = "127.0.0.3";
constexpr Milliseconds watchdog_limit = 9000;  // Tw of 6 s, jitter and slack
constexpr Milliseconds look_again = 500;
constexpr Milliseconds reconnect_limit = 40000;  // Tc is 30 s (RFC 6733 §2.1)

void check_good_cer(CaseContext& ctx) {
  Network network(ctx);
  const Listener listener = network.listen(first_kms_host);
  network.start_client({listener});
  const auto connection = network.accept(listener);
  ctx.expect(connection.has_value(), "DP-36", "a connection when it starts", "none");
  Peer kms(network, *connection, first_kms_host);
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
  const Listener listener = network.listen(first_kms_host);
  network.start_client({listener});
  const auto connection = network.accept(listener);
  if (!connection) ctx.inconclusive("the gateway does not connect");
  Peer kms(network, *connection, first_kms_host);
  const auto cer = kms.await_request(dm::command::capabilities_exchange);
  if (!cer) ctx.inconclusive("the gateway sends no CER");
  dm::Message cea = make_cea(network.world(), first_kms_host, *cer);
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

void other_message_than_a_cea(CaseContext& ctx) {
  Network network(ctx);
  const Listener listener = network.listen(first_kms_host);
  network.start_client({listener});
  const auto connection = network.accept(listener);
  if (!connection) ctx.inconclusive("the gateway does not connect");
  Peer kms(network, *connection, first_kms_host);
  const auto cer = kms.await_request(dm::command::capabilities_exchange);
  if (!cer) ctx.inconclusive("the gateway sends no CER");
  dm::Message dwr = make_dwr(network.world(), first_kms_host);
  kms.send(dwr);
  expect_ended(ctx, "DP-43", *connection);
}

/// A gateway with two KMS, which has the keys of the network from the first.
struct TwoKms {
  std::vector<Listener> listeners;
  Peer first;
  Peer second;
};

TwoKms ready_with_two(Network& network, const Json& settings = Json::object()) {
  std::vector<Listener> listeners{network.listen(first_kms_host), network.listen(second_host)};
  network.start_client(listeners, settings);
  Peer first = Peer::accept(network, listeners[0]);
  Peer second = Peer::accept(network, listeners[1]);
  serve_network_keys(network, first);
  return {std::move(listeners), std::move(first), std::move(second)};
}

/// Whom a join of node `index` makes the gateway ask, 1 or 2; its answer is given.
int who_is_asked(Network& network, Peer& first, Peer& second, std::size_t index) {
  const oracle::Row& node = network.world().node(index);
  const std::int64_t join = network.trigger(node.id, node.key);
  int who = 0;
  for (Peer* kms : {&first, &second}) {
    ++who;
    const auto amr = kms->await_request(dm::command::aa_mobile_node, network.quiet());
    if (!amr) continue;
    kms->send_as_it_is(node_answer(network.world(), kms->host(), *amr, node));
    if (network.await_trigger(join) != "admitted") network.ctx().inconclusive("no admission");
    return who;
  }
  network.ctx().inconclusive("no KMS is asked");
}

/// Watchdogs that have come to `kms` are answered, so that it stays.
void keep_alive(Peer& kms) {
  static_cast<void>(kms.await_request(dm::command::aa_mobile_node, 0));
}

/// The next DWR on the connection that has come back, answered.
void answer_watchdog(Network& network, Peer& again, Peer& other) {
  again.answer_watchdogs(false);
  std::optional<dm::Message> dwr;
  const Milliseconds until = network.now() + watchdog_limit;
  while (!dwr && network.now() < until) {
    dwr = again.await_request(dm::command::device_watchdog, look_again);
    keep_alive(other);
  }
  network.ctx().expect(dwr.has_value(), "DP-42", "a DWR on a connection that has come back",
                       "none");
  again.send_as_it_is(make_answer(network.world(), again.host(), *dwr));
  again.answer_watchdogs(true);
}

Peer accept_again(Network& network, const Listener& listener, Peer& other) {
  const Milliseconds until = network.now() + reconnect_limit;
  std::optional<Connection> connection;
  while (!connection && network.now() < until) {
    connection = network.accept(listener, look_again);
    keep_alive(other);
  }
  if (!connection) network.ctx().inconclusive("the gateway does not come again");
  Peer again(network, *connection, listener.address.host);
  const auto cer = again.await_request(dm::command::capabilities_exchange);
  if (!cer) network.ctx().inconclusive("the gateway comes again and sends no CER");
  again.send_as_it_is(make_cea(network.world(), again.host(), *cer));
  return again;
}

void trusted_again_after_three(CaseContext& ctx) {
  Network network(ctx);
  auto [listeners, first, second] = ready_with_two(network, {{"tw_ms", 6000}});
  if (who_is_asked(network, first, second, 1) != 1) ctx.inconclusive("the second KMS is asked");
  first.connection().reset();
  Peer again = accept_again(network, listeners[0], second);
  answer_watchdog(network, again, second);
  ctx.expect_equal("DP-42", "the KMS that is asked after one watchdog", 2,
                   who_is_asked(network, again, second, 2));
  answer_watchdog(network, again, second);
  answer_watchdog(network, again, second);
  network.wait(network.quiet());
  ctx.expect_equal("DP-42", "the KMS that is asked after three", 1,
                   who_is_asked(network, again, second, 3));
}

void comes_again(CaseContext& ctx) {
  Network network(ctx);
  const ReadyGateway scene = ready_gateway(network);
  scene.kms.connection().reset();
  const auto again = network.accept(scene.listener, reconnect_limit);
  ctx.expect(again.has_value(), "DP-39", "another attempt within Tc", "none");
}

void failover(CaseContext& ctx) {
  Network network(ctx);
  auto [listeners, first, second] = ready_with_two(network);
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
  auto [listeners, first, second] = ready_with_two(network);
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
                  check_good_cer);
  add_client_case(registry, "DP-37.RefusingCea", "A CEA that refuses ends the connection",
                  refusing_cea);
  add_client_case(registry, "DP-43.AnotherMessageThanACea",
                  "Another message than the CEA that is due ends the connection",
                  other_message_than_a_cea);
  add_client_case(registry, "DP-42.TrustedAfterThreeWatchdogs",
                  "A KMS that was lost is asked again when it has answered three watchdogs",
                  trusted_again_after_three, {"diameter.timers", "net.advance"});
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
