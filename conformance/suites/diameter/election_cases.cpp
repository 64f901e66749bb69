// Both sides connect at once (RFC 6733 §5.6.4).

#include <fmt/format.h>

#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

// A server that connects to its first gateway, which is the runner and has `host`; both connections
// have their CER and neither its CEA.
struct Crossing {
  Peer theirs;  // begun by the server
  Peer ours;
  dm::Message their_cer;
  dm::Message our_cer;
};

Crossing cross(Network& network, const std::string& host) {
  network.world().gateways.front() = host;
  const Listener listener = network.listen(host);
  std::string config = server_config(network.world());
  const std::string plain = fmt::format("PeerTable.0.URI=aaa://{}\n", host);
  config.replace(config.find(plain), plain.size(),
                 fmt::format("PeerTable.0.URI=aaa://{}:{}\nPeerTable.0.PeerConnecting=true\n", host,
                             listener.address.port));
  network.start_server({{"config", config}});
  const auto connection = network.accept(listener);
  if (!connection) network.ctx().inconclusive("the server does not connect to its peer");
  Crossing crossing{{network, *connection, host}, Peer::connect(network, host), {}, {}};
  const auto cer = crossing.theirs.await_request(dm::command::capabilities_exchange);
  if (!cer) network.ctx().inconclusive("the server connects and sends no CER");
  crossing.their_cer = *cer;
  crossing.our_cer = make_cer(network.world(), host);
  crossing.ours.send(crossing.our_cer);
  return crossing;
}

void server_wins(CaseContext& ctx) {
  Network network(ctx);
  Crossing crossing = cross(network, "127.0.0.9");  // under kms.example
  expect_ended(ctx, "DP-34", crossing.theirs.connection());
  const auto cea = crossing.ours.answer_to(crossing.our_cer);
  expect_result(ctx, "DP-34", cea, crossing.ours.connection(), {dm::result::success});
  expect_serving(ctx, "DP-34", network, crossing.ours);
}

void server_loses(CaseContext& ctx) {
  Network network(ctx);
  network.world().kms_host = "127.0.0.1";  // under 127.0.0.9
  Crossing crossing = cross(network, "127.0.0.9");
  ctx.expect(crossing.theirs.connection().is_quiet(), "DP-34",
             "the loser keeps the connection that it began", "it is ended");
  crossing.theirs.send_as_it_is(
      make_cea(network.world(), crossing.theirs.host(), crossing.their_cer));
  expect_ended(ctx, "DP-34", crossing.ours.connection());
  expect_serving(ctx, "DP-34", network, crossing.theirs);
}

}  // namespace

void add_election_cases(harness::Registry& registry) {
  const std::vector<std::string> needs{"net.listen", "diameter.connecting_server"};
  add_server_case(registry, "DP-34.HigherIdentityKeepsTheResponder",
                  "A server that wins the election ends the connection that it began", server_wins,
                  needs);
  add_server_case(registry, "DP-34.LowerIdentityKeepsTheInitiator",
                  "A server that loses the election stays on the connection that it began",
                  server_loses, needs);
}

}  // namespace touchstone::conformance::suites::diameter
