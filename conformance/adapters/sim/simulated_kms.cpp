#include "conformance/adapters/sim/simulated_kms.h"

#include "reference/diameter/node_setup.h"
#include "reference/kms/key_snapshot.h"

namespace touchstone::conformance::adapters::sim {
namespace {

using diameter::ConnectionId;
using diameter::Effect;
using harness::Json;
using std::chrono::milliseconds;

constexpr std::uint32_t own_address = 0x0A000002;
constexpr std::chrono::seconds connect_patience{15};
constexpr milliseconds backlog_look{20};

diameter::NodeConfig node_config(const diameter::Config& config, const Json& args) {
  diameter::NodeConfig node = diameter::node_config_of(config);
  node.addresses = {own_address};
  node.origin_state_id = 1;
  node.start_seconds = 1;
  node.served = {{diameter::application_mobile_ipv4, diameter::command_aa_mobile_node}};
  if (args.contains("tw_ms")) node.tw = milliseconds(args.at("tw_ms").get<int>());
  if (args.contains("cer_ms")) node.exchange_timeout = milliseconds(args.at("cer_ms").get<int>());
  return node;
}

std::optional<SecretKey<16>> wrapping_key(const Json& args) {
  if (!args.contains("wrapping_key")) return std::nullopt;
  const auto octets = from_hex(args.at("wrapping_key").get<std::string>());
  if (!octets || octets->size() != 16) return std::nullopt;
  return SecretKey<16>(std::span<const std::uint8_t, 16>(*octets));
}

kms::KeyServiceSettings service_settings(const diameter::Config& config, const Json& args,
                                         const std::optional<SecretKey<16>>& wrapping) {
  kms::KeyServiceSettings settings;
  settings.host = config.uri.host;
  settings.realm = config.realm;
  settings.address = own_address;
  settings.state_id = 1;
  settings.require_protection = args.value("require_protected", false);
  settings.wrapping_key = wrapping ? &*wrapping : nullptr;
  return settings;
}

}  // namespace

SimulatedKms::SimulatedKms(touchstone::sim::World& world, const KmsPlace& place,
                           const diameter::Config& config, kms::KeySnapshotPointer keys,
                           const Json& args)
    : world_(world),
      place_(place),
      config_(config),
      random_(1, config.uri.host, "kms"),
      wrapping_key_(wrapping_key(args)),
      service_(service_settings(config, args, wrapping_key_), std::move(keys), random_),
      node_(node_config(config, args), diameter::peer_configs_of(config), random_) {}

void SimulatedKms::start() {
  world_.listen(place_.node, place_.port);
  world_.listen(place_.node, place_.protected_port);
  node_.start(now(), effects_);
  settle();
}

void SimulatedKms::stop() {
  node_.stop(diameter::DisconnectCause::rebooting, now(), effects_);
  settle();
}

bool SimulatedKms::reload(OctetView keyring) {
  Findings findings;
  return service_.reload(kms::load_snapshot(keyring, findings)).result ==
         kms::ReloadResult::swapped;
}

diameter::Time SimulatedKms::now() const {
  return diameter::Time(world_.now());
}

SimulatedKms::Link* SimulatedKms::find(ConnectionId id) {
  const auto found = links_.find(id);
  return found == links_.end() ? nullptr : &found->second;
}

// Views in effects live until the node is told something again; what tells it gathers meanwhile.
void SimulatedKms::settle() {
  if (is_settling_) return;
  is_settling_ = true;
  while (!effects_.list().empty()) {
    std::vector<Effect> batch = std::exchange(effects_.list(), {});
    for (Effect& effect : batch)
      apply(effect);
    for (const Effect& effect : batch)
      if (effect.kind == Effect::Kind::resume) resume(effect.connection);
  }
  is_settling_ = false;
  keep_time();
}

void SimulatedKms::apply(Effect& effect) {
  Link* link = find(effect.connection);
  switch (effect.kind) {
    case Effect::Kind::connect:
      return connect(effect);
    case Effect::Kind::request:
      return answer(effect);
    case Effect::Kind::send:
      if (link != nullptr) send(effect.connection, *link, effect.octets);
      return;
    case Effect::Kind::close:
      if (link != nullptr) world_.close(link->stream);
      return forget(effect.connection);
    case Effect::Kind::abort:
      if (link != nullptr) world_.abort(link->stream);
      return forget(effect.connection);
    case Effect::Kind::pause:
      if (link != nullptr) link->is_paused = true;
      return;
    default:
      return;
  }
}

void SimulatedKms::connect(const Effect& effect) {
  const diameter::NodeUri& uri = config_.peers.at(effect.peer).uri;
  const Endpoint far{place_.peers, diameter::port_of(uri, diameter::PortProfile::rfc6733)};
  const StreamId stream = world_.connect(place_.node, far, connect_patience);
  links_[effect.connection].stream = stream;
  by_stream_[stream] = effect.connection;
}

void SimulatedKms::send(ConnectionId id, Link& link, OctetView octets) {
  world_.send(link.stream, octets);
  if (world_.backlog(link.stream) > 0 && !link.is_watched) {
    link.is_watched = true;
    watch_backlog(id);
  }
}

void SimulatedKms::watch_backlog(ConnectionId id) {
  Link* link = find(id);
  if (link == nullptr) return;
  const std::size_t held = world_.backlog(link->stream);
  link->is_watched = held > 0;
  node_.on_backlog(id, held, effects_);
  if (held > 0) world_.schedule(world_.now() + backlog_look, [this, id] { watch_backlog(id); });
  settle();
}

void SimulatedKms::resume(ConnectionId id) {
  Link* link = find(id);
  if (link == nullptr) return;
  link->is_paused = false;
  const Octets queued = std::exchange(link->queued, {});
  if (!queued.empty()) node_.on_octets(id, queued, now(), effects_);
}

void SimulatedKms::answer(const Effect& request) {
  const Link* link = find(request.connection);
  SecretOctets answer;
  service_.answer(request.message,
                  {.host = node_.peer_host(request.peer),
                   .is_protected = link != nullptr && link->is_protected},
                  now().time_since_epoch(), answer);
  node_.answer(request.request, answer, effects_);
}

void SimulatedKms::forget(ConnectionId id) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  by_stream_.erase(found->second.stream);
  links_.erase(found);
}

