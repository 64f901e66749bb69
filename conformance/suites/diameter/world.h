#pragma once
// Who there is in a case: the KMS under test (or the one that the runner plays), the gateways that
// may speak to it, and the keys. For an attached implementation [pixit] says so, else this does.

#include <string>
#include <vector>

#include "conformance/harness/case_context.h"
#include "conformance/oracle/model.h"

namespace touchstone::conformance::suites::diameter {

struct World {
  std::string kms_host = "kms.example";  ///< Origin-Host of the KMS
  std::string realm = "example";         ///< of the KMS and of its gateways
  /// Origin-Hosts that the KMS accepts as peers; at least two.
  std::vector<std::string> gateways = {"gw1.example", "gw2.example"};
  std::string stranger = "stranger.example";  ///< a host that is no peer
  oracle::Keyring keyring;                    ///< that the KMS serves; at least two nodes
  std::uint32_t unknown_node = 0x00C0FFEE;    ///< has no row in it

  [[nodiscard]] const oracle::Row& node(std::size_t index) const { return keyring.rows.at(index); }
};

/// The world of [pixit] (identity, realm, peers, unknown_node), its gaps filled with the values
/// above and a keyring of four nodes, the first of which has the id 0. An attached implementation
/// serves the keyring of its own that net.start tells.
[[nodiscard]] World make_world(harness::CaseContext& ctx);

/// diameter_server.conf for `world`: all its gateways are peers. `security` are lines for
/// InbandSecurityIds, `NO_INBAND_SECURITY` alone if empty.
[[nodiscard]] std::string server_config(const World& world,
                                        const std::vector<std::string>& security = {});

/// Where a KMS that the runner plays can be reached.
struct KmsAddress {
  std::string host;  ///< its Origin-Host
  int port = 0;
};
/// diameter_client.conf of `host`, which connects to all of `servers`, the best first.
[[nodiscard]] std::string client_config(const World& world, const std::string& host,
                                        const std::vector<KmsAddress>& servers);

}  // namespace touchstone::conformance::suites::diameter
