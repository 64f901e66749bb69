#pragma once
// What a setkey script says, looked at as a whole and value by value. Internal.

#include <cstdint>
#include <optional>
#include <string_view>

#include "reference/ipsec/config/setkey.h"
#include "reference/ipsec/config/setkey_lexer.h"

namespace touchstone::ipsec::config {

/// The octets of a key word: in quotation marks, or hexadecimal, where an odd first digit is an
/// octet of its own.
[[nodiscard]] SecretOctets read_key(const SetkeyToken& token, RuleLog& log);
void check_key(const SetkeyAlgorithm& algorithm, std::size_t bits, const Place& place,
               RuleLog& log);
void check_prefix(const Endpoint& end, const Place& place, RuleLog& log);
void check_association(const Association& made, RuleLog& log);
void check_policy(const Policy& made, RuleLog& log);
/// Mirrors, doubles, and associations that no policy uses.
void check_policies(const SetkeyReading& reading, RuleLog& log);

/// A name of /etc/protocols, "icmp6" or "ip4".
[[nodiscard]] std::optional<std::uint64_t> upper_protocol(std::string_view name);
/// Whether `text` may stand behind the protocol: `8,0` behind icmp, a key behind gre.
[[nodiscard]] bool is_upper_detail(std::uint64_t protocol, std::string_view text);

}  // namespace touchstone::ipsec::config
