#include "sim/deployment/keys.h"

#include "reference/keyring/keyring_file.h"
#include "reference/keyring/kgf.h"
#include "reference/keyring/network_keys.h"

namespace touchstone::sim {
namespace {

constexpr keyring::NodeId first_id = 0x00010000;
constexpr keyring::NodeId first_stranger = 0x40000000;

bool is_stranger(const TopologyNode& enode) {
  return enode.name[enode.name.rfind('-') + 1] == 'x';
}

void draw_network_keys(const Scenario& scenario, RandomStream& random, RunKeys& keys) {
  keys.network = keyring::make_network_keys(random);
  random.fill(keys.network.pwdh.writable());
  random.fill(keys.wrapping_key.writable());
  for (std::size_t i = 0; i < scenario.rotations.size(); ++i) {
    keyring::NetworkKeys next = keyring::make_network_keys(random);
    next.pwdh = keys.network.pwdh.copy();
    next.base = keys.network.base.copy();
    keys.rotations.push_back(std::move(next));
  }
}

}  // namespace

RunKeys draw_keys(const Scenario& scenario, const Topology& topology) {
  RunKeys keys;
  RandomStream random(scenario.seed, "network", "keys");
  draw_network_keys(scenario, random, keys);
  keys.identities.resize(topology.size());
  keyring::KeyGenerationFunction root_keys(keys.network.base);
  keyring::NodeId next = first_id;
  keyring::NodeId stranger = first_stranger;
  for (NodeIndex i = 0; i < topology.size(); ++i) {
    const TopologyNode& node = topology.nodes[i];
    if (node.role != Role::enode) continue;
    if (is_stranger(node)) {
      keys.identities[i].id = stranger++;
      random.fill(keys.identities[i].key);
    } else {
      keys.enodes.push_back(i);
      keys.identities[i] = {next, root_keys.root_key(next, 0, {})};
      ++next;
    }
  }
  return keys;
}

std::size_t RunKeys::known_at_first(const Scenario& scenario) const {
  return static_cast<std::size_t>(static_cast<double>(enodes.size()) * scenario.keys.initial);
}

SecretOctets RunKeys::print_keyring(const Scenario& scenario) const {
  keyring::Keyring ring{network.copy(), {}};
  for (std::size_t i = 0; i < known_at_first(scenario); ++i) {
    const NodeIdentity& identity = identities[enodes[i]];
    ring.nodes.push_back({identity.id, 1, 0, identity.key});
  }
  return keyring::print_keyring(ring);
}

}  // namespace touchstone::sim
