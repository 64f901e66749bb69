#pragma once
// A scenario on a world: machines with programs, keys, and everything that happens by plan.

#include <memory>
#include <optional>
#include <vector>

#include "sim/deployment/keys.h"
#include "sim/faults/injector.h"
#include "sim/metrics/journal.h"
#include "sim/nodes/factory.h"

namespace touchstone::sim {

class Deployment {
 public:
  /// The scenario has no nemesis left. What the references name outlives the deployment; the
  /// world's topology is that of the scenario.
  Deployment(const Scenario& scenario, World& world, Journal& journal);
  ~Deployment();

  /// Plans everything; then the world runs.
  void schedule();

  [[nodiscard]] Network& network() noexcept { return network_; }
  [[nodiscard]] Machines& machines() noexcept { return machines_; }
  /// Of an enode; id 0 for any other node.
  [[nodiscard]] const NodeIdentity& identity(NodeIndex node) const { return identities_[node]; }
  /// Every key that exists in the run, as octets: root keys, network keys, the wrapping key.
  [[nodiscard]] std::vector<SecretOctets> all_keys() const;
  /// When the last planned thing has happened.
  [[nodiscard]] Moment plan_end() const noexcept { return plan_end_; }
  /// To be given every captured packet, for attackers that listen.
  void overhear(const Captured& captured);

 private:
  void find_members();
  void take_keys(RunKeys drawn);
  void make_certificates();
  void fill_disks();
  void install_programs();
  void install_gateway(NodeIndex node, const Member& self);
  void schedule_joins(const JoinPlan& plan);
  void join(NodeIndex node);
  void schedule_attack(std::size_t index);
  void rotate(std::uint32_t number);
  void install_keys(std::uint32_t number, NodeIndex kms);
  void provision(const DeliveryPlan& plan);
  [[nodiscard]] const CostTable* costs() const;
  [[nodiscard]] std::vector<Member> kms_for(NodeIndex gateway) const;
  [[nodiscard]] Endpoint gateway_of(NodeIndex enode) const;

  const Scenario& scenario_;
  World& world_;
  Journal& journal_;
  Machines machines_;
  Network network_;
  std::vector<NodeIdentity> identities_;
  std::vector<NodeIndex> enodes_;  // known ones, in the order of their ids
  std::size_t provisioned_ = 0;    // of enodes_, whose keys some keyring or the factory has
  SecretOctets keyring_;           // of each KMS at first
  std::vector<keyring::NetworkKeys> rotations_;
  std::optional<crypto::RsaPrivateKey> private_key_;
  std::unique_ptr<FactoryStore> factory_;
  FaultInjector injector_;
  std::vector<NodeIndex> listeners_;  // attackers that replay or mangle
  std::vector<std::uint32_t> boots_;
  Moment plan_end_{};
};

}  // namespace touchstone::sim
