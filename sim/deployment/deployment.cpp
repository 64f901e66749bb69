#include "sim/deployment/deployment.h"

#include <algorithm>

#include "sim/crypto/authority.h"
#include "sim/nodes/gateway_program.h"
#include "sim/nodes/kms_program.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration operator_retry = 5s;
constexpr Duration gateways_start_within = 1s;
constexpr int rsa_bits = 2048;

Clock::Time epoch_of(const Scenario& scenario) {
  return Clock::Time(std::chrono::seconds(scenario.epoch));
}

SecretOctets copy_of(OctetView octets) {
  return copy_secret(octets);
}

bool is_of_kms(const TopologyNode& node) {
  return node.role == Role::kms || (node.role == Role::external && node.name.starts_with("kms"));
}

}  // namespace

Deployment::Deployment(const Scenario& scenario, World& world, Journal& journal)
    : scenario_(scenario),
      world_(world),
      journal_(journal),
      machines_(world, scenario.seed, epoch_of(scenario)),
      injector_(machines_, journal, scenario.faults),
      boots_(world.topology().size()) {
  network_.journal = &journal;
  network_.protection = scenario.keys.protection;
  network_.watchdog = scenario.keys.watchdog;
  network_.reload = scenario.keys.reload;
  network_.import_restart = scenario.keys.restart;
  network_.unknown_limit.burst = scenario.keys.unknown_burst;
  find_members();
  take_keys(draw_keys(scenario, world.topology()));
  if (network_.protection == Protection::tls) make_certificates();
  install_programs();
  fill_disks();
}

// The run is over: nobody says anything more, and no capture has a last word that the run had not.
Deployment::~Deployment() {
  for (NodeIndex node = 0; node < world_.topology().size(); ++node)
    if (Machine* machine = machines_.find(node)) machine->crash();
}

// Who is there.

void Deployment::find_members() {
  const Topology& topology = world_.topology();
  for (NodeIndex i = 0; i < topology.size(); ++i) {
    const TopologyNode& node = topology.nodes[i];
    const Member member{i, node.name + "." + network_.realm};
    if (is_of_kms(node)) network_.kms.push_back(member);
    if (node.role == Role::gateway) network_.gateways.push_back(member);
  }
}

std::vector<Member> Deployment::kms_for(NodeIndex gateway) const {
  std::vector<Member> mine = network_.kms;
  const std::uint32_t site = world_.topology().nodes[gateway].site;
  // The KMS of the own site first; elsewhere all gateways prefer the first one.
  if (scenario_.topology.kind == TopologyKind::two_sites && site < mine.size())
    std::swap(mine[0], mine[site]);
  return mine;
}

// Keys.

void Deployment::take_keys(RunKeys drawn) {
  provisioned_ = drawn.known_at_first(scenario_);
  keyring_ = drawn.print_keyring(scenario_);
  network_.keys = std::move(drawn.network);
  network_.wrapping_key = std::move(drawn.wrapping_key);
  rotations_ = std::move(drawn.rotations);
  identities_ = std::move(drawn.identities);
  enodes_ = std::move(drawn.enodes);
  // Of a real KMS nobody hears what it serves: it has the keyring that was written for it.
  if (!scenario_.externals.empty())
    for (std::size_t i = 0; i < provisioned_; ++i)
      network_.known.insert(identities_[enodes_[i]].id);
}

void Deployment::make_certificates() {
  Authority authority;
  const std::string root = authority.root();
  for (const auto* members : {&network_.kms, &network_.gateways}) {
    for (const Member& member : *members) {
      const IssuedCertificate issued = authority.issue(member.host);
      auto context = crypto::TlsContext::make(as_octets(issued.certificate), as_octets(issued.key),
                                              as_octets(root));
      TOUCHSTONE_CHECK(context.has_value());
      network_.tls.emplace(member.node, *std::move(context));
    }
  }
}

