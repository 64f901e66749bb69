#include "sim/nodes/diameter_host.h"

#include <algorithm>

#include "reference/diameter/identity.h"

namespace touchstone::sim {
namespace {

using Kind = diameter::Effect::Kind;

constexpr Duration connect_patience = std::chrono::seconds(15);
constexpr diameter::ConnectionId no_connection = 0;  // the node counts from 1

}  // namespace

std::vector<diameter::PeerConfig> DiameterHost::configs(const std::vector<DiameterPlace>& peers) {
  std::vector<diameter::PeerConfig> out;
  out.reserve(peers.size());
  for (const DiameterPlace& peer : peers)
    out.push_back(peer.config);
  return out;
}

DiameterHost::DiameterHost(Machine& machine, diameter::NodeConfig config,
                           std::vector<DiameterPlace> peers, DiameterUser& user,
                           Machine::Timer timer, const crypto::TlsContext* tls)
    : machine_(machine),
      peers_(std::move(peers)),
      user_(user),
      timer_(timer),
      tls_(tls),
      node_(std::move(config), configs(peers_), machine.random()) {}

DiameterHost::~DiameterHost() {
  for (const auto& [id, link] : links_)
    machine_.abort(link.stream);
}

void DiameterHost::listen() {
  machine_.listen(tls_ != nullptr ? diameter_tls_port : diameter_port);
}

void DiameterHost::start() {
  node_.start(machine_.now(), effects_);
  settle();
}

void DiameterHost::stop(diameter::DisconnectCause cause) {
  node_.stop(cause, machine_.now(), effects_);
  settle();
}

void DiameterHost::answer(diameter::RequestId request, OctetView message) {
  node_.answer(request, message, effects_);
  settle();
}

std::optional<diameter::RequestId> DiameterHost::request(OctetView message) {
  const auto id = node_.request(message, machine_.now(), effects_);
  settle();
  return id;
}

// Effects. What the role does while a batch is handed out gathers for the next one: the views of
// the batch live until the node is called again.

void DiameterHost::settle() {
  if (is_settling_) return;
  is_settling_ = true;
  while (!effects_.list().empty()) {
    diameter::Effects batch;
    batch.list().swap(effects_.list());
    for (Effect& effect : batch.list())
      apply(effect);
  }
  is_settling_ = false;
  if (const auto deadline = node_.next_deadline()) machine_.arm(timer_, *deadline);
}

void DiameterHost::apply(Effect& effect) {
  const auto found = links_.find(effect.connection);
  Link* link = found == links_.end() ? nullptr : &found->second;
  switch (effect.kind) {
    case Kind::connect:
      return connect(effect);
    case Kind::send:
      if (link != nullptr) say(*link, effect.octets);
      return;
    case Kind::close:
    case Kind::abort:
      return leave(effect.connection, effect.kind == Kind::abort);
    case Kind::request:
      return user_.on_request(effect, node_.peer_host(effect.peer),
                              link != nullptr && link->is_protected);
    case Kind::answer:
      return user_.on_answer(effect);
    case Kind::failure:
      return user_.on_failure(effect);
    case Kind::peer_up:
      return user_.on_peer_up(effect.peer);
    case Kind::peer_down:
      return user_.on_peer_down(effect.peer);
    default:
      return;
  }
}

void DiameterHost::connect(const Effect& effect) {
  const DiameterPlace& place = peers_[effect.peer];
  const StreamId stream = machine_.connect(place.at, connect_patience);
  Link& link = links_[effect.connection];
  link.stream = stream;
  if (tls_ != nullptr) link.awaited = place.config.host;
  by_stream_[stream] = effect.connection;
}

void DiameterHost::say(Link& link, OctetView octets) {
  if (link.tls == nullptr) return machine_.send(link.stream, octets);
  link.tls->send(octets);
  const SecretOctets encrypted = link.tls->output();
  if (!encrypted.empty()) machine_.send(link.stream, encrypted);
}

void DiameterHost::leave(ConnectionId id, bool at_once) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  Link& link = found->second;
  if (link.tls != nullptr && !at_once) {
    link.tls->close();
    say(link, {});
  }
  if (at_once) {
    machine_.abort(link.stream);
  } else {
    machine_.close(link.stream);
  }
  forget(id);
}

