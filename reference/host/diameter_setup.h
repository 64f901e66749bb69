#pragma once
// From a configuration file to a node of this machine (docs/formats/diameter-conf.md).

#include <vector>

#include "reference/base/clock.h"
#include "reference/diameter/config.h"
#include "reference/host/diameter_driver.h"

namespace touchstone::host {

/// Identity, realm, applications and security of `config`; `clock` gives the identifiers and
/// Origin-State-Id their start. Errc::network when the host of its URI has no IPv4 address.
Result<diameter::NodeConfig> node_config(const diameter::Config& config, const Clock& clock);

/// The PeerTable, in its order.
[[nodiscard]] std::vector<DriverPeer> driver_peers(const diameter::Config& config,
                                                   diameter::PortProfile profile);

}  // namespace touchstone::host
