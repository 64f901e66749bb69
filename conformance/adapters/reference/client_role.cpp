#include "conformance/adapters/reference/client_role.h"

#include <algorithm>

namespace touchstone::conformance::adapters::reference {
namespace {

using diameter::Effect;
using gateway::JoinCode;
using harness::NetEvent;

constexpr std::uint32_t loopback = 0x7F000001;

std::string_view print_code(JoinCode code) {
  if (code == JoinCode::admitted) return "admitted";
  return code == JoinCode::refused ? "refused" : "later";
}

}  // namespace

ClientRole::ClientRole(SimulatedWorld& world, const diameter::Config& config, gateway::Cache cache,
                       const harness::Json& args)
    : SimulatedRole(world, config, args),
      service_(std::move(cache),
               {.host = settings_.host, .realm = settings_.realm, .address = loopback}, *this,
               random_) {}

std::optional<diameter::RequestId> ClientRole::request(OctetView message) {
  return node_.request(message, world_.now, effects_);
}

void ClientRole::answer(diameter::RequestId request, OctetView message) {
  node_.answer(request, message, effects_);
}

std::string ClientRole::next_session_id() {
  return node_.next_session_id();
}

void ClientRole::start() {
  act(service_.start(world_.now));
  SimulatedRole::start();
}

std::int64_t ClientRole::join(keyring::NodeId node_id, SecretKey<16> key) {
  gateway::JoinNonce nonce{};
  random_.fill(nonce);
  const std::int64_t trigger = next_trigger_++;
  const gateway::Sender sender{static_cast<std::uint8_t>(trigger >> 8),
                               static_cast<std::uint8_t>(trigger)};
  gateway::JoiningNode node(node_id, std::move(key), nonce);
  const Octets request = node.request();
  nodes_.emplace(sender, Joining{trigger, std::move(node)});
  act(service_.receive(request, sender, world_.now));
  settle();
  return trigger;
}

// Datagrams reach the emulated nodes at once; what they reply gives another output.
void ClientRole::act(const gateway::ServiceOutput& output) {
  for (const gateway::Output::Datagram& datagram : output.send) {
    const auto found = nodes_.find(datagram.to);
    if (found == nodes_.end()) continue;
    const gateway::JoiningNode::Step step = found->second.node.receive(datagram.octets);
    if (!step.reply.empty()) act(service_.receive(step.reply, datagram.to, world_.now));
    if (!step.result) continue;
    world_.add({.kind = NetEvent::Kind::triggered,
                .trigger = found->second.trigger,
                .result = std::string(print_code(*step.result))});
  }
  if (!is_ready_ && service_.has_network_keys()) world_.add({.kind = NetEvent::Kind::ready});
  is_ready_ = service_.has_network_keys();
}

void ClientRole::take(const Effect& effect) {
  const auto host = [&] { return config_.peers.at(effect.peer).uri.host; };
  switch (effect.kind) {
    case Effect::Kind::peer_up:
      return act(service_.on_peer_up(host(), world_.now));
    case Effect::Kind::peer_down:
      return act(service_.on_peer_down(host()));
    case Effect::Kind::answer:
      return act(service_.on_answer(effect.request, effect.message, world_.now));
    case Effect::Kind::failure:
      return act(service_.on_failure(effect.request, effect.result, world_.now));
    case Effect::Kind::request:
      return act(service_.on_request(effect.request, effect.message));
    default:
      return;
  }
}

void ClientRole::on_timer() {
  act(service_.on_timer(world_.now));
}

std::optional<diameter::Time> ClientRole::next_deadline() const {
  const auto mine = service_.next_deadline();
  const auto its = SimulatedRole::next_deadline();
  return mine && its ? std::min(mine, its) : std::max(mine, its);
}

}  // namespace touchstone::conformance::adapters::reference
