#include "conformance/suites/diameter/exchange.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/harness/toml_json.h"

namespace touchstone::conformance::suites::diameter {

namespace {

constexpr std::uint32_t loopback = 0x7F000001;

/// The KMS asks whether we live: we say so, that it does not end the connection meanwhile.
bool is_watchdog_request(const dm::Message& message) {
  return message.header.is_request() && message.header.command == dm::command::device_watchdog;
}

/// What follows such a message on its connection means something else than it says.
bool breaks_the_stream(OctetView request) {
  const dm::Reading reading = dm::decode(request);
  return std::ranges::any_of(reading.faults, [](const dm::Fault& fault) {
    return fault.kind != dm::FaultKind::avp_length && fault.kind != dm::FaultKind::short_avp;
  });
}

/// A receiver waits for the rest of such a message, or discards an answer that it did not ask for.
bool may_be_silent(OctetView request) {
  const auto stated = dm::stated_message_length(request);
  if (!stated || *stated > request.size()) return true;
  return !dm::decode(request).message.header.is_request();
}

}  // namespace

dm::Mapping mapping_of(CaseContext& ctx) {
  if (const Json& given = ctx.pixit("mapping"); given.is_object()) return given.get<dm::Mapping>();
  return harness::parse_toml(dm::default_mapping_toml(), "diameter-kms").value().get<dm::Mapping>();
}

Gateway::Gateway(Network& network, std::size_t index, bool is_protected)
    : network_(&network), mapping_(mapping_of(network.ctx())), is_protected_(is_protected) {
  const World& world = network.world();
  view_.host = world.kms_host;
  view_.realm = world.realm;
  view_.keyring = world.keyring;
  view_.peer = world.gateways.at(index);
  view_.is_protected = is_protected;
  connect();
}

void Gateway::connect() {
  is_ended_ = false;
  connection_ = is_protected_ ? network_->open_protected() : network_->open();
  connection_->send(dm::encode(make_cer(network_->world(), view_.peer)));
  const auto answer = connection_->receive();
  if (!answer) network_->ctx().inconclusive("no CEA to a good CER");
  const dm::Message cea = dm::decode(*answer).message;
  if (cea.number_of(dm::avp::result_code) != dm::result::success)
    network_->ctx().inconclusive("the CER of a peer was refused: " + dm::summarize(cea));
}

dm::Ask Gateway::ask(dm::KeyKind kind, std::uint32_t node) {
  dm::Ask ask;
  ask.kind = kind;
  ask.node = node;
  ask.session_id = fmt::format("{};{};{}", view_.peer, 7, next_);
  ask.realm = view_.realm;
  ask.gateway = view_.peer;
  ask.gateway_realm = view_.realm;
  ask.gateway_address = loopback;
  ask.identification = 0x5A00000000000000 | next_;
  return ask;
}

dm::Message Gateway::request(const dm::Ask& ask) {
  dm::Message made = dm::build_request(mapping_, ask);
  made.header.hop_by_hop = 0x1000 + next_;
  made.header.end_to_end = 0xE2E00000 + next_;
  ++next_;
  return made;
}

Outcome Gateway::exchange(OctetView octets) {
  if (is_ended_ || connection_->ending() != Ending::open) connect();
  connection_->send(octets);
  for (;;) {
    auto answer = connection_->receive();
    if (!answer) return {std::nullopt, connection_->ending()};
    const dm::Message message = dm::decode(*answer).message;
    if (!message.header.is_request()) return {std::move(answer), Ending::open};
    if (!is_watchdog_request(message)) continue;  // new network keys, by HAR
    dm::Message alive = dm::answer_to(message);
    alive.add(dm::number(dm::avp::result_code, dm::result::success))
        .add(dm::text(dm::avp::origin_host, view_.peer))
        .add(dm::text(dm::avp::origin_realm, view_.realm));
    connection_->send(dm::encode(alive));
  }
}

/// `X-43.B` is compared with the choice of the profile; another one is recorded, as the text is
/// open.
void Gateway::note_reading(std::string_view reading) {
  const auto dot = reading.find('.');
  if (dot == std::string_view::npos) return;
  const std::string entry(reading.substr(0, dot));
  if (network_->ctx().reading(entry) != reading.substr(dot + 1))
    network_->ctx().info(fmt::format("follows reading {} of {}", reading.substr(dot + 1), entry));
}

void Gateway::judge(std::string_view requirement, OctetView request, const dm::Expected& expected) {
  CaseContext& ctx = network_->ctx();
  last_.reset();
  const Outcome outcome = exchange(request);
  if (breaks_the_stream(request)) {
    connection_->close();
    is_ended_ = true;
  }
  ctx.counterexample("request", request);
  if (!outcome.answer) {
    const std::string wanted =
        expected.may_close ? "an answer or the end of the connection" : "an answer";
    if (outcome.ending == Ending::open && may_be_silent(request)) return;
    ctx.expect(outcome.ending != Ending::open, requirement, wanted, "silence");
    ctx.expect(expected.may_close, requirement, wanted, "the end of the connection");
    return note_reading(expected.close_reading);
  }
  const auto mistakes = dm::mistakes_of(*outcome.answer, request, expected, view_, mapping_);
  if (!mistakes.empty())
    ctx.fail(requirement,
             mistakes.front().expected + " (" + std::string(mistakes.front().clause) + ")",
             mistakes.front().observed);
  note_reading(dm::reading_of(dm::decode(*outcome.answer).message, expected));
  last_ = outcome.answer;
}

void Gateway::judge(std::string_view requirement, OctetView request) {
  judge(requirement, request, dm::expected_answer(request, view_));
}

void Gateway::judge(std::string_view requirement, const dm::Message& request) {
  judge(requirement, dm::encode(request));
}

void Gateway::judge(std::string_view requirement, const dm::Ask& ask) {
  const Octets octets = dm::encode(request(ask));
  const dm::Expected expected = mapping_.has_documented_rules
                                    ? dm::expected_answer(octets, view_)
                                    : dm::expected_answer(mapping_, ask, view_);
  judge(requirement, octets, expected);
}

}  // namespace touchstone::conformance::suites::diameter
