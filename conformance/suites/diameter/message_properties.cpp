// What holds for any request: a good one is served, and one with a single change gets an answer
// that the documents allow, or the end of the connection, and never a key that is not due.

#include <rapidcheck.h>

#include "conformance/generators/diameter.h"
#include "conformance/generators/keyring.h"
#include "conformance/harness/base64.h"
#include "conformance/harness/property.h"
#include "conformance/mutators/diameter_mutations.h"
#include "conformance/suites/diameter/cases.h"
#include "conformance/suites/diameter/exchange.h"

namespace touchstone::conformance::suites::diameter {

namespace {

/// The octets of a request, and how they came to be.
struct AnyRequest {
  Octets octets;
  std::string made_by;
};

void to_json(Json& json, const AnyRequest& request) {
  json = {{"octets_b64", harness::to_base64(request.octets)}, {"made_by", request.made_by}};
}

void from_json(const Json& json, AnyRequest& request) {
  request.octets =
      harness::from_base64(json.at("octets_b64").get<std::string>()).value_or(Octets());
  request.made_by = json.value("made_by", "");
}

constexpr int most_unknown = 60;

/// Everything a candidate needs, once a property.
struct Scene {
  explicit Scene(CaseContext& ctx) : network(ctx) {
    network.start_server();
    gateway.emplace(network);
    if (!gateway->mapping().has_documented_rules)
      ctx.not_supported("the mapping is not documented");
  }

  dm::Message draw_request() {
    const oracle::Keyring& keyring = network.world().keyring;
    dm::Ask ask = generators::draw_ask(keyring);
    // A gateway may ask for some unknown nodes alone (diameter-kms.md, 3004).
    if (unknown >= most_unknown && !dm::key_of(keyring, dm::KeyKind::node_root, ask.node))
      ask.node = keyring.rows.front().id;
    const dm::Ask own = gateway->ask(ask.kind, ask.node);
    ask.session_id = own.session_id;
    ask.realm = own.realm;
    ask.gateway = own.gateway;
    ask.gateway_realm = own.gateway_realm;
    return gateway->request(ask);
  }

  void count_unknown() {
    const auto& answer = gateway->last_answer();
    const auto code =
        answer ? dm::decode(*answer).message.number_of(dm::avp::result_code) : std::nullopt;
    if (code && *code == dm::result::authorization_rejected) ++unknown;
  }

  Network network;
  std::optional<Gateway> gateway;
  int unknown = 0;
};

void check_good_requests(CaseContext& ctx) {
  Scene scene(ctx);
  harness::property<AnyRequest>(
      ctx, "good requests", {.classes = {{"served", 0.4}, {"refused", 0.001}}},
      [&] {
        dm::Message request = scene.draw_request();
        generators::draw_ballast(request);
        return AnyRequest{dm::encode(request), "good"};
      },
      [&](CaseContext& at, const AnyRequest& request) {
        const auto expected = dm::expected_answer(request.octets, scene.gateway->view());
        harness::classify(at, "served", expected.must_be_served());
        harness::classify(at, "refused", !expected.served);
        scene.gateway->judge("DM-08", request.octets);
        scene.count_unknown();
      });
}

AnyRequest draw_mutated(Scene& scene) {
  dm::Message request = scene.draw_request();
  if (generators::draw_below(3) == 0) generators::draw_ballast(request);
  const auto all = mutators::diameter_mutations();
  const mutators::DiameterChoice choice{generators::draw_below(1U << 30),
                                        generators::draw_below(1U << 30)};
  const auto which = generators::draw_below(static_cast<std::uint32_t>(all.size()) + 3);
  if (which >= all.size()) return {mutators::mutate_octets(dm::encode(request), choice), "octets"};
  static_cast<void>(all[which].apply(request, choice));
  return {dm::encode(request), std::string(all[which].name)};
}

std::vector<harness::RequiredClass> mutation_classes() {
  std::vector<harness::RequiredClass> classes{{"octets", 0.03}};
  for (const auto& mutation : mutators::diameter_mutations())
    classes.push_back({std::string(mutation.name), 0.01});
  return classes;
}

/// A stream is cut by what the headers say: a request that is longer than its length is sent
/// without the rest, a shorter one with zeros behind it, up to a bound.
Octets as_stated(const Octets& octets) {
  const auto stated = dm::stated_message_length(octets);
  Octets whole = octets;
  if (stated && *stated >= dm::header_size && *stated < 4096) whole.resize(*stated);
  return whole;
}

void check_mutated_requests(CaseContext& ctx) {
  Scene scene(ctx);
  harness::property<AnyRequest>(
      ctx, "one change", {.classes = mutation_classes()}, [&] { return draw_mutated(scene); },
      [&](CaseContext& at, const AnyRequest& request) {
        harness::classify(at, request.made_by);
        const Octets octets = as_stated(request.octets);
        scene.gateway->judge("DM-40", octets);
        scene.count_unknown();
      });
}

}  // namespace

void add_message_properties(harness::Registry& registry) {
  registry.add({.id = "DM-08.AnyGoodRequestIsServed",
                .suite = "diameter",
                .requirements = {"DM-08"},
                .needs = server_needs(),
                .title = "Whatever may stand beside it, a good request is answered as it must be",
                .body = check_good_requests,
                .time_limit_s = 120});
  registry.add({.id = "DM-40.AnyChangedRequest",
                .suite = "diameter",
                .requirements = {"DM-40"},
                .needs = server_needs(),
                .title = "A request with one change is answered as the documents say, or ends the "
                         "connection, and never gets a key that is not due",
                .body = check_mutated_requests,
                .time_limit_s = 120});
}

}  // namespace touchstone::conformance::suites::diameter