void SimulatedKms::keep_time() {
  const auto deadline = node_.next_deadline();
  if (!deadline || (timer_ && *timer_ <= *deadline)) return;
  timer_ = *deadline;
  world_.schedule(std::chrono::duration_cast<touchstone::sim::Moment>(deadline->time_since_epoch()),
                  [this, due = *deadline] {
                    if (timer_ != due) return;
                    timer_.reset();
                    node_.on_timer(now(), effects_);
                    settle();
                  });
}

void SimulatedKms::on_accepted(StreamId stream, std::uint16_t port) {
  const bool is_protected = port == place_.protected_port;
  const ConnectionId id = node_.on_accepted(is_protected, now(), effects_);
  links_[id] = {.stream = stream, .is_protected = is_protected};
  by_stream_[stream] = id;
  settle();
}

void SimulatedKms::on_connected(StreamId stream) {
  if (!by_stream_.contains(stream)) return;
  node_.on_connected(by_stream_.at(stream), false, now(), effects_);
  settle();
}

void SimulatedKms::on_connect_failed(StreamId stream) {
  if (!by_stream_.contains(stream)) return;
  const ConnectionId id = by_stream_.at(stream);
  forget(id);
  node_.on_connect_failed(id, now(), effects_);
  settle();
}

void SimulatedKms::on_octets(StreamId stream, OctetView octets) {
  const auto found = by_stream_.find(stream);
  if (found == by_stream_.end()) return;
  const ConnectionId id = found->second;
  Link& link = links_.at(id);
  if (link.is_paused) {
    link.queued.insert(link.queued.end(), octets.begin(), octets.end());
    return;
  }
  node_.on_octets(id, octets, now(), effects_);
  settle();
}

void SimulatedKms::on_closed(StreamId stream) {
  if (!by_stream_.contains(stream)) return;
  const ConnectionId id = by_stream_.at(stream);
  forget(id);
  node_.on_closed(id, now(), effects_);
  settle();
}

}  // namespace touchstone::conformance::adapters::sim
