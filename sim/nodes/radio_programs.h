#pragma once
// The two ends of the radio: an access point that passes joins on, and nodes that join.

#include "reference/gateway/access_point.h"
#include "reference/gateway/join_session.h"
#include "sim/nodes/network.h"

namespace touchstone::sim {

class AccessPointProgram final : public Program {
 public:
  /// `gateway` is where joins go.
  AccessPointProgram(Machine& machine, Endpoint gateway) : machine_(machine), gateway_(gateway) {}

  void start() override;
  void on_datagram(std::uint16_t port, Endpoint from, OctetView octets) override;

 private:
  Machine& machine_;
  Endpoint gateway_;
  gateway::AccessPoint attempts_;
};

/// What a node knows from the factory. Its key is the network's: a node the KMS does not know has
/// one that nobody else has.
struct NodeIdentity {
  keyring::NodeId id = 0;
  keyring::RootKey key{};
};

class ENodeProgram final : public Program {
 public:
  /// The node begins at `begin`, or when it starts if that is later, and asks `via`.
  ENodeProgram(Machine& machine, const Network& network, const NodeIdentity& identity, Endpoint via,
               Moment begin)
      : machine_(machine), network_(network), identity_(identity), via_(via), begin_(begin) {}

  [[nodiscard]] gateway::JoinCode result() const noexcept {
    return session_ ? session_->result() : gateway::JoinCode::none;
  }

  void start() override;
  void on_datagram(std::uint16_t port, Endpoint from, OctetView octets) override;
  void on_timer(Timer timer) override;

 private:
  void begin();
  void say(const Octets& octets);
  void look();
  [[nodiscard]] gateway::JoinTime join_time() const;

  Machine& machine_;
  const Network& network_;
  const NodeIdentity& identity_;
  Endpoint via_;
  Moment begin_;
  std::optional<gateway::JoinSession> session_;
  Machine::LocalTime begun_{};
  std::uint32_t said_ = 0;
};

}  // namespace touchstone::sim
