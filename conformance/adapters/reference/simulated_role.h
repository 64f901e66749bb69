#pragma once
// An endpoint of the reference in simulated time: its node, the connections to it and what was
// seen on them. A role serves or asks on top of it.

#include <cstdint>
#include <map>
#include <vector>

#include "conformance/harness/network.h"
#include "reference/diameter/config.h"
#include "reference/diameter/node.h"

namespace touchstone::conformance::adapters::reference {

inline constexpr std::uint32_t loopback = 0x7F000001;

/// SplitMix64: a run replays.
class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) noexcept : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

/// The time and what has happened; lives as long as the case.
struct SimulatedWorld {
  struct Listener {
    std::string host;
    std::uint16_t port = 0;
    bool is_open = true;
  };

  diameter::Time now{};
  std::vector<harness::NetEvent> events;
  std::map<std::int64_t, Listener> listeners;
  std::int64_t next_connection = 1;
  std::int64_t next_trigger = 1;

  [[nodiscard]] std::int64_t now_ms() const;
  void add(harness::NetEvent event);
  /// 0 when nobody listens there.
  [[nodiscard]] std::int64_t find_listener(std::string_view host, std::uint16_t port) const;
};

/// `config` as settings of a node; what no file has stands in `args` of net.start: tw_ms, cer_ms.
[[nodiscard]] diameter::NodeConfig node_config(const diameter::Config& config,
                                               const harness::Json& args);

class SimulatedRole {
 public:
  SimulatedRole(SimulatedWorld& world, const diameter::Config& config, const harness::Json& args);
  virtual ~SimulatedRole() = default;
  SimulatedRole(const SimulatedRole&) = delete;
  SimulatedRole& operator=(const SimulatedRole&) = delete;

  virtual void start();
  std::int64_t open(bool is_protected);
  /// False for a connection that has ended.
  bool send(std::int64_t connection, OctetView octets);
  bool close(std::int64_t connection);
  bool stall(std::int64_t connection, bool is_stalled);
  /// `stopped` tells when the last connection has ended.
  void stop();
  /// Carries out the next thing that is due not later than `until`, or goes there.
  void step(diameter::Time until);

 protected:
  /// Something that a node hands out: request, answer, failure, peer_up, peer_down.
  virtual void take(const diameter::Effect& effect) = 0;
  [[nodiscard]] virtual std::optional<diameter::Time> next_deadline() const;
  /// The time of next_deadline() has come.
  virtual void on_timer() {}

  [[nodiscard]] bool is_protected(diameter::ConnectionId id) const;
  /// Carries out what the node asked for, until it asks for nothing more.
  void settle();

  SimulatedWorld& world_;
  SeededRandom random_{1};
  diameter::Config config_;
  diameter::NodeConfig settings_;
  diameter::Node node_;
  diameter::Effects effects_;

 private:
  struct Connection {
    diameter::ConnectionId id = 0;
    bool is_protected = false;
    bool is_stalled = false;  // we do not read
    bool is_paused = false;   // the node does not read
    bool is_over = false;
    SecretOctets held = {};  // sent by the node, not read by us
    Octets queued = {};      // sent by us, not read by the node
  };

  void carry_out(diameter::Effect& effect);
  void deliver(Connection& connection, std::int64_t number, const SecretOctets& octets);
  void end(diameter::ConnectionId id, harness::NetEvent::Kind how);
  void connect(const diameter::Effect& effect);
  void resume(const diameter::Effect& effect);
  void feed(Connection& connection, OctetView octets);
  Connection* find(std::int64_t number);
  std::int64_t number_of(diameter::ConnectionId id) const;
  void tell_stop();

  bool is_stopping_ = false;
  std::map<std::int64_t, Connection> connections_;
  std::map<diameter::ConnectionId, std::int64_t> numbers_;
};

}  // namespace touchstone::conformance::adapters::reference
