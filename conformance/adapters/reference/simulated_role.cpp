#include "conformance/adapters/reference/simulated_role.h"

#include <algorithm>

#include "reference/diameter/node_setup.h"

namespace touchstone::conformance::adapters::reference {
namespace {

using diameter::Effect;
using harness::Json;
using harness::NetEvent;
using std::chrono::milliseconds;

}  // namespace

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& octet : out) {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    octet = static_cast<std::uint8_t>(mixed >> 56);
  }
}

std::int64_t SimulatedWorld::now_ms() const {
  return std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
}

void SimulatedWorld::add(NetEvent event) {
  event.at_ms = now_ms();
  events.push_back(std::move(event));
}

std::int64_t SimulatedWorld::find_listener(std::string_view host, std::uint16_t port) const {
  for (const auto& [number, listener] : listeners)
    if (listener.is_open && listener.host == host && listener.port == port) return number;
  return 0;
}

diameter::NodeConfig node_config(const diameter::Config& config, const Json& args) {
  diameter::NodeConfig node = diameter::node_config_of(config);
  node.addresses = {loopback};
  node.origin_state_id = 1;
  node.start_seconds = 1;
  const bool is_server = config.stack_type == diameter::StackType::server;
  node.served = {{diameter::application_mobile_ipv4,
                  is_server ? diameter::command_aa_mobile_node : diameter::command_home_agent_mip}};
  if (args.contains("tw_ms")) node.tw = milliseconds(args.at("tw_ms").get<int>());
  if (args.contains("cer_ms")) node.exchange_timeout = milliseconds(args.at("cer_ms").get<int>());
  return node;
}

SimulatedRole::SimulatedRole(SimulatedWorld& world, const diameter::Config& config,
                             const Json& args)
    : world_(world),
      config_(config),
      settings_(node_config(config, args)),
      node_(settings_, diameter::peer_configs_of(config), random_) {}

void SimulatedRole::start() {
  node_.start(world_.now, effects_);
  settle();
}

SimulatedRole::Connection* SimulatedRole::find(std::int64_t number) {
  const auto found = connections_.find(number);
  return found == connections_.end() || found->second.is_over ? nullptr : &found->second;
}

std::int64_t SimulatedRole::number_of(diameter::ConnectionId id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? 0 : found->second;
}

std::int64_t SimulatedRole::open(bool is_protected) {
  const std::int64_t number = world_.next_connection++;
  const diameter::ConnectionId id = node_.on_accepted(is_protected, world_.now, effects_);
  connections_[number] = {.id = id, .is_protected = is_protected};
  numbers_[id] = number;
  settle();
  return number;
}

void SimulatedRole::feed(Connection& connection, OctetView octets) {
  if (connection.is_paused) {
    connection.queued.insert(connection.queued.end(), octets.begin(), octets.end());
    return;
  }
  node_.on_octets(connection.id, octets, world_.now, effects_);
  settle();
}

bool SimulatedRole::send(std::int64_t number, OctetView octets) {
  Connection* connection = find(number);
  if (connection == nullptr) return false;
  feed(*connection, octets);
  return true;
}

bool SimulatedRole::close(std::int64_t number) {
  Connection* connection = find(number);
  if (connection == nullptr) return false;
  connection->is_over = true;
  node_.on_closed(connection->id, world_.now, effects_);
  settle();
  return true;
}

bool SimulatedRole::stall(std::int64_t number, bool is_stalled) {
  Connection* connection = find(number);
  if (connection == nullptr) return false;
  connection->is_stalled = is_stalled;
  if (is_stalled) return true;
  const SecretOctets held = std::exchange(connection->held, {});
  if (!held.empty()) deliver(*connection, number, held);
  node_.on_backlog(connection->id, 0, effects_);
  settle();
  return true;
}

void SimulatedRole::stop() {
  is_stopping_ = true;
  node_.stop(diameter::DisconnectCause::rebooting, world_.now, effects_);
  settle();
}

