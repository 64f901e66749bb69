#pragma once
// Diameter nodes on a network in simulated time: octets take a while and come in pieces,
// connections break or fall silent, and the clock of a machine may jump.

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "reference/diameter/node.h"

namespace touchstone::soak {

using diameter::ConnectionId;
using diameter::Duration;
using diameter::Effect;
using diameter::Time;

/// Draws from a seed, for the nodes and for the network alike.
class Chance final : public RandomSource {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  void fill(std::span<std::uint8_t> out) override;
  /// From 0 to `below` - 1.
  std::size_t below(std::size_t below) { return engine_() % below; }
  Duration between(Duration least, Duration most);

 private:
  std::mt19937_64 engine_;
};

/// What a machine does beside its node.
class Role {
 public:
  virtual ~Role() = default;
  virtual void on_request(const Effect& request) = 0;
  virtual void on_answer(const Effect& answer) = 0;
  virtual void on_failure(const Effect& failure) = 0;
  virtual void on_peer_up(diameter::PeerIndex peer) = 0;
};

struct Machine {
  Machine(diameter::NodeConfig config, std::vector<diameter::PeerConfig> peers, Chance& chance);

  std::string host;
  std::vector<std::string> peer_hosts;
  diameter::Node node;
  diameter::Effects effects;
  std::unique_ptr<Role> role;
  Duration skew{};  ///< of its clock, ahead of the network's
  std::uint64_t begun = 0;
  std::uint64_t ended = 0;
};

/// One end of a connection. A wire without a far machine is that of somebody who speaks no
/// Diameter.
struct End {
  Machine* machine = nullptr;
  ConnectionId connection = 0;

  friend auto operator<=>(const End&, const End&) = default;
};

class Network {
 public:
  explicit Network(std::uint64_t seed) : chance(seed) {}

  Machine& add(diameter::NodeConfig config, std::vector<diameter::PeerConfig> peers);
  [[nodiscard]] Machine* find(const std::string& host) const;
  [[nodiscard]] Time time_of(const Machine& machine) const { return now + machine.skew; }

  void at(Duration after, std::function<void()> what);
  /// Lets everything happen until `until`.
  void run(Time until);
  /// Carries out what the node of `machine` wants.
  void settle(Machine& machine);

  /// A connection of a stranger to `machine`, which sends `octets` and then nothing.
  void intrude(Machine& machine, OctetView octets);
  /// Breaks one connection, or lets it swallow all that is sent from now on.
  void break_one();
  void silence_one();
  /// The longest that an open connection of `machine` has heard nothing, by the machine's clock.
  [[nodiscard]] Duration longest_silence(const Machine& machine) const;
  [[nodiscard]] std::size_t wire_count() const noexcept { return wires_.size(); }

  Time now{};
  Chance chance;
  std::vector<std::unique_ptr<Machine>> machines;
  std::uint64_t broken = 0;
  std::uint64_t silenced = 0;

 private:
  struct Wire {
    End far;
    Time free_at{};   ///< when the last octets on it arrive
    Time heard_at{};  ///< by the clock of this end
    bool is_silent = false;
  };

  void connect(Machine& machine, const Effect& effect);
  void send(End from, const SecretOctets& octets);
  void deliver(End to, const Octets& octets);
  void hang_up(End from, bool at_once);
  void lose(End end);
  Machine* next_machine(Time& at) const;

  std::map<End, Wire> wires_;
  std::multimap<Time, std::function<void()>> events_;
};

}  // namespace touchstone::soak
