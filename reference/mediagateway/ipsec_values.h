#pragma once
// Single values of the command line of `ipsec`. Internal.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/ipsec/config/ifcfg.h"
#include "reference/mediagateway/ipsec_tree.h"

namespace touchstone::mediagateway {

/// IpsecErrc::usage that names the option.
std::unexpected<Error> refused(std::string_view option, std::string expected);

Result<ipsec::config::Address> parse_host(std::string_view option, std::string_view text);
/// ADDRESS/BITS whose other bits are zero; the error shows the corrected form (MO-19).
Result<ipsec::config::Network> parse_network(std::string_view option, std::string_view text,
                                             bool any_network);
/// A number, or a name of /etc/protocols of the tree (MO-06).
Result<std::uint32_t> parse_protocol(std::string_view text, IpsecTree& tree);
/// A number, or a name of /etc/services of the tree (MO-18).
Result<std::uint32_t> parse_port(std::string_view option, std::string_view text, IpsecTree& tree);
/// LOW-HIGH, at most 1024 ports: each becomes policies of its own (MO-13).
Result<std::pair<std::uint32_t, std::uint32_t>> parse_port_range(std::string_view option,
                                                                 std::string_view text);
/// What may stand as a key in psk.txt (PK-10); the error shows nothing of it.
Result<void> check_key(std::string_view option, OctetView key);

/// Whether ports mean anything with it.
[[nodiscard]] bool has_ports(std::uint32_t protocol) noexcept;

}  // namespace touchstone::mediagateway
