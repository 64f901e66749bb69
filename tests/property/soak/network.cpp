#include "tests/property/soak/network.h"

#include <algorithm>

namespace touchstone::soak {

using namespace std::chrono_literals;
using Kind = Effect::Kind;

void Chance::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& octet : out)
    octet = static_cast<std::uint8_t>(engine_());
}

Duration Chance::between(Duration least, Duration most) {
  return least + Duration(below(static_cast<std::size_t>((most - least).count()) + 1));
}

Machine::Machine(diameter::NodeConfig config, std::vector<diameter::PeerConfig> peers,
                 Chance& chance)
    : host(config.host), node(std::move(config), peers, chance) {
  for (const diameter::PeerConfig& peer : peers)
    peer_hosts.push_back(peer.host);
}

Machine& Network::add(diameter::NodeConfig config, std::vector<diameter::PeerConfig> peers) {
  return *machines.emplace_back(
      std::make_unique<Machine>(std::move(config), std::move(peers), chance));
}

Machine* Network::find(const std::string& host) const {
  const auto found =
      std::ranges::find_if(machines, [&](const auto& one) { return one->host == host; });
  return found == machines.end() ? nullptr : found->get();
}

void Network::at(Duration after, std::function<void()> what) {
  events_.emplace(now + after, std::move(what));
}

// The machine whose node wants to be called next, and when by the network's clock.
Machine* Network::next_machine(Time& at) const {
  Machine* next = nullptr;
  for (const auto& machine : machines) {
    const auto deadline = machine->node.next_deadline();
    if (!deadline) continue;
    const Time when = std::max(*deadline - machine->skew, now);
    if (next != nullptr && when >= at) continue;
    next = machine.get();
    at = when;
  }
  return next;
}

void Network::run(Time until) {
  for (;;) {
    Time timer{};
    Machine* machine = next_machine(timer);
    const bool is_event =
        !events_.empty() && (machine == nullptr || events_.begin()->first <= timer);
    const Time when = is_event ? events_.begin()->first : timer;
    if ((!is_event && machine == nullptr) || when > until) break;
    now = std::max(now, when);
    if (is_event) {
      const auto what = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      what();
      continue;
    }
    machine->node.on_timer(time_of(*machine), machine->effects);
    settle(*machine);
  }
  now = until;
}

void Network::settle(Machine& machine) {
  while (!machine.effects.list().empty()) {
    std::vector<Effect> batch = std::move(machine.effects.list());
    machine.effects.list().clear();
    for (const Effect& effect : batch) {
      const End end{&machine, effect.connection};
      switch (effect.kind) {
        case Kind::connect:
          connect(machine, effect);
          break;
        case Kind::send:
          send(end, effect.octets);
          break;
        case Kind::close:
        case Kind::abort:
          hang_up(end, effect.kind == Kind::abort);
          break;
        case Kind::request:
          machine.role->on_request(effect);
          break;
        case Kind::answer:
          machine.role->on_answer(effect);
          break;
        case Kind::failure:
          machine.role->on_failure(effect);
          break;
        case Kind::peer_up:
          machine.role->on_peer_up(effect.peer);
          break;
        case Kind::ended:
          ++machine.ended;
          break;
        default:
          break;
      }
    }
  }
}

void Network::connect(Machine& machine, const Effect& effect) {
  ++machine.begun;
  const End near{&machine, effect.connection};
  Machine* far = find(machine.peer_hosts[effect.peer]);
  at(chance.between(1ms, 50ms), [this, near, far] {
    Machine& begins = *near.machine;
    if (chance.below(20) == 0) {
      begins.node.on_connect_failed(near.connection, time_of(begins), begins.effects);
      return settle(begins);
    }
    ++far->begun;
    const ConnectionId id = far->node.on_accepted(false, time_of(*far), far->effects);
    wires_[near] = {{far, id}, now, time_of(begins)};
    wires_[{far, id}] = {near, now, time_of(*far)};
    settle(*far);
    begins.node.on_connected(near.connection, false, time_of(begins), begins.effects);
    settle(begins);
  });
}

void Network::send(End from, const SecretOctets& octets) {
  const auto wire = wires_.find(from);
  if (wire == wires_.end() || wire->second.is_silent) return;
  Wire& out = wire->second;
  const OctetView all(octets);
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t size = std::min(all.size() - begin, 1 + chance.below(600));
    const OctetView piece = all.subspan(begin, size);
    out.free_at = std::max(out.free_at, now + chance.between(1ms, 40ms));
    events_.emplace(out.free_at, [this, to = out.far, copy = Octets(piece.begin(), piece.end())] {
      deliver(to, copy);
    });
    begin += size;
  }
}

void Network::deliver(End to, const Octets& octets) {
  const auto wire = wires_.find(to);
  if (to.machine == nullptr || wire == wires_.end()) return;
  wire->second.heard_at = time_of(*to.machine);
  to.machine->node.on_octets(to.connection, octets, time_of(*to.machine), to.machine->effects);
  settle(*to.machine);
}

// The node has given the connection up; the other end learns of it behind what was sent.
void Network::hang_up(End from, bool at_once) {
  const auto wire = wires_.find(from);
  if (wire == wires_.end()) return;
  const Wire gone = wire->second;
  wires_.erase(wire);
  if (gone.far.machine == nullptr || gone.is_silent) return;
  const Time when = at_once ? now + 1ms : std::max(gone.free_at, now + 1ms);
  events_.emplace(when, [this, far = gone.far] { lose(far); });
}

void Network::lose(End end) {
  if (wires_.erase(end) == 0) return;
  end.machine->node.on_closed(end.connection, time_of(*end.machine), end.machine->effects);
  settle(*end.machine);
}

void Network::intrude(Machine& machine, OctetView octets) {
  ++machine.begun;
  const ConnectionId id = machine.node.on_accepted(false, time_of(machine), machine.effects);
  wires_[{&machine, id}] = {{}, now, time_of(machine)};
  settle(machine);
  if (!octets.empty()) deliver({&machine, id}, Octets(octets.begin(), octets.end()));
}

void Network::break_one() {
  if (wires_.empty()) return;
  const auto wire =
      std::next(wires_.begin(), static_cast<std::ptrdiff_t>(chance.below(wires_.size())));
  const End near = wire->first;
  const End far = wire->second.far;
  if (far.machine == nullptr) return;
  ++broken;
  lose(near);
  at(chance.between(1ms, 2s), [this, far] { lose(far); });
}

void Network::silence_one() {
  if (wires_.empty()) return;
  const auto wire =
      std::next(wires_.begin(), static_cast<std::ptrdiff_t>(chance.below(wires_.size())));
  if (wire->second.far.machine == nullptr) return;
  ++silenced;
  wire->second.is_silent = true;
  const auto back = wires_.find(wire->second.far);
  if (back != wires_.end()) back->second.is_silent = true;
}

Duration Network::longest_silence(const Machine& machine) const {
  Duration longest{};
  for (const auto& [end, wire] : wires_) {
    if (end.machine != &machine || wire.far.machine == nullptr) continue;
    longest = std::max(longest, time_of(machine) - wire.heard_at);
  }
  return longest;
}

}  // namespace touchstone::soak