std::vector<SecretOctets> Deployment::all_keys() const {
  std::vector<SecretOctets> keys;
  for (const NodeIdentity& identity : identities_)
    if (identity.id != 0) keys.push_back(copy_of(identity.key));
  const auto add = [&keys](const keyring::NetworkKeys& network) {
    keys.push_back(copy_of(network.gateway.view()));
    keys.push_back(copy_of(network.gateway_cdld.view()));
    keys.push_back(copy_of(network.base.view()));
    keys.push_back(copy_of(network.pwdh.view()));
  };
  add(network_.keys);
  for (const keyring::NetworkKeys& network : rotations_)
    add(network);
  keys.push_back(copy_of(network_.wrapping_key.view()));
  return keys;
}

void Deployment::fill_disks() {
  if (scenario_.topology.lks) {
    auto key = crypto::RsaPrivateKey::generate(rsa_bits);
    TOUCHSTONE_CHECK(key.has_value());
    private_key_.emplace(*std::move(key));
    factory_ = std::make_unique<FactoryStore>(network_.keys, private_key_->public_key(),
                                              epoch_of(scenario_));
  }
  for (const Member& kms : network_.kms) {
    Machine* machine = machines_.find(kms.node);
    if (machine == nullptr) continue;
    machine->disk().put(keyring_path, keyring_);
    if (private_key_) machine->disk().put(private_key_path, private_key_->to_pem());
  }
}

// Programs.

void Deployment::install_programs() {
  machines_.on_power = [this](Machine& machine, bool has_power) {
    journal_.tell({.at = world_.now(),
                   .kind = has_power ? Happening::Kind::start : Happening::Kind::crash,
                   .node = machine.index(),
                   .count = has_power ? ++boots_[machine.index()] : 0});
  };
  for (const Member& kms : network_.kms) {
    if (world_.topology().nodes[kms.node].role == Role::external) continue;
    machines_.add(kms.node).install([this, kms](Machine& machine) {
      return std::make_unique<KmsProgram>(machine, network_, kms);
    });
  }
  for (const Member& gateway : network_.gateways)
    install_gateway(gateway.node, gateway);
  for (NodeIndex i = 0; i < world_.topology().size(); ++i) {
    const Role role = world_.topology().nodes[i].role;
    if (role == Role::lks)
      machines_.add(i).install([this](Machine& machine) {
        return std::make_unique<FactoryProgram>(machine, network_, *factory_);
      });
    if (role == Role::access_point)
      machines_.add(i).install([up = gateway_of(i)](Machine& machine) {
        return std::make_unique<AccessPointProgram>(machine, up);
      });
    Machine* machine = machines_.find(i);
    if (machine != nullptr) machine->set_costs(costs());
  }
}

/// None where work takes no time: a machine without a table is quicker to simulate.
const CostTable* Deployment::costs() const {
  const bool has_costs =
      std::ranges::any_of(scenario_.costs, [](Duration one) { return one > Duration(); });
  return has_costs ? &scenario_.costs : nullptr;
}

void Deployment::install_gateway(NodeIndex node, const Member& self) {
  machines_.add(node).install([this, self](Machine& machine) {
    return std::make_unique<GatewayProgram>(machine, network_, self, kms_for(self.node));
  });
}

/// Whom a node or an access point speaks to: what it is linked to.
Endpoint Deployment::gateway_of(NodeIndex enode) const {
  const Topology& topology = world_.topology();
  return {topology.nodes[topology.nodes[enode].parent].address, join_port};
}

// The plan.

void Deployment::schedule() {
  RandomStream random(scenario_.seed, "deployment", "start");
  for (NodeIndex i = 0; i < world_.topology().size(); ++i) {
    Machine* machine = machines_.find(i);
    if (machine == nullptr) continue;
    const bool is_late = machine->place().role == Role::gateway;
    const Moment at = is_late ? Moment(random.below(gateways_start_within / 1ns)) : Moment();
    world_.schedule(at, [machine] { machine->power_on(); });
  }
  for (const JoinPlan& plan : scenario_.joins)
    schedule_joins(plan);
  for (std::uint32_t i = 0; i < scenario_.rotations.size(); ++i) {
    plan_end_ = std::max(plan_end_, scenario_.rotations[i].at);
    world_.schedule(scenario_.rotations[i].at, [this, i] { rotate(i); });
  }
  for (const DeliveryPlan& plan : scenario_.deliveries) {
    plan_end_ = std::max(plan_end_, plan.at);
    world_.schedule(plan.at, [this, &plan] { provision(plan); });
  }
  for (std::size_t i = 0; i < scenario_.attacks.size(); ++i)
    schedule_attack(i);
  plan_end_ = std::max(plan_end_, end_of(scenario_.faults));
  injector_.schedule();
}

