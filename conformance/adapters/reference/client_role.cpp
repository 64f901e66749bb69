#include "conformance/adapters/reference/client_role.h"

#include <algorithm>

namespace touchstone::conformance::adapters::reference {
namespace {

using diameter::Effect;
using gateway::JoinCode;
using harness::NetEvent;

// Senders of datagrams: nodes of net.trigger, nodes that the runner plays, the access point.
constexpr std::uint8_t joining = 1;
constexpr std::uint8_t played = 2;
const gateway::Sender access_point_sender{3};

gateway::Sender sender_of(std::uint8_t kind, std::int64_t number) {
  return {kind, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
}

std::chrono::seconds seconds(diameter::Time now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
}

std::string_view print_code(JoinCode code) {
  if (code == JoinCode::admitted) return "admitted";
  return code == JoinCode::refused ? "refused" : "later";
}

}  // namespace

ClientRole::ClientRole(SimulatedWorld& world, const diameter::Config& config, gateway::Cache cache,
                       gateway::CacheFile file, host::LogFile log, const harness::Json& args)
    : SimulatedRole(world, config, args),
      file_(std::move(file)),
      log_(std::move(log)),
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

std::int64_t ClientRole::join(keyring::NodeId node_id, SecretKey<16> key, bool by_access_point) {
  gateway::JoinNonce nonce{};
  random_.fill(nonce);
  const std::int64_t trigger = world_.next_trigger++;
  const gateway::Sender sender = sender_of(joining, trigger);
  gateway::JoiningNode node(node_id, std::move(key), nonce);
  const Octets request = node.request();
  nodes_.emplace(sender, Joining{trigger, std::move(node), by_access_point});
  send_up(request, sender, by_access_point);
  settle();
  return trigger;
}

void ClientRole::send_datagram(std::int64_t node, OctetView octets, bool by_access_point) {
  send_up(octets, sender_of(played, node), by_access_point);
  settle();
}

void ClientRole::send_up(OctetView datagram, const gateway::Sender& sender, bool by_access_point) {
  if (!by_access_point) return act(service_.receive(datagram, sender, world_.now));
  if (access_point_->goes_up(datagram, sender, seconds(world_.now)))
    act(service_.receive(datagram, access_point_sender, world_.now));
}

// Datagrams reach the nodes at once; what they reply gives another output.
void ClientRole::send_down(OctetView datagram, const gateway::Sender& to) {
  if (to == access_point_sender) {
    if (const auto node = access_point_->goes_down(datagram)) send_down(datagram, *node);
    return;
  }
  if (to.front() == played)
    return world_.add({.kind = NetEvent::Kind::datagram,
                       .node = to.at(1) << 8 | to.at(2),
                       .octets = Octets(datagram.begin(), datagram.end())});
  const Joining& one = nodes_.at(to);
  const gateway::JoiningNode::Step step = one.node.receive(datagram);
  if (!step.reply.empty()) send_up(step.reply, to, one.by_access_point);
  if (!step.result) return;
  world_.add({.kind = NetEvent::Kind::triggered,
              .trigger = one.trigger,
              .result = std::string(print_code(*step.result))});
}

void ClientRole::act(const gateway::ServiceOutput& output) {
  for (const std::string& line : output.log)
    log_.line(line);
  if (output.save_cache) act(service_.on_saved(file_.write(service_.cache()).has_value()));
  for (const gateway::Output::Datagram& datagram : output.send)
    send_down(datagram.octets, datagram.to);
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
