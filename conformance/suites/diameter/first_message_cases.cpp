// What may come first on a connection, and what is no Diameter at all (RFC 6733 §2.1, §5.6.1).

#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr Milliseconds short_cer_limit = 2000;

// A connection of a new server that first says `octets`.
void expect_end_after(CaseContext& ctx, std::string_view requirement, OctetView octets) {
  Network network(ctx);
  network.start_server();
  const Connection stranger = network.open();
  stranger.send(octets);
  expect_ended(ctx, requirement, stranger);
}

void watchdog_first(CaseContext& ctx) {
  const World world = make_world(ctx);
  expect_end_after(ctx, "DP-01", dm::encode(make_dwr(world, world.gateways[0])));
}

void key_request_first(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::connect(network, network.world().gateways[0]);
  dm::Message amr = make_amr(network.world(), peer.host(), network.world().node(1).id);
  const auto answer = peer.ask(amr);
  ctx.expect(!answer || answer->find(dm::avp::fa_to_mn_msa) == nullptr, "DP-01",
             "no key before the capabilities are exchanged", "an answer with a key");
  expect_ended(ctx, "DP-01", peer.connection());
}

void unasked_cea_first(CaseContext& ctx) {
  const World world = make_world(ctx);
  const dm::Message cer = make_cer(world, world.gateways[0]);
  expect_end_after(ctx, "DP-01", dm::encode(make_cea(world, world.gateways[0], cer)));
}

void other_protocol(CaseContext& ctx) {
  expect_end_after(ctx, "DP-02", as_octets("GET / HTTP/1.1\r\nHost: kms.example\r\n\r\n"));
}

// The first octets of a CER whose length is a lie; nothing follows that would fill it.
void expect_end_after_length(CaseContext& ctx, std::uint32_t length) {
  const World world = make_world(ctx);
  dm::Message cer = make_cer(world, world.gateways[0]);
  cer.stated_length = length;
  expect_end_after(ctx, "DP-02", dm::encode(cer));
}

void length_below_header(CaseContext& ctx) {
  expect_end_after_length(ctx, 16);
}

void length_of_sixteen_megabytes(CaseContext& ctx) {
  expect_end_after_length(ctx, 0xfffffc);
}

void length_not_of_words(CaseContext& ctx) {
  const World world = make_world(ctx);
  const dm::Message cer = make_cer(world, world.gateways[0]);
  expect_end_after_length(ctx, static_cast<std::uint32_t>(dm::encode(cer).size() + 2));
}

void silence_first(CaseContext& ctx) {
  Network network(ctx);
  network.start_server({{"cer_ms", short_cer_limit}});
  const Connection silent = network.open();
  ctx.expect(silent.is_quiet(short_cer_limit / 2), "DP-03", "time for a CER", "ended at once");
  expect_ended(ctx, "DP-03", silent, short_cer_limit * 3);
}

void idle_connections_delay_nobody(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  const Peer first = Peer::connect(network, network.world().gateways[0]);
  for (int i = 0; i < 40; ++i)
    (void)network.open();
  Peer peer = first;
  const Milliseconds asked = network.now();
  const auto cea = peer.ask(make_cer(network.world(), peer.host()));
  expect_result(ctx, "DP-04", cea, peer.connection(), {dm::result::success});
  ctx.expect(network.now() - asked < 1000, "DP-04", "a CEA within a second", "a late one");
}

}  // namespace

void add_first_message_cases(harness::Registry& registry) {
  add_server_case(registry, "DP-01.DwrFirstEndsTheConnection",
                  "A connection whose first message is a DWR is ended", watchdog_first);
  add_server_case(registry, "DP-01.AmrFirstEndsTheConnection",
                  "A key request before the capabilities exchange gets no key, and the end",
                  key_request_first);
  add_server_case(registry, "DP-01.CeaFirstEndsTheConnection",
                  "A connection whose first message is an answer is ended", unasked_cea_first);
  add_server_case(registry, "DP-02.TextOfAnotherProtocol",
                  "A connection that speaks another protocol is ended", other_protocol);
  add_server_case(registry, "DP-02.LengthBelowTheHeader",
                  "A message length under 20 ends the connection", length_below_header);
  add_server_case(registry, "DP-02.LengthOfSixteenMegabytes",
                  "A stranger that announces 16 MB is not waited for", length_of_sixteen_megabytes);
  add_server_case(registry, "DP-02.LengthThatIsNoMultipleOfFour",
                  "A message length that is no multiple of 4 ends the connection",
                  length_not_of_words);
  add_server_case(registry, "DP-03.SilenceEndsTheConnection",
                  "A connection without a CER is ended after the time for it", silence_first,
                  {"diameter.timers", "net.advance"});
  add_server_case(registry, "DP-04.IdleConnectionsDelayNobody",
                  "Forty idle connections do not keep a good CER from its CEA",
                  idle_connections_delay_nobody);
}

}  // namespace touchstone::conformance::suites::diameter
