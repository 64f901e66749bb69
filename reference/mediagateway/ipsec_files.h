#pragma once
// The texts that the command `ipsec` writes for racoon. Each is a function of the configuration
// alone. Internal.

#include <string>
#include <string_view>

#include "reference/mediagateway/ipsec_tree.h"
#include "reference/mediagateway/tree_plan.h"

namespace touchstone::mediagateway {

/// The common file as it is made where none is, without includes.
[[nodiscard]] std::string print_common_file();
/// `<address>.conf`: the remote and the sainfo of one peer.
[[nodiscard]] std::string print_peer_file(const Connection& connection);

/// psk.txt as a plan wants it: lines that stand in the file `source` with the octets `old` are
/// taken from there; of others, which end with LF, all behind the first blank is secret.
[[nodiscard]] FileContent psk_content(const std::string& source, OctetView old, OctetView wanted);

}  // namespace touchstone::mediagateway
