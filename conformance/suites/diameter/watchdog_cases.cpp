// The watchdog of RFC 3539 §3.4.1, seen from the peer that it watches.

#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr Milliseconds tw = 6000;  // the floor of RFC 3539 §3.4.1
constexpr Milliseconds jitter = 2000;
constexpr Milliseconds slack = 500;

Peer watched(Network& network) {
  network.start_server({{"tw_ms", tw}});
  Peer peer = Peer::open(network, network.world().gateways[0]);
  peer.answer_watchdogs(false);
  return peer;
}

void idle_peer_is_asked(CaseContext& ctx) {
  Network network(ctx);
  Peer peer = watched(network);
  const Milliseconds opened = network.now();
  const auto dwr = peer.await_request(dm::command::device_watchdog, tw + jitter + slack);
  ctx.expect(dwr.has_value(), "DP-25", "a DWR after Tw and its jitter",
             show_answer(dwr, peer.connection()));
  ctx.expect(network.now() - opened >= tw - jitter - slack, "DP-25", "no DWR before Tw - 2 s",
             "one too early");
  ctx.expect_equal("DP-25", "Origin-Host of the DWR", network.world().kms_host,
                   dwr->text_of(dm::avp::origin_host));
}

void silent_peer_is_given_up(CaseContext& ctx) {
  Network network(ctx);
  Peer peer = watched(network);
  const auto first = peer.await_request(dm::command::device_watchdog, tw + jitter + slack);
  ctx.expect(first.has_value(), "DP-26", "a DWR", "none");
  const auto second = peer.await_request(dm::command::device_watchdog, 2 * (tw + jitter) + slack);
  ctx.expect(!second, "DP-26", "one DWR at a time", "a second one before the answer");
  expect_ended(ctx, "DP-26", peer.connection());
}

void answering_peer_is_kept(CaseContext& ctx) {
  Network network(ctx);
  Peer peer = watched(network);
  for (int i = 0; i < 4; ++i) {
    const auto dwr = peer.await_request(dm::command::device_watchdog, tw + jitter + slack);
    ctx.expect(dwr.has_value(), "DP-26", "a DWR every Tw", show_answer(dwr, peer.connection()));
    peer.send_as_it_is(make_answer(network.world(), peer.host(), *dwr));
  }
  expect_serving(ctx, "DP-26", network, peer);
}

void traffic_puts_it_off(CaseContext& ctx) {
  Network network(ctx);
  Peer peer = watched(network);
  for (int i = 0; i < 6; ++i) {
    const auto early = peer.await_request(dm::command::device_watchdog, tw - jitter - slack);
    ctx.expect(!early, "DP-27", "no DWR while the peer speaks", "a DWR");
    expect_serving(ctx, "DP-27", network, peer);
  }
}

}  // namespace

void add_watchdog_cases(harness::Registry& registry) {
  const std::vector<std::string> needs{"diameter.timers", "net.advance"};
  add_server_case(registry, "DP-25.IdlePeerIsAsked", "A peer that is idle for Tw gets a DWR",
                  idle_peer_is_asked, needs);
  add_server_case(registry, "DP-26.SilentPeerIsGivenUp",
                  "A peer that leaves its DWR unanswered is given up within three Tw",
                  silent_peer_is_given_up, needs);
  add_server_case(registry, "DP-26.AnsweringPeerIsKept", "A peer that answers its DWRs stays open",
                  answering_peer_is_kept, needs);
  add_server_case(registry, "DP-27.TrafficPutsTheDwrOff",
                  "Any message of a peer puts the next DWR off", traffic_puts_it_off, needs);
}

}  // namespace touchstone::conformance::suites::diameter
