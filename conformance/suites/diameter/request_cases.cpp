// Requests and answers on their way: whose answer it is, repeated requests, cut streams, peers that
// do not read (RFC 6733 §3, §6.1, §6.2).

#include <fmt/format.h>

#include <algorithm>

#include "conformance/generators/keyring.h"
#include "conformance/harness/property.h"
#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {
namespace {

void each_asker_gets_its_own(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer first = Peer::open(network, network.world().gateways[0]);
  Peer second = Peer::open(network, network.world().gateways[1]);
  const oracle::Row& one = network.world().node(0);
  const oracle::Row& two = network.world().node(1);
  dm::Message asked_first = make_amr(network.world(), first.host(), one.id);
  dm::Message asked_second = make_amr(network.world(), second.host(), two.id);
  first.send(asked_first);
  second.send(asked_second);
  const auto answer_second = second.answer_to(asked_second);
  const auto answer_first = first.answer_to(asked_first);
  expect_node_key(ctx, "DP-28", answer_first, first, one);
  expect_node_key(ctx, "DP-28", answer_second, second, two);
  ctx.expect_equal("DP-28", "Session-Id", asked_first.text_of(dm::avp::session_id),
                   answer_first->text_of(dm::avp::session_id));
  ctx.expect_equal("DP-28", "End-to-End Identifier", asked_first.header.end_to_end,
                   answer_first->header.end_to_end);
}

void many_in_one_segment(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  Octets segment;
  std::vector<dm::Message> asked;
  for (std::uint32_t i = 0; i < 8; ++i) {
    const std::size_t node = i % network.world().keyring.rows.size();
    dm::Message amr = make_amr(network.world(), peer.host(), network.world().node(node).id);
    amr.header.hop_by_hop = 100 + i;
    amr.header.end_to_end = 100 + i;
    const Octets octets = dm::encode(amr);
    segment.insert(segment.end(), octets.begin(), octets.end());
    asked.push_back(std::move(amr));
  }
  peer.connection().send(segment);
  std::vector<dm::Message> answers;
  while (answers.size() < asked.size()) {
    auto answer = peer.next();
    ctx.expect(answer.has_value(), "DP-28", "eight answers", fmt::format("{}", answers.size()));
    if (!answer->header.is_request()) answers.push_back(*std::move(answer));
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const auto found = std::ranges::find_if(answers, [&](const dm::Message& one) {
      return one.header.hop_by_hop == asked[i].header.hop_by_hop;
    });
    ctx.expect(found != answers.end(), "DP-28", "an answer to each request", "one is missing");
    expect_node_key(ctx, "DP-28", *found, peer,
                    network.world().node(i % network.world().keyring.rows.size()));
  }
}

void octet_by_octet(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::connect(network, network.world().gateways[0]);
  const oracle::Row& node = network.world().node(1);
  dm::Message cer = make_cer(network.world(), peer.host());
  dm::Message amr = make_amr(network.world(), peer.host(), node.id);
  amr.header.hop_by_hop = 77;
  for (const dm::Message* message : {&cer, &amr})
    for (const std::uint8_t octet : dm::encode(*message))
      peer.connection().send({&octet, 1});
  const auto cea = peer.answer_to(cer);
  expect_result(ctx, "DP-29", cea, peer.connection(), {dm::result::success});
  expect_node_key(ctx, "DP-29", peer.answer_to(amr), peer, node);
}

// A stream with cuts at these places, in octets.
struct Cuts {
  std::vector<std::uint32_t> places;
};
void to_json(Json& json, const Cuts& cuts) {
  json = {{"cuts", cuts.places}};
}
void from_json(const Json& json, Cuts& cuts) {
  json.at("cuts").get_to(cuts.places);
}

// What a peer says in one stream, and the answers to it, in their order.
std::vector<Octets> answers_to_cut_stream(Network& network, const Cuts& cuts) {
  Peer peer = Peer::connect(network, network.world().gateways[0]);
  Octets stream = dm::encode(make_cer(network.world(), peer.host()));
  dm::Message dwr = make_dwr(network.world(), peer.host());
  dm::Message amr = make_amr(network.world(), peer.host(), network.world().node(1).id);
  amr.set(dm::text(dm::avp::session_id, "gw;1;1"));
  for (const dm::Message* message : {&dwr, &amr, &dwr}) {
    const Octets octets = dm::encode(*message);
    stream.insert(stream.end(), octets.begin(), octets.end());
  }
  std::vector<std::size_t> places;
  for (const std::uint32_t place : cuts.places)
    places.push_back(place % stream.size());
  places.push_back(stream.size());
  std::ranges::sort(places);
  std::size_t at = 0;
  for (const std::size_t place : places) {
    if (place > at) peer.connection().send(OctetView(stream).subspan(at, place - at));
    at = std::max(at, place);
  }
  std::vector<Octets> answers;
  while (answers.size() < 4) {
    auto message = peer.connection().receive();
    if (!message) break;
    // A peer that was lost before is asked at once whether it is there (RFC 3539 §3.4.1).
    if (dm::decode(*message).message.header.is_request()) continue;
    answers.push_back(*std::move(message));
  }
  peer.connection().close();
  return answers;
}

void any_cut(CaseContext& ctx) {
  harness::property<Cuts>(
      ctx, "cuts", {.classes = {}, .cost = 4, .fresh_sandbox = true},
      [] {
        Cuts cuts;
        for (int i = 0; i < 6; ++i)
          cuts.places.push_back(generators::draw_below(10000));
        return cuts;
      },
      [](CaseContext& inner, const Cuts& cuts) {
        Network network(inner);
        network.start_server();
        const std::vector<Octets> answers = answers_to_cut_stream(network, cuts);
        inner.expect(answers.size() == 4, "DP-29", "the same four answers however it is cut",
                     fmt::format("{} answers", answers.size()));
        for (const Octets& octets : answers)
          inner.expect(
              dm::decode(octets).message.number_of(dm::avp::result_code) == dm::result::success,
              "DP-29", "success in each", "another Result-Code");
      });
}

void repeated_request(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  dm::Message amr = make_code_download_amr(network.world(), peer.host());
  const auto first = (peer.send(amr), peer.answer_to(amr));
  expect_result(ctx, "DP-30", first, peer.connection(), {dm::result::success});
  amr.header.flags |= dm::command_flag::retransmitted;
  amr.header.hop_by_hop += 1000;
  peer.send_as_it_is(amr);
  auto again = peer.answer_to(amr);
  expect_result(ctx, "DP-30", again, peer.connection(), {dm::result::success});
  again->header.hop_by_hop = first->header.hop_by_hop;
  ctx.expect(dm::encode(*again) == dm::encode(*first), "DP-30",
             "the same answer, octet for octet but for Hop-by-Hop", "another one");
}

void retransmission_seen_first(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  const oracle::Row& node = network.world().node(1);
  dm::Message amr = make_amr(network.world(), peer.host(), node.id);
  amr.header.flags |= dm::command_flag::retransmitted;
  peer.send(amr);
  const auto answer = peer.answer_to(amr);
  expect_node_key(ctx, "DP-31", answer, peer, node);
  ctx.expect((answer->header.flags & dm::command_flag::retransmitted) == 0, "DP-31",
             "T clear in an answer", "T set");
}

void other_host_than_the_peer(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Peer peer = Peer::open(network, network.world().gateways[0]);
  const dm::Message amr =
      make_amr(network.world(), network.world().gateways[1], network.world().node(1).id);
  const auto answer = peer.ask(amr);
  ctx.expect(!answer || answer->find(dm::avp::fa_to_mn_msa) == nullptr, "DP-32",
             "no key for who speaks for another host", "an AMA with a key");
  expect_result(ctx, "DP-32", answer, peer.connection(), {dm::result::authorization_rejected});
}

void reader_that_stops(CaseContext& ctx) {
  constexpr int requests = 6000;
  constexpr std::size_t segment = 65536;
  Network network(ctx);
  network.start_server();
  Peer lazy = Peer::open(network, network.world().gateways[0]);
  Peer other = Peer::open(network, network.world().gateways[1]);
  lazy.connection().stall(true);
  dm::Message amr = make_amr(network.world(), lazy.host(), network.world().node(1).id);
  Octets batch;
  for (std::uint32_t i = 0; i < requests; ++i) {
    amr.header.hop_by_hop = amr.header.end_to_end = 0x10000 + i;
    const Octets octets = dm::encode(amr);
    batch.insert(batch.end(), octets.begin(), octets.end());
  }
  for (std::size_t at = 0; at < batch.size(); at += segment)
    lazy.connection().send(OctetView(batch).subspan(at, std::min(segment, batch.size() - at)));
  expect_serving(ctx, "DP-33", network, other);
  lazy.connection().stall(false);
  int answers = 0;
  while (lazy.connection().receive(network.patience()))
    ++answers;
  ctx.expect(answers >= requests, "DP-33", "every answer, once the peer reads again",
             fmt::format("{} of {}", answers, requests));
}

}  // namespace

