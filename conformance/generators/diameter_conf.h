#pragma once
// Valid diameter_server.conf and diameter_client.conf. Called inside a property's draw.

#include "conformance/oracle/diameter/conf.h"

namespace touchstone::conformance::generators {

/// A configuration with application 2 of type Auth; a client has a peer at least. Hosts are names,
/// now and then addresses; numbers favour their bounds; a product name may hold = and #.
[[nodiscard]] oracle::diameter::Conf draw_conf();

/// A domain name of one to four labels.
[[nodiscard]] std::string draw_domain_name();

}  // namespace touchstone::conformance::generators
