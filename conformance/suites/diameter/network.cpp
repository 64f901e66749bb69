#include "conformance/suites/diameter/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/harness/base64.h"
#include "conformance/oracle/keyring_text.h"

namespace touchstone::conformance::suites::diameter {
namespace {

using harness::NetEvent;
using harness::Response;

constexpr std::size_t header_octets = 20;
constexpr Milliseconds stop_limit = 8000;
constexpr std::size_t longest_message = std::size_t{1} << 24;

std::vector<std::string> with(std::vector<std::string> base, std::vector<std::string> more) {
  base.insert(base.end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
  return base;
}

Milliseconds pixit_ms(CaseContext& ctx, const char* key, Milliseconds otherwise) {
  const Json& value = ctx.pixit(key);
  return value.is_number_integer() ? value.get<Milliseconds>() : otherwise;
}

}  // namespace

std::string_view print_ending(Ending ending) noexcept {
  if (ending == Ending::open) return "open";
  return ending == Ending::fin ? "ended by FIN" : "ended by RST";
}

std::vector<std::string> server_needs(std::vector<std::string> more) {
  return with({"diameter.server", "net.start", "net.open", "net.send", "net.await", "net.close"},
              std::move(more));
}

std::vector<std::string> client_needs(std::vector<std::string> more) {
  return with({"diameter.client", "net.start", "net.listen", "net.send", "net.await", "net.close",
               "net.trigger"},
              std::move(more));
}

// Connection.

bool Connection::send(OctetView octets) const {
  const Response response = network_->call(
      "net.send", {{"connection", number_}, {"octets_b64", harness::to_base64(octets)}});
  return response.ok();
}

std::optional<Octets> Connection::receive(std::optional<Milliseconds> within) const {
  Network::Stream& stream = network_->stream(number_);
  std::optional<Octets> message;
  network_->await(network_->now() + within.value_or(network_->patience()), number_, [&] {
    message = network_->next_message(stream);
    return message.has_value() || stream.ending != Ending::open;
  });
  return message;
}

Ending Connection::await_end(std::optional<Milliseconds> within) const {
  network_->await(network_->now() + within.value_or(network_->patience()), number_,
                  [&] { return ending() != Ending::open; });
  return ending();
}

bool Connection::is_quiet(std::optional<Milliseconds> within) const {
  const Network::Stream& stream = network_->stream(number_);
  const std::size_t before = stream.octets.size();
  return !network_->await(network_->now() + within.value_or(network_->quiet()), number_, [&] {
    return stream.octets.size() != before || stream.ending != Ending::open;
  });
}

Ending Connection::ending() const {
  return network_->stream(number_).ending;
}

Milliseconds Connection::last_ms() const {
  return network_->stream(number_).last_ms;
}

void Connection::close() const {
  network_->stream(number_).closed_by_us = true;
  network_->call("net.close", {{"connection", number_}, {"how", "fin"}});
}

void Connection::reset() const {
  network_->stream(number_).closed_by_us = true;
  network_->call("net.close", {{"connection", number_}, {"how", "rst"}});
}

void Connection::stall(bool is_stalled) const {
  network_->call("net.stall", {{"connection", number_}, {"stalled", is_stalled}});
}

// Network.

Network::Network(CaseContext& ctx)
    : ctx_(ctx),
      world_(make_world(ctx)),
      patience_(pixit_ms(ctx, "patience_ms", 2000)),
      quiet_(pixit_ms(ctx, "quiet_ms", 300)) {}

Response Network::call(std::string_view op, Json args) {
  Response response = ctx_.call(op, std::move(args));
  now_ = response.obs.value("now_ms", now_);
  return response;
}

void Network::take(const NetEvent& event) {
  if (event.connection != 0) streams_.try_emplace(event.connection);
  switch (event.kind) {
    case NetEvent::Kind::octets: {
      Stream& stream = streams_[event.connection];
      stream.octets.insert(stream.octets.end(), event.octets.begin(), event.octets.end());
      stream.last_ms = event.at_ms;
      return;
    }
    case NetEvent::Kind::fin:
    case NetEvent::Kind::reset: {
      Stream& stream = streams_[event.connection];
      if (stream.ending == Ending::open) stream.last_ms = event.at_ms;
      stream.ending = event.kind == NetEvent::Kind::fin ? Ending::fin : Ending::reset;
      return;
    }
    case NetEvent::Kind::accepted:
      return accepted_[event.listener].push_back(event.connection);
    case NetEvent::Kind::triggered:
      triggered_[event.trigger] = event.result;
      return;
    case NetEvent::Kind::ready:
      ready_ = true;
      return;
    case NetEvent::Kind::stopped:
      stopped_ = true;
      return;
    case NetEvent::Kind::datagram:
      return datagrams_[event.node].push_back(event.octets);
  }
}

template <class Holds>
bool Network::await(Milliseconds until, std::int64_t connection, Holds holds) {
  bool is_last = false;
  while (!holds()) {
    if (is_last) return false;
    Json args{{"until_ms", until}};
    if (connection != 0) args["connection"] = connection;
    const Response response = call("net.await", std::move(args));
    const Json& events = response.obs.at("events");
    for (const Json& event : events)
      take(event.get<NetEvent>());
    is_last = now_ >= until;
  }
  return true;
}

std::optional<Octets> Network::next_message(Stream& stream) const {
  const std::size_t there = stream.octets.size() - stream.read;
  const std::uint8_t* start = stream.octets.data() + stream.read;
  std::size_t length = there;
  if (there >= header_octets && start[0] == 1)
    length = std::size_t{start[1]} << 16 | std::size_t{start[2]} << 8 | start[3];
  else if (stream.ending == Ending::open)
    return std::nullopt;
  if (there == 0 || length > there || length < header_octets || length > longest_message) {
    if (there == 0 || stream.ending == Ending::open) return std::nullopt;
    length = there;
  }
  stream.read += length;
  return Octets(start, start + length);
}

void Network::take_start(const Json& obs) {
  world_.realm = obs.value("realm", world_.realm);
  if (!obs.contains("keyring_b64")) return;
  const auto octets = harness::from_base64(obs.at("keyring_b64").get<std::string>());
  const auto reading = oracle::read_keyring(octets.value_or(Octets{}), {});
  if (reading.exit_code == 6) ctx_.inconclusive("[pixit] keyring is not a keyring");
  world_.keyring = reading.keyring;
  if (world_.keyring.rows.size() < 2) ctx_.inconclusive("[pixit] keyring has fewer than two nodes");
}

harness::Response Network::try_server(const Json& more) {
  const std::string keyring = oracle::print_keyring(world_.keyring);
  Json args{{"role", "server"},
            {"config", server_config(world_)},
            {"keyring_b64", harness::to_base64(as_octets(keyring))}};
  args.update(more);
  stopped_ = false;
  return call("net.start", std::move(args));
}

void Network::start_server(const Json& more) {
  const Response response = try_server(more);
  if (!response.ok())
    ctx_.inconclusive(fmt::format("the server does not start: {}", response.detail));
  world_.kms_host = response.obs.value("host", world_.kms_host);
  take_start(response.obs);
}

harness::Response Network::try_client(const std::vector<Listener>& servers, const Json& more) {
  std::vector<KmsAddress> addresses;
  for (const Listener& one : servers)
    addresses.push_back(one.address);
  Json args{{"role", "client"},
            {"config", client_config(world_, world_.gateways.front(), addresses)},
            {"kms_realm", world_.realm}};
  args.update(more);
  ready_ = false;
  stopped_ = false;
  return call("net.start", std::move(args));
}

void Network::start_client(const std::vector<Listener>& servers, const Json& more) {
  const Response response = try_client(servers, more);
  if (!response.ok())
    ctx_.inconclusive(fmt::format("the client does not start: {}", response.detail));
  world_.gateways.front() = response.obs.value("host", world_.gateways.front());
  take_start(response.obs);
}

void Network::stop() {
  call("net.stop", Json::object());
}

void Network::stop_and_wait() {
  stop();
  // A peer that does not answer its DPR is waited for.
  for (auto& [number, stream] : streams_)
    if (stream.ending == Ending::open && !stream.closed_by_us) Connection(*this, number).close();
  if (!await(now_ + stop_limit, 0, [&] { return stopped_; }))
    ctx_.inconclusive("the implementation was told to end and stays");
}

bool Network::reload(const oracle::Keyring& keyring) {
  return reload(oracle::print_keyring(keyring));
}

bool Network::reload(std::string_view keyring) {
  return call("net.reload", {{"keyring_b64", harness::to_base64(as_octets(keyring))}}).ok();
}

Connection Network::open() {
  const Response response = call("net.open", Json::object());
  if (!response.ok()) ctx_.inconclusive("the server refuses a connection");
  const std::int64_t number = response.obs.at("connection");
  streams_[number];
  return {*this, number};
}

Connection Network::open_protected() {
  const Response response = call("net.open", {{"protected", true}});
  if (!response.ok()) ctx_.inconclusive("the server refuses a protected connection");
  const std::int64_t number = response.obs.at("connection");
  streams_[number];
  return {*this, number};
}

Listener Network::listen(const std::string& host) {
  const Response response = call("net.listen", {{"host", host}});
  if (!response.ok()) ctx_.inconclusive(fmt::format("nobody can listen on {}", host));
  return {.number = response.obs.at("listener"),
          .address = {response.obs.at("host"), response.obs.at("port")}};
}

void Network::unlisten(const Listener& listener) {
  call("net.close", {{"listener", listener.number}});
}

void Network::listen_again(Listener& listener) {
  const Response response =
      call("net.listen", {{"host", listener.address.host}, {"port", listener.address.port}});
  if (!response.ok()) ctx_.inconclusive("the address of a KMS that was closed is taken");
  listener.number = response.obs.at("listener");
}

std::optional<Connection> Network::accept(const Listener& listener,
                                          std::optional<Milliseconds> within) {
  auto& waiting = accepted_[listener.number];
  if (!await(now_ + within.value_or(patience_), 0, [&] { return !waiting.empty(); }))
    return std::nullopt;
  const std::int64_t number = waiting.front();
  waiting.erase(waiting.begin());
  return Connection{*this, number};
}

void Network::add_access_point() {
  if (!call("net.access_point", Json::object()).ok())
    ctx_.inconclusive("the access point does not start");
}

void Network::send_datagram(std::int64_t number, OctetView octets, bool by_access_point) {
  Json args{{"node", number}, {"octets_b64", harness::to_base64(octets)}};
  if (by_access_point) args["by_access_point"] = true;
  if (!call("net.datagram", std::move(args)).ok())
    ctx_.inconclusive("a datagram cannot be sent to the client");
}

std::optional<Octets> Network::receive_datagram(std::int64_t number,
                                                std::optional<Milliseconds> within) {
  auto& waiting = datagrams_[number];
  if (!await(now_ + within.value_or(patience_), 0, [&] { return !waiting.empty(); }))
    return std::nullopt;
  Octets first = std::move(waiting.front());
  waiting.pop_front();
  return first;
}

std::int64_t Network::trigger(std::uint32_t node_id, const oracle::Key16& key,
                              bool by_access_point) {
  Json args{{"node_id", node_id}, {"key", to_hex(OctetView(key))}};
  if (by_access_point) args["by_access_point"] = true;
  const Response response = call("net.trigger", std::move(args));
  if (!response.ok()) ctx_.inconclusive("a node cannot be made to join");
  return response.obs.at("trigger");
}

std::optional<std::string> Network::await_trigger(std::int64_t trigger,
                                                  std::optional<Milliseconds> within) {
  if (!await(now_ + within.value_or(patience_), 0, [&] { return triggered_.contains(trigger); }))
    return std::nullopt;
  return triggered_.at(trigger);
}

bool Network::await_ready(std::optional<Milliseconds> within) {
  return await(now_ + within.value_or(patience_), 0, [&] { return ready_; });
}

void Network::wait(Milliseconds ms) {
  await(now_ + ms, 0, [] { return false; });
}

void Network::advance(Milliseconds ms) {
  call("net.advance", {{"ms", ms}});
}

}  // namespace touchstone::conformance::suites::diameter