std::optional<diameter::Time> SimulatedRole::next_deadline() const {
  return node_.next_deadline();
}

void SimulatedRole::step(diameter::Time until) {
  const auto next = next_deadline();
  if (!next || *next > until) {
    world_.now = std::max(world_.now, until);
    return;
  }
  world_.now = std::max(world_.now, *next);
  node_.on_timer(world_.now, effects_);
  settle();
  on_timer();
  settle();
}

bool SimulatedRole::is_protected(diameter::ConnectionId id) const {
  const auto found = connections_.find(number_of(id));
  return found != connections_.end() && found->second.is_protected;
}

// Views in effects live until the node is told something again, so what tells it comes last.
void SimulatedRole::settle() {
  while (!effects_.list().empty()) {
    std::vector<Effect> batch = std::exchange(effects_.list(), {});
    for (Effect& effect : batch)
      carry_out(effect);
    for (const Effect& effect : batch) {
      if (effect.kind == Effect::Kind::connect) connect(effect);
      if (effect.kind == Effect::Kind::resume) resume(effect);
    }
  }
  tell_stop();
}

void SimulatedRole::tell_stop() {
  const auto is_over = [](const auto& one) { return one.second.is_over; };
  if (!is_stopping_ || !std::ranges::all_of(connections_, is_over)) return;
  is_stopping_ = false;
  world_.add({.kind = NetEvent::Kind::stopped});
}

void SimulatedRole::carry_out(Effect& effect) {
  Connection* connection = find(number_of(effect.connection));
  switch (effect.kind) {
    case Effect::Kind::send:
      if (connection != nullptr) deliver(*connection, number_of(effect.connection), effect.octets);
      return;
    case Effect::Kind::close:
      return end(effect.connection, NetEvent::Kind::fin);
    case Effect::Kind::abort:
      return end(effect.connection, NetEvent::Kind::reset);
    case Effect::Kind::pause:
      if (connection != nullptr) connection->is_paused = true;
      return;
    case Effect::Kind::resume:
    case Effect::Kind::connect:
    case Effect::Kind::start_tls:
      return;
    default:
      return take(effect);
  }
}

void SimulatedRole::deliver(Connection& connection, std::int64_t number,
                            const SecretOctets& octets) {
  if (connection.is_stalled) {
    connection.held.insert(connection.held.end(), octets.begin(), octets.end());
    node_.on_backlog(connection.id, connection.held.size(), effects_);
    return;
  }
  world_.add({.kind = NetEvent::Kind::octets,
              .connection = number,
              .octets = Octets(octets.begin(), octets.end())});
}

void SimulatedRole::end(diameter::ConnectionId id, NetEvent::Kind how) {
  const std::int64_t number = number_of(id);
  Connection* connection = find(number);
  if (connection == nullptr) return;
  connection->is_over = true;
  world_.add({.kind = how, .connection = number});
}

void SimulatedRole::resume(const Effect& effect) {
  Connection* connection = find(number_of(effect.connection));
  if (connection == nullptr) return;
  connection->is_paused = false;
  const Octets queued = std::exchange(connection->queued, {});
  if (!queued.empty()) node_.on_octets(connection->id, queued, world_.now, effects_);
}

void SimulatedRole::connect(const Effect& effect) {
  const diameter::NodeUri& uri = config_.peers.at(effect.peer).uri;
  const std::int64_t listener =
      world_.find_listener(uri.host, diameter::port_of(uri, diameter::PortProfile::rfc6733));
  if (listener == 0) return node_.on_connect_failed(effect.connection, world_.now, effects_);
  const std::int64_t number = world_.next_connection++;
  connections_[number] = {.id = effect.connection};
  numbers_[effect.connection] = number;
  world_.add({.kind = NetEvent::Kind::accepted, .connection = number, .listener = listener});
  node_.on_connected(effect.connection, false, world_.now, effects_);
}

}  // namespace touchstone::conformance::adapters::reference
