#include "reference/diameter/node_setup.h"

#include <algorithm>

namespace touchstone::diameter {

NodeConfig node_config_of(const Config& config) {
  NodeConfig node;
  node.host = config.uri.host;
  node.realm = config.realm;
  node.vendor_id = config.vendor_id;
  node.product_name = config.product_name;
  for (const ConfiguredApplication& application : config.applications)
    if (application.type == ApplicationIdType::auth) node.applications.push_back(application.id);
  const auto has = [&](SecurityId id) {
    return std::ranges::count(config.inband_security, id) != 0;
  };
  node.allows_tls = has(SecurityId::tls);
  node.allows_clear = config.inband_security.empty() || has(SecurityId::no_inband_security);
  return node;
}

std::vector<PeerConfig> peer_configs_of(const Config& config) {
  std::vector<PeerConfig> peers;
  for (const ConfiguredPeer& row : config.peers)
    peers.push_back({.host = row.uri.host, .connect = row.connecting});
  return peers;
}

}  // namespace touchstone::diameter