void DiameterHost::forget(ConnectionId id) {
  const auto found = links_.find(id);
  by_stream_.erase(found->second.stream);
  links_.erase(found);
}

diameter::ConnectionId DiameterHost::find(StreamId stream) const {
  const auto found = by_stream_.find(stream);
  return found == by_stream_.end() ? no_connection : found->second;
}

// What the network says.

void DiameterHost::on_accepted(StreamId stream) {
  const ConnectionId id = node_.on_accepted(tls_ != nullptr, machine_.now(), effects_);
  Link& link = links_[id];
  link.stream = stream;
  by_stream_[stream] = id;
  if (tls_ != nullptr) {
    machine_.spend(Work::handshake);
    link.tls = std::make_unique<crypto::TlsChannel>(*tls_, crypto::TlsChannel::Side::server);
  }
  settle();
}

bool DiameterHost::on_connected(StreamId stream) {
  const ConnectionId id = find(stream);
  if (id == no_connection) return false;
  if (tls_ == nullptr) {
    node_.on_connected(id, false, machine_.now(), effects_);
  } else {
    machine_.spend(Work::handshake);
    Link& link = links_[id];
    link.tls = std::make_unique<crypto::TlsChannel>(*tls_, crypto::TlsChannel::Side::client);
    say(link, {});
  }
  settle();
  return true;
}

bool DiameterHost::on_connect_failed(StreamId stream) {
  const ConnectionId id = find(stream);
  if (id == no_connection) return false;
  forget(id);
  node_.on_connect_failed(id, machine_.now(), effects_);
  settle();
  return true;
}

bool DiameterHost::on_octets(StreamId stream, OctetView octets) {
  const ConnectionId id = find(stream);
  if (id == no_connection) return false;
  if (links_[id].tls != nullptr) {
    hear_tls(id, octets);
  } else {
    node_.on_octets(id, octets, machine_.now(), effects_);
  }
  settle();
  return true;
}

void DiameterHost::hear_tls(ConnectionId id, OctetView octets) {
  Link& link = links_[id];
  SecretOctets plain;
  const bool was_open = link.tls->is_open();
  const bool is_good = link.tls->receive(octets, plain).has_value();
  say(link, {});
  const bool goes_on = is_good && (was_open || !link.tls->is_open() || on_secured(id));
  if (goes_on && !plain.empty()) {
    node_.on_octets(id, plain, machine_.now(), effects_);
    settle();  // the node's views point into `plain`
  }
  const auto found = links_.find(id);
  if (found == links_.end() || (goes_on && !found->second.tls->has_ended())) return;
  const bool never_came = !found->second.awaited.empty();
  machine_.close(found->second.stream);
  forget(id);
  if (never_came) {
    node_.on_connect_failed(id, machine_.now(), effects_);
  } else {
    node_.on_closed(id, machine_.now(), effects_);
  }
}

// False when a connection of ours has reached somebody else.
bool DiameterHost::on_secured(ConnectionId id) {
  Link& link = links_[id];
  const std::vector<std::string> hosts = link.tls->peer_hosts();
  link.is_protected = true;
  if (!link.awaited.empty()) {
    const bool is_awaited = std::ranges::any_of(hosts, [&](const std::string& host) {
      return diameter::same_identity(host, link.awaited);
    });
    if (!is_awaited) return false;
    link.awaited.clear();
    node_.on_connected(id, true, machine_.now(), effects_);
    settle();
  }
  node_.on_secured(id, hosts, machine_.now(), effects_);
  settle();
  return links_.contains(id);
}

bool DiameterHost::on_closed(StreamId stream) {
  const ConnectionId id = find(stream);
  if (id == no_connection) return false;
  const bool never_came = !links_[id].awaited.empty();
  forget(id);
  if (never_came) {
    node_.on_connect_failed(id, machine_.now(), effects_);
  } else {
    node_.on_closed(id, machine_.now(), effects_);
  }
  settle();
  return true;
}

void DiameterHost::on_timer() {
  node_.on_timer(machine_.now(), effects_);
  settle();
}

}  // namespace touchstone::sim
