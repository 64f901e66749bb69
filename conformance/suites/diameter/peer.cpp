#include "conformance/suites/diameter/peer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "conformance/oracle/diameter/dictionary.h"

namespace touchstone::conformance::suites::diameter {
namespace {

constexpr std::uint32_t loopback = 0x7F000001;
constexpr std::uint32_t vendor = 35319;

dm::Message with_origin(dm::Message message, const World& world, std::string_view host) {
  message.add(dm::text(dm::avp::origin_host, host))
      .add(dm::text(dm::avp::origin_realm, world.realm));
  return message;
}

void add_capabilities(dm::Message& message) {
  message.add(dm::ipv4(dm::avp::host_ip_address, loopback))
      .add(dm::number(dm::avp::vendor_id, vendor))
      .add(dm::text(dm::avp::product_name, "touchstone"))
      .add(dm::number(dm::avp::auth_application_id, dm::mobile_ipv4));
}

// docs/formats/diameter-kms.md, "AMR".
dm::Message amr(const World& world, std::string_view host, std::string_view user,
                std::uint32_t features, std::uint32_t node) {
  static std::uint32_t sessions = 0;
  dm::Message made = dm::request(dm::command::aa_mobile_node, dm::mobile_ipv4);
  made.add(dm::text(dm::avp::session_id, fmt::format("{};1;{}", host, ++sessions)))
      .add(dm::number(dm::avp::auth_application_id, dm::mobile_ipv4))
      .add(dm::text(dm::avp::user_name, fmt::format("{}@{}", user, world.realm)))
      .add(dm::text(dm::avp::destination_realm, world.realm));
  made = with_origin(std::move(made), world, host);
  Octets registration{1, 0, 0xff, 0xff};
  for (const std::uint32_t word : {node, 0U, loopback, 0x01020304U, sessions})
    for (int shift = 24; shift >= 0; shift -= 8)
      registration.push_back(static_cast<std::uint8_t>(word >> shift));
  made.add(dm::octets(dm::avp::reg_request, std::move(registration)));
  made.add(dm::group(dm::avp::mn_aaa_auth, {dm::number(dm::avp::mn_aaa_spi, 256),
                                            dm::number(dm::avp::auth_input_data_length, 24),
                                            dm::number(dm::avp::authenticator_length, 0),
                                            dm::number(dm::avp::authenticator_offset, 24)}));
  if (node != 0) made.add(dm::ipv4(dm::avp::mobile_node_address, node));
  made.add(dm::number(dm::avp::feature_vector, features))
      .add(dm::number(dm::avp::auth_session_state, dm::no_state_maintained));
  return made;
}

}  // namespace

dm::Message make_cer(const World& world, std::string_view host) {
  dm::Message message = with_origin(
      dm::request(dm::command::capabilities_exchange, dm::base_application), world, host);
  add_capabilities(message);
  return message;
}

dm::Message make_cea(const World& world, std::string_view host, const dm::Message& cer,
                     std::uint32_t result) {
  dm::Message message = make_answer(world, host, cer, result);
  add_capabilities(message);
  return message;
}

dm::Message make_dwr(const World& world, std::string_view host) {
  return with_origin(dm::request(dm::command::device_watchdog, dm::base_application), world, host);
}

dm::Message make_dpr(const World& world, std::string_view host, std::uint32_t cause) {
  dm::Message message =
      with_origin(dm::request(dm::command::disconnect_peer, dm::base_application), world, host);
  message.add(dm::number(dm::avp::disconnect_cause, cause));
  return message;
}

dm::Message make_answer(const World& world, std::string_view host, const dm::Message& request,
                        std::uint32_t result) {
  dm::Message message = dm::answer_to(request);
  message.add(dm::number(dm::avp::result_code, result));
  return with_origin(std::move(message), world, host);
}

dm::Message make_amr(const World& world, std::string_view host, std::uint32_t node) {
  return amr(world, host, fmt::format("0x{:08x}", node), dm::feature::mn_fa_key_request, node);
}

dm::Message make_code_download_amr(const World& world, std::string_view host) {
  return amr(world, host, "gateway_cdld",
             dm::feature::mn_ha_key_request | dm::feature::co_located_mobile_node, 0);
}

// Peer.

Peer Peer::connect(Network& network, std::string host) {
  return {network, network.open(), std::move(host)};
}

Peer Peer::open(Network& network, std::string host) {
  Peer peer = connect(network, std::move(host));
  const auto cea = peer.ask(make_cer(network.world(), peer.host_));
  if (!cea || cea->number_of(dm::avp::result_code) != dm::result::success)
    network.ctx().inconclusive(
        fmt::format("a good CER is not accepted: {}", show_answer(cea, peer.connection_)));
  return peer;
}

Peer Peer::accept(Network& network, const Listener& listener, std::optional<Milliseconds> within) {
  const auto connection = network.accept(listener, within);
  if (!connection) network.ctx().inconclusive("the client does not connect");
  Peer peer(network, *connection, listener.address.host);
  const auto cer = peer.await_request(dm::command::capabilities_exchange);
  if (!cer) network.ctx().inconclusive("the client connects and sends no CER");
  peer.send_as_it_is(make_cea(network.world(), peer.host_, *cer));
  return peer;
}

void Peer::send(dm::Message& message) {
  message.header.hop_by_hop = ++next_identifier_;
  message.header.end_to_end =
      static_cast<std::uint32_t>(connection_.number()) << 24 | next_identifier_;
  send_as_it_is(message);
}

void Peer::send_as_it_is(const dm::Message& message) const {
  connection_.send(dm::encode(message));
}

template <class Wanted>
std::optional<dm::Message> Peer::await(std::optional<Milliseconds> within, Wanted wanted) {
  const Milliseconds until = network_->now() + within.value_or(network_->patience());
  while (true) {
    const auto octets = connection_.receive(std::max<Milliseconds>(until - network_->now(), 0));
    if (!octets) return std::nullopt;
    dm::Message message = dm::decode(*octets).message;
    const bool is_watchdog =
        message.header.command == dm::command::device_watchdog && message.header.is_request();
    if (wanted(message)) return message;
    if (is_watchdog && answers_watchdogs_)
      send_as_it_is(make_answer(network_->world(), host_, message));
  }
}

std::optional<dm::Message> Peer::answer_to(const dm::Message& request,
                                           std::optional<Milliseconds> within) {
  return await(within, [&](const dm::Message& message) {
    return !message.header.is_request() && message.header.hop_by_hop == request.header.hop_by_hop;
  });
}

std::optional<dm::Message> Peer::ask(dm::Message message) {
  send(message);
  return answer_to(message);
}

std::optional<dm::Message> Peer::await_request(std::uint32_t command,
                                               std::optional<Milliseconds> within) {
  return await(within, [&](const dm::Message& message) {
    return message.header.is_request() && message.header.command == command;
  });
}

std::optional<dm::Message> Peer::next(std::optional<Milliseconds> within) {
  return await(within, [](const dm::Message&) { return true; });
}

// Judging.

std::string show_answer(const std::optional<dm::Message>& answer, const Connection& connection) {
  if (!answer)
    return fmt::format("no answer, the connection is {}", print_ending(connection.ending()));
  return fmt::format("{} {}{}", dm::name_of_command(answer->header.command, false),
                     answer->number_of(dm::avp::result_code).value_or(0),
                     answer->header.is_error() ? " with E" : "");
}

void expect_result(CaseContext& ctx, std::string_view requirement,
                   const std::optional<dm::Message>& answer, const Connection& connection,
                   std::initializer_list<std::uint32_t> results) {
  const auto code = answer ? answer->number_of(dm::avp::result_code) : std::nullopt;
  const bool is_one = code && std::ranges::find(results, *code) != results.end();
  const bool is_error = code && *code / 1000 == 3;
  const bool may_have_e = code && *code / 1000 == 5;  // §7.1: SHOULD be clear, MAY be set
  ctx.expect(is_one && (may_have_e || answer->header.is_error() == is_error), requirement,
             fmt::format("Result-Code {}, E with 3xxx alone", fmt::join(results, " or ")),
             show_answer(answer, connection));
}

void expect_failed(CaseContext& ctx, std::string_view requirement, const dm::Message& answer,
                   std::uint32_t code) {
  const dm::Avp* failed = answer.find(dm::avp::failed_avp);
  const dm::Avp* inside = failed == nullptr ? nullptr : failed->find(code);
  ctx.expect(inside != nullptr, requirement,
             fmt::format("Failed-AVP with {}", dm::name_of_avp(code)),
             failed == nullptr ? "no Failed-AVP" : "another AVP in it");
}

void expect_ended(CaseContext& ctx, std::string_view requirement, const Connection& connection,
                  std::optional<Milliseconds> within) {
  const Ending ending = connection.await_end(within);
  ctx.expect(ending != Ending::open, requirement, "the connection is ended",
             fmt::format("it is {}", print_ending(ending)));
}

void expect_serving(CaseContext& ctx, std::string_view requirement, Network& network, Peer& peer) {
  const auto dwa = peer.ask(make_dwr(network.world(), peer.host()));
  expect_result(ctx, requirement, dwa, peer.connection(), {dm::result::success});
}

void expect_node_key(CaseContext& ctx, std::string_view requirement,
                     const std::optional<dm::Message>& answer, const Peer& peer,
                     const oracle::Row& node) {
  expect_result(ctx, requirement, answer, peer.connection(), {dm::result::success});
  const dm::Avp* msa = answer->find(dm::avp::fa_to_mn_msa);
  const dm::Avp* key = msa == nullptr ? nullptr : msa->find(dm::avp::session_key);
  const bool right = key != nullptr && std::ranges::equal(key->data, node.key);
  ctx.expect(right, requirement, "the root key of the node that was asked for",
             key == nullptr ? "no key" : "another key");
}

namespace {

void add_case(harness::Registry& registry, std::string id, std::string title,
              std::function<void(CaseContext&)> body, std::vector<std::string> needs) {
  const std::string requirement = id.substr(0, id.find('.'));
  registry.add({.id = std::move(id),
                .suite = "diameter",
                .requirements = {requirement},
                .needs = std::move(needs),
                .title = std::move(title),
                .body = std::move(body)});
}

}  // namespace

void add_server_case(harness::Registry& registry, std::string id, std::string title,
                     std::function<void(CaseContext&)> body, std::vector<std::string> more) {
  add_case(registry, std::move(id), std::move(title), std::move(body),
           server_needs(std::move(more)));
}

void add_client_case(harness::Registry& registry, std::string id, std::string title,
                     std::function<void(CaseContext&)> body, std::vector<std::string> more) {
  add_case(registry, std::move(id), std::move(title), std::move(body),
           client_needs(std::move(more)));
}

}  // namespace touchstone::conformance::suites::diameter
