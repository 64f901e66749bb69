// An open peer: watchdogs, disconnection, a second CER, a second connection (RFC 6733 §5.4, §5.5,
// §5.6).

#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

void watchdog_is_answered(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  expect_serving(ctx, "DP-17", network, peer);
  expect_serving(ctx, "DP-17", network, peer);
}

void watchdog_without_host(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  dm::Message dwr = make_dwr(network.world(), peer.host());
  const auto dwa = peer.ask(dwr.remove(dm::avp::origin_host));
  expect_result(ctx, "DP-18", dwa, peer.connection(), {dm::result::missing_avp});
  expect_failed(ctx, "DP-18", *dwa, dm::avp::origin_host);
  expect_serving(ctx, "DP-18", network, peer);
}

void disconnection_without_cause(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  dm::Message dpr = make_dpr(network.world(), peer.host());
  const auto dpa = peer.ask(dpr.remove(dm::avp::disconnect_cause));
  expect_result(ctx, "DP-18", dpa, peer.connection(), {dm::result::missing_avp});
  expect_failed(ctx, "DP-18", *dpa, dm::avp::disconnect_cause);
}

void second_cer(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  const auto cea = peer.ask(make_cer(network.world(), peer.host()));
  ctx.expect(cea.has_value(), "DP-19", "an answer to a second CER",
             show_answer(cea, peer.connection()));
  ctx.info(cea->number_of(dm::avp::result_code) == dm::result::success
               ? "a second CER is answered with 2001, as RFC 3588 has it"
               : "a second CER is refused, as RFC 6733 has it");
  expect_serving(ctx, "DP-19", network, peer);
}

void second_connection(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer old = Peer::open(network, network.world().gateways[0]);
  Peer fresh = Peer::connect(network, old.host());
  const auto cea = fresh.ask(make_cer(network.world(), old.host()));
  ctx.expect(!cea || cea->number_of(dm::avp::result_code) != dm::result::success, "DP-20",
             "no second connection of one peer", show_answer(cea, fresh.connection()));
  expect_ended(ctx, "DP-20", fresh.connection());
  expect_serving(ctx, "DP-20", network, old);
}

void disconnection(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  for (const std::uint32_t cause : {0U, 1U, 2U}) {
    Peer peer = Peer::open(network, network.world().gateways[0]);
    const auto dpa = peer.ask(make_dpr(network.world(), peer.host(), cause));
    expect_result(ctx, "DP-21", dpa, peer.connection(), {dm::result::success});
    peer.connection().close();
    network.wait(network.quiet());
  }
}

void nothing_after_disconnection(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  dm::Message dpr = make_dpr(network.world(), peer.host());
  dm::Message amr = make_amr(network.world(), peer.host(), network.world().node(1).id);
  Octets both = dm::encode(dpr);
  const Octets second = dm::encode(amr);
  both.insert(both.end(), second.begin(), second.end());
  peer.connection().send(both);
  while (const auto message = peer.next())
    ctx.expect(message->find(dm::avp::fa_to_mn_msa) == nullptr, "DP-22",
               "no key for a peer that has said goodbye", "an AMA with a key");
}

void orderly_end(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  network.stop();
  const auto dpr = peer.await_request(dm::command::disconnect_peer);
  ctx.expect(dpr.has_value(), "DP-23", "a DPR before the end", show_answer(dpr, peer.connection()));
  ctx.expect(dpr->number_of(dm::avp::disconnect_cause).value_or(9) <= 2, "DP-23",
             "a Disconnect-Cause of RFC 6733 §5.4.3", "none or another");
  peer.send_as_it_is(make_answer(network.world(), peer.host(), *dpr));
  expect_ended(ctx, "DP-23", peer.connection());
}

void unasked_answers(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  dm::Message dwr = make_dwr(network.world(), peer.host());
  dm::Message amr = make_amr(network.world(), peer.host(), network.world().node(1).id);
  for (dm::Message* asked : {&dwr, &amr}) {
    asked->header.hop_by_hop = 0xdeadbeef;
    peer.send_as_it_is(make_answer(network.world(), peer.host(), *asked));
  }
  ctx.expect(peer.connection().is_quiet(), "DP-24", "silence", "a message or the end");
  expect_serving(ctx, "DP-24", network, peer);
}

}  // namespace

void add_open_peer_cases(harness::Registry& registry) {
  add_server_case(registry, "DP-17.DwrIsAnswered", "A DWR of an open peer is answered with 2001",
                  watchdog_is_answered);
  add_server_case(registry, "DP-18.DwrWithoutOriginHost",
                  "A DWR that breaks its format is answered with 5005; the peer stays open",
                  watchdog_without_host);
  add_server_case(registry, "DP-18.DprWithoutCause",
                  "A DPR that breaks its format is answered with 5005",
                  disconnection_without_cause);
  add_server_case(registry, "DP-19.SecondCerKeepsThePeer",
                  "A second CER on an open connection is answered, and the peer stays open",
                  second_cer);
  add_server_case(registry, "DP-20.SecondConnectionIsRejected",
                  "A second connection of an open peer is ended and the first one lives",
                  second_connection);
  add_server_case(registry, "DP-21.DprIsAnswered",
                  "A DPR is answered with 2001, and the peer may come again", disconnection);
  add_server_case(registry, "DP-22.NothingAfterDpr", "A key request behind a DPR gets no key",
                  nothing_after_disconnection);
  add_server_case(registry, "DP-23.OrderlyEnd", "A server that ends says so by a DPR", orderly_end,
                  {"net.stop"});
  add_server_case(registry, "DP-24.UnaskedAnswersAreDropped",
                  "Answers that nobody waits for are passed over", unasked_answers);
}

}  // namespace touchstone::conformance::suites::diameter
