#include "reference/host/diameter_setup.h"

#include "reference/diameter/node_setup.h"
#include "reference/host/errc.h"

namespace touchstone::host {

Result<diameter::NodeConfig> node_config(const diameter::Config& config, const Clock& clock) {
  diameter::NodeConfig node = diameter::node_config_of(config);
  node.addresses = addresses_of(config.uri.host);
  if (node.addresses.empty())
    return fail(Errc::network, "the host of URI has no IPv4 address: " + config.uri.host);
  node.start_seconds = static_cast<std::uint32_t>(clock.now().time_since_epoch().count());
  node.origin_state_id = node.start_seconds;
  return node;
}

std::vector<DriverPeer> driver_peers(const diameter::Config& config,
                                     diameter::PortProfile profile) {
  std::vector<DriverPeer> peers;
  for (const diameter::ConfiguredPeer& row : config.peers)
    peers.push_back({.config = {.host = row.uri.host, .connect = row.connecting},
                     .port = diameter::port_of(row.uri, profile),
                     .secure = row.uri.secure});
  return peers;
}

Result<std::optional<crypto::TlsContext>> read_tls(Files& files, const TlsPaths& paths) {
  std::optional<crypto::TlsContext> made;
  if (!paths.is_given()) return made;
  constexpr std::uint64_t limit = 1024 * 1024;
  TOUCHSTONE_TRY(const SecretOctets certificate,
                 located(paths.certificate, files.read(paths.certificate, limit, Access::any)));
  TOUCHSTONE_TRY(const SecretOctets key,
                 located(paths.key, files.read(paths.key, limit, Access::secret)));
  TOUCHSTONE_TRY(const SecretOctets roots,
                 located(paths.roots, files.read(paths.roots, limit, Access::any)));
  TOUCHSTONE_TRY(made,
                 located(paths.certificate, crypto::TlsContext::make(certificate, key, roots)));
  return made;
}

}  // namespace touchstone::host
