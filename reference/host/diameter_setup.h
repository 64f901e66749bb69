#pragma once
// From a configuration file to a node of this machine (docs/formats/diameter-conf.md).

#include <optional>
#include <string>
#include <vector>

#include "reference/base/clock.h"
#include "reference/base/files.h"
#include "reference/crypto/tls.h"
#include "reference/diameter/config.h"
#include "reference/host/diameter_driver.h"

namespace touchstone::host {

/// Identity, realm, applications and security of `config`; `clock` gives the identifiers and
/// Origin-State-Id their start. Errc::network when the host of its URI has no IPv4 address.
Result<diameter::NodeConfig> node_config(const diameter::Config& config, const Clock& clock);

/// The PeerTable, in its order.
[[nodiscard]] std::vector<DriverPeer> driver_peers(const diameter::Config& config,
                                                   diameter::PortProfile profile);

/// PEM files (docs/formats/diameter-conf.md); all three or none.
struct TlsPaths {
  std::string certificate;  ///< ours, and those between it and the root
  std::string key;          ///< SECRET
  std::string roots;        ///< whose certificates we trust

  [[nodiscard]] bool is_given() const { return !certificate.empty(); }
};

/// Nothing when no path is given. Errors of Files and of crypto::TlsContext, with the path.
Result<std::optional<crypto::TlsContext>> read_tls(Files& files, const TlsPaths& paths);

}  // namespace touchstone::host
