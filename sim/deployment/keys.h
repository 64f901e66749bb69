#pragma once
// The keys of a run: all of them are drawn from its seed.

#include <vector>

#include "reference/keyring/model.h"
#include "sim/nodes/radio_programs.h"
#include "sim/scenario/scenario.h"

namespace touchstone::sim {

struct RunKeys {
  keyring::NetworkKeys network;  ///< as they are when the run begins
  SecretKey<16> wrapping_key;
  std::vector<keyring::NetworkKeys> rotations;  ///< of the scenario, in their order
  std::vector<NodeIdentity> identities;         ///< by node; id 0 for what does not join
  std::vector<NodeIndex> enodes;  ///< those that belong to the network, in the order of their ids

  /// How many of `enodes` the KMS knows from the beginning.
  [[nodiscard]] std::size_t known_at_first(const Scenario& scenario) const;
  /// keyring.csv of a KMS when the run begins.
  [[nodiscard]] SecretOctets print_keyring(const Scenario& scenario) const;
};

/// `topology` is that of the scenario.
[[nodiscard]] RunKeys draw_keys(const Scenario& scenario, const Topology& topology);

}  // namespace touchstone::sim