void Deployment::schedule_joins(const JoinPlan& plan) {
  RandomStream random(scenario_.seed, plan.nodes, "arrival");
  std::vector<NodeIndex> nodes;
  for (NodeIndex i = 0; i < world_.topology().size(); ++i) {
    const TopologyNode& node = world_.topology().nodes[i];
    if (node.role == Role::enode && matches(plan.nodes, node.name)) nodes.push_back(i);
  }
  const auto spread = static_cast<double>(plan.spread.count());
  double passed = 0;
  for (const NodeIndex node : nodes) {
    if (plan.arrival == Arrival::uniform) passed = random.unit() * spread;
    if (plan.arrival == Arrival::poisson)
      passed += random.exponential(spread / static_cast<double>(nodes.size()));
    const Moment at = plan.at + Duration(static_cast<Duration::rep>(passed));
    plan_end_ = std::max(plan_end_, at);
    world_.schedule(at, [this, node] { join(node); });
  }
}

void Deployment::join(NodeIndex node) {
  Machine& machine = machines_.add(node);
  if (boots_[node] == 0) {
    machine.install([this, node](Machine& made) {
      return std::make_unique<ENodeProgram>(made, network_, identities_[node], gateway_of(node),
                                            world_.now());
    });
    machine.set_costs(costs());
  }
  machine.crash();
  machine.power_on();
}

void Deployment::schedule_attack(std::size_t index) {
  const AttackPlan& plan = scenario_.attacks[index];
  const NodeIndex node = world_.topology().find("attacker" + std::to_string(index + 1));
  if (node == no_node) return;
  if (plan.kind == AttackKind::replay || plan.kind == AttackKind::malformed)
    listeners_.push_back(node);
  const AttackOrder order{plan.kind, plan.lasts, plan.rate, gateway_of(node)};
  world_.schedule(plan.at, [this, node, order] {
    Machine& machine = machines_.add(node);
    machine.install([this, order](Machine& made) {
      return std::make_unique<AttackerProgram>(made, network_, order);
    });
    machine.power_on();
  });
}

void Deployment::overhear(const Captured& captured) {
  if (captured.is_stream || captured.to.port != join_port) return;
  for (const NodeIndex listener : listeners_) {
    Machine* machine = machines_.find(listener);
    if (machine == nullptr || !machine->has_power() || captured.link == listener) continue;
    dynamic_cast<AttackerProgram&>(*machine->program()).overhear(captured.payload);
  }
}

/// What the operator does at each KMS: the same new keys, again where the first time fails.
void Deployment::rotate(std::uint32_t number) {
  for (const Member& kms : network_.kms)
    install_keys(number, kms.node);
}

void Deployment::install_keys(std::uint32_t number, NodeIndex kms) {
  Machine* machine = machines_.find(kms);
  if (machine == nullptr) return;
  bool is_done = false;
  machine->run([&](Program& program) {
    is_done = dynamic_cast<KmsProgram&>(program).install_network_keys(rotations_[number]);
  });
  if (is_done || number + 1 < rotations_.size()) return;
  world_.schedule(world_.now() + operator_retry,
                  [this, number, kms] { install_keys(number, kms); });
}

/// The factory works when its machine does.
void Deployment::provision(const DeliveryPlan& plan) {
  const NodeIndex factory = world_.topology().find("lks1");
  const Machine& machine = *machines_.find(factory);
  if (!machine.has_power() || machine.is_paused()) {
    world_.schedule(world_.now() + operator_retry, [this, &plan] { provision(plan); });
    return;
  }
  const std::size_t end = std::min(enodes_.size(), provisioned_ + plan.nodes);
  if (end == provisioned_) return;
  const keyring::NodeId first = identities_[enodes_[provisioned_]].id;
  const auto nodes = static_cast<std::uint32_t>(end - provisioned_);
  provisioned_ = end;
  machines_.find(factory)->run(
      [&](Program& program) { dynamic_cast<FactoryProgram&>(program).provision(first, nodes); });
}

}  // namespace touchstone::sim
