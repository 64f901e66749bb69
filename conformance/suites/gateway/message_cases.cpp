// The messages of a join (docs/formats/join.md), by nodes that the runner plays.

#include "conformance/oracle/join_message.h"
#include "conformance/suites/gateway/cases.h"
#include "conformance/suites/gateway/scene.h"

namespace touchstone::conformance::suites::gateway {
namespace {

using oracle::JoinMessage;
namespace join_code = oracle::join_code;
namespace join_type = oracle::join_type;

constexpr std::int64_t first_node = 1;
constexpr std::int64_t second_node = 2;

/// A gateway to which the first node of the keyring has been made known.
struct Scene {
  explicit Scene(CaseContext& ctx) : network(ctx), ready(diameter::ready_gateway(network)) {
    if (join(network, ready.kms, known(), Says::key).result != "admitted")
      ctx.inconclusive("a node cannot join");
  }
  [[nodiscard]] const oracle::Row& known() const { return network.world().node(1); }

  Network network;
  ReadyGateway ready;
};

JoinMessage request_of(std::uint32_t node, std::uint8_t attempt) {
  JoinMessage request{.node_id = node};
  request.node_nonce.fill(static_cast<std::uint8_t>(0x40 + attempt));
  return request;
}

std::optional<JoinMessage> answer_to(Network& network, std::int64_t sender,
                                     const JoinMessage& message,
                                     std::optional<Milliseconds> within = {}) {
  network.send_datagram(sender, oracle::print_join(message));
  const auto octets = network.receive_datagram(sender, within);
  return octets ? oracle::read_join(*octets) : std::nullopt;
}

std::optional<JoinMessage> next_message(Network& network, std::int64_t node) {
  const auto octets = network.receive_datagram(node);
  return octets ? oracle::read_join(*octets) : std::nullopt;
}

/// The KMS gives the key of the node if it is asked.
void answer_question(Network& network, Peer& kms, const oracle::Row& node) {
  if (const auto amr = kms.await_request(dm::command::aa_mobile_node))
    kms.send_as_it_is(diameter::node_answer(network.world(), kms.host(), *amr, node));
}

JoinMessage challenge_for(Network& network, std::int64_t sender, const JoinMessage& request) {
  const auto challenge = answer_to(network, sender, request);
  if (!challenge || challenge->type != join_type::challenge)
    network.ctx().inconclusive("no challenge to a good request");
  return *challenge;
}

JoinMessage proof_for(const JoinMessage& challenge, const oracle::Key16& key) {
  JoinMessage proof = challenge;
  proof.type = join_type::proof;
  proof.mac = oracle::join_mac(key, proof);
  return proof;
}

/// Nobody answers `octets`.
void expect_dropped(Network& network, std::string_view requirement, std::int64_t sender,
                    OctetView octets, const std::string& what) {
  network.send_datagram(sender, octets);
  network.ctx().expect(!network.receive_datagram(sender, network.quiet()), requirement,
                       "no answer to " + what, "an answer");
}

void requests_get_challenges(CaseContext& ctx) {
  Scene scene(ctx);
  oracle::Key16 last{};
  for (std::uint8_t attempt = 1; attempt <= 3; ++attempt) {
    const JoinMessage request = request_of(scene.known().id, attempt);
    const auto challenge = answer_to(scene.network, first_node, request);
    ctx.expect(challenge.has_value(), "JN-01", "a challenge", "none, or another message");
    ctx.expect(challenge->type == join_type::challenge && challenge->node_id == request.node_id &&
                   challenge->node_nonce == request.node_nonce,
               "JN-01", "a challenge for the node and its nonce", "another message");
    ctx.expect(challenge->gateway_nonce != last && challenge->gateway_nonce != oracle::Key16{},
               "JN-01", "a gateway nonce that is new in every attempt",
               "one that was there before");
    last = challenge->gateway_nonce;
  }
}

/// A good request, changed in one octet or cut.
void others_are_dropped(CaseContext& ctx) {
  Scene scene(ctx);
  const Octets good = oracle::print_join(request_of(scene.known().id, 1));
  const auto changed = [&](std::size_t at, std::uint8_t value) {
    Octets octets = good;
    octets.at(at) = value;
    return octets;
  };
  Octets longer = good;
  longer.push_back(0);
  const std::pair<Octets, const char*> broken[] = {
      {changed(0, 'X'), "another magic"},
      {changed(4, 0), "type 0"},
      {changed(4, 5), "type 5"},
      {changed(4, join_type::challenge), "a challenge"},
      {changed(5, 1), "a code in a request"},
      {changed(6, 1), "an octet where 0 stands"},
      {changed(28, 1), "a gateway nonce in a request"},
      {longer, "a request that is too long"},
      {Octets(good.begin(), good.end() - 1), "a request that is too short"},
      {Octets(), "nothing"}};
  for (const auto& [octets, what] : broken)
    expect_dropped(scene.network, "JN-02", first_node, octets, what);
  static_cast<void>(challenge_for(scene.network, first_node, request_of(scene.known().id, 1)));
}

void challenges_are_for_one(CaseContext& ctx) {
  Scene scene(ctx);
  const JoinMessage challenge =
      challenge_for(scene.network, first_node, request_of(scene.known().id, 1));
  const JoinMessage proof = proof_for(challenge, scene.known().key);
  expect_dropped(scene.network, "JN-03", second_node, oracle::print_join(proof),
                 "the proof of another sender");
  JoinMessage other = challenge;
  other.gateway_nonce.at(15) ^= 1;
  expect_dropped(scene.network, "JN-03", first_node,
                 oracle::print_join(proof_for(other, scene.known().key)),
                 "a proof with a nonce that was not given");
  other = challenge;
  other.node_nonce.at(0) ^= 1;
  expect_dropped(scene.network, "JN-03", first_node,
                 oracle::print_join(proof_for(other, scene.known().key)),
                 "a proof for another node nonce");
}

void admission_is_proved(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway ready = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  const JoinMessage challenge = challenge_for(network, first_node, request_of(node.id, 1));
  network.send_datagram(first_node, oracle::print_join(proof_for(challenge, node.key)));
  answer_question(network, ready.kms, node);
  const auto result = next_message(network, first_node);
  ctx.expect(result && result->type == join_type::result && result->code == join_code::admitted,
             "JN-04", "admitted", "another message, or none");
  ctx.expect(result->mac == oracle::join_mac(node.key, *result), "JN-04",
             "the MAC that proves that the gateway has the key", "another one");
  ctx.expect(result->node_nonce == challenge.node_nonce &&
                 result->gateway_nonce == challenge.gateway_nonce,
             "JN-04", "both nonces of the attempt in the result", "others");
}

void refusal_proves_nothing(CaseContext& ctx) {
  Scene scene(ctx);
  JoinMessage proof = proof_for(
      challenge_for(scene.network, first_node, request_of(scene.known().id, 1)), scene.known().key);
  proof.mac.at(3) ^= 1;
  scene.network.send_datagram(first_node, oracle::print_join(proof));
  answer_question(scene.network, scene.ready.kms, scene.known());
  const auto result = next_message(scene.network, first_node);
  ctx.expect(result && result->type == join_type::result && result->code == join_code::refused,
             "JN-05", "refused, for a MAC that does not hold", "another message, or none");
  ctx.expect(result->mac == oracle::Key16{}, "JN-05", "no MAC in a refusal", "one");
}

void old_challenges_are_over(CaseContext& ctx) {
  Scene scene(ctx);
  const JoinMessage challenge =
      challenge_for(scene.network, first_node, request_of(scene.known().id, 1));
  for (int i = 0; i < 7; ++i)  // in pieces, so that watchdogs are answered
    static_cast<void>(scene.ready.kms.await_request(dm::command::aa_mobile_node, 5000));
  expect_dropped(scene.network, "JN-06", first_node,
                 oracle::print_join(proof_for(challenge, scene.known().key)),
                 "a proof 35 seconds after its challenge");
}

void repeated_proofs(CaseContext& ctx) {
  Scene scene(ctx);
  const JoinMessage proof = proof_for(
      challenge_for(scene.network, first_node, request_of(scene.known().id, 1)), scene.known().key);
  const auto result = answer_to(scene.network, first_node, proof);
  if (!result || result->code != join_code::admitted) ctx.inconclusive("a node cannot join");
  const auto again = answer_to(scene.network, first_node, proof);
  ctx.expect(again == result, "JN-07", "the same result for the same proof",
             "another one, or none");
}

}  // namespace

void add_message_cases(harness::Registry& registry) {
  const std::vector<std::string> needs{"net.datagram"};
  add_case(registry, "JN-01.RequestsGetChallenges",
           "A request gets a challenge for its node, with a nonce that is new",
           requests_get_challenges, needs);
  add_case(registry, "JN-02.OtherDatagramsAreDropped",
           "What is no message of a join gets no answer", others_are_dropped, needs);
  add_case(registry, "JN-03.ChallengesAreForOneNode",
           "A challenge counts for the sender and the attempt that it was given to",
           challenges_are_for_one, needs);
  add_case(registry, "JN-04.AdmissionIsProved",
           "The gateway proves with an admission that it has the key", admission_is_proved, needs);
  add_case(registry, "JN-05.RefusalsHaveNoMac", "A refusal has no MAC", refusal_proves_nothing,
           needs);
  add_case(registry, "JN-06.OldChallengesAreOver", "A challenge can be answered for 30 seconds",
           old_challenges_are_over, {"net.datagram", "net.advance"});
  add_case(registry, "JN-07.RepeatedProofsGetTheirResult",
           "A proof that comes again gets its result again", repeated_proofs, needs);
}

}  // namespace touchstone::conformance::suites::gateway
