#pragma once
// Command lines of `ipsec --create`: which switches there are, how they go together, and values for
// them.

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/generators/pairwise.h"
#include "conformance/oracle/ipsec/gateway_wish.h"

namespace touchstone::conformance::generators {

/// The factors of a command line, in the order of a row.
enum class Switch : std::uint8_t {
  family,       ///< IPv4, IPv6
  scope,        ///< transport, a network, one host as a network, a network that holds the peer
  protocol,     ///< all, tcp by number, udp by name, ESP by number (no ports), sctp by number
  source_port,  ///< all, one
  far_port,     ///< all, one, one by its name
  method,       ///< key of the peer, both keys, certificates now, certificates that are there
  start,        ///< at the next boot, now
  umask,        ///< 022, 077, 0
  source,       ///< that of eth0, another one
  proto,        ///< default, esp, ah
  profile,      ///< default, legacy, modern
  media,        ///< default, an address, ports
  key_file,     ///< keys as arguments, in files
};
inline constexpr std::size_t switch_count = 13;

/// How many levels each factor has; those behind `umask` have one for a command that knows the
/// switches of document 003 alone.
[[nodiscard]] std::vector<int> switch_levels(bool extended);
/// Which levels cannot stand together.
[[nodiscard]] bool switches_fit(const CoveringRow& row);
/// Every pair of levels that can stand together, in as few rows as the greedy choice gives.
[[nodiscard]] const std::vector<CoveringRow>& switch_rows(bool extended);

/// A command line with the facts that it asks for.
struct CreateLine {
  oracle::ipsec::GatewayWish wish;
  std::vector<std::string> argv;  ///< behind the command's name
  unsigned umask = 022;
  bool start = false;
  bool installs = false;  ///< --install-certs with the files `ca.pem`, `mgu.pem`, `mgu_key.pem`
  bool needs_certificates = false;  ///< that are there already
  std::string key_in_file;          ///< of the peer, to stand in the file `peer.key`
  std::string own_key_in_file;      ///< in the file `own.key`
};

/// The line of `row`, with values that `seed` decides. Lines of different `number` (below 100) have
/// different names and peers.
[[nodiscard]] CreateLine create_line(const CoveringRow& row, std::uint32_t seed,
                                     unsigned number = 0);

/// A row drawn inside a property.
[[nodiscard]] CoveringRow draw_switches(bool extended);

}  // namespace touchstone::conformance::generators
