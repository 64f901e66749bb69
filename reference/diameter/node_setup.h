#pragma once
// From a configuration file to the settings of a node.

#include <vector>

#include "reference/diameter/config.h"
#include "reference/diameter/node.h"

namespace touchstone::diameter {

/// What `config` says. The caller adds what no file has: addresses, start_seconds, origin_state_id,
/// served requests, times and limits.
[[nodiscard]] NodeConfig node_config_of(const Config& config);

/// The peers of its table, in their order.
[[nodiscard]] std::vector<PeerConfig> peer_configs_of(const Config& config);

}  // namespace touchstone::diameter