void add_request_cases(harness::Registry& registry) {
  add_server_case(registry, "DP-28.EachAskerGetsItsOwnAnswer",
                  "Two gateways that ask at once get the answers to their own questions",
                  each_asker_gets_its_own);
  add_server_case(registry, "DP-28.ManyRequestsInOneSegment",
                  "Eight requests in one segment get eight answers", many_in_one_segment);
  add_server_case(registry, "DP-29.OctetByOctet",
                  "A stream that comes octet by octet is understood", octet_by_octet);
  add_server_case(registry, "DP-29.AnyCutOfTheStream",
                  "However a stream is cut, its answers are the same", any_cut);
  add_server_case(registry, "DP-30.RepeatedRequest",
                  "A request that is sent again gets the same answer again", repeated_request);
  add_server_case(registry, "DP-31.RetransmissionSeenFirst",
                  "A request with the T bit that is seen first is served",
                  retransmission_seen_first);
  add_server_case(registry, "DP-32.OtherHostThanThePeer",
                  "A gateway that asks in another's name gets no key", other_host_than_the_peer);
  add_server_case(registry, "DP-33.ReaderThatStops",
                  "A gateway that stops reading harms nobody and loses nothing", reader_that_stops,
                  {"net.stall"});
}

}  // namespace touchstone::conformance::suites::diameter
