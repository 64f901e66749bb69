#pragma once
// Somebody who belongs to nobody: guesses ids, says again what others have said, sends what is
// nearly a message, or plays a gateway. What it achieves is told as `breach`.

#include <deque>
#include <map>
#include <optional>

#include "reference/gateway/join.h"
#include "sim/nodes/diameter_host.h"
#include "sim/nodes/network.h"

namespace touchstone::sim {

enum class AttackKind : std::uint8_t {
  scan,       ///< joins of ids that it guesses
  replay,     ///< what others have said to gateways, again
  malformed,  ///< octets that are nearly a message, to gateways and KMS
  rogue       ///< a gateway that nobody has configured
};

struct AttackOrder {
  AttackKind kind = AttackKind::scan;
  Duration lasts{};
  double rate = 10;  ///< messages a second
  Endpoint gateway;
};

class AttackerProgram final : public Program, public DiameterUser {
 public:
  AttackerProgram(Machine& machine, const Network& network, const AttackOrder& order)
      : machine_(machine), network_(network), order_(order) {}

  /// What it overhears of the radio.
  void overhear(OctetView datagram);

  void start() override;
  void on_connected(StreamId stream) override;
  void on_connect_failed(StreamId stream) override;
  void on_octets(StreamId stream, OctetView octets) override;
  void on_closed(StreamId stream) override;
  void on_datagram(std::uint16_t port, Endpoint from, OctetView octets) override;
  void on_timer(Timer timer) override;

 private:
  void on_request(const diameter::Effect&, std::string_view, bool) override {}
  void on_answer(const diameter::Effect& answer) override;
  void on_failure(const diameter::Effect&) override {}
  void on_peer_up(diameter::PeerIndex peer) override;
  void on_peer_down(diameter::PeerIndex) override {}

  void strike();
  void guess();
  void repeat();
  void mangle();
  void play_gateway();
  void send(OctetView octets);
  void breach(std::uint32_t id, std::string_view how);
  [[nodiscard]] Endpoint kms() const;

  Machine& machine_;
  const Network& network_;
  AttackOrder order_;
  Machine::LocalTime until_{};
  std::uint64_t struck_ = 0;
  std::map<keyring::NodeId, gateway::JoiningNode> guesses_;
  std::deque<Octets> heard_;
  std::optional<DiameterHost> diameter_;
};

}  // namespace touchstone::sim
