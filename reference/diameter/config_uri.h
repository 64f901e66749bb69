#pragma once
// Names, numbers and URIs as diameter_*.conf spells them. Internal.

#include <optional>
#include <string_view>

#include "reference/diameter/config.h"
#include "reference/diameter/config_reader.h"

namespace touchstone::diameter {

/// Decimal without sign or leading zeros.
[[nodiscard]] std::optional<std::uint32_t> parse_number(std::string_view text) noexcept;

/// Labels of letters, digits and hyphens (RFC 1123 §2.1), at most 255 octets; the last label is no
/// number, for that would be a broken address.
[[nodiscard]] bool is_host_name(std::string_view text) noexcept;
[[nodiscard]] bool is_ipv4(std::string_view text) noexcept;
/// Without the brackets (RFC 4291 §2.2).
[[nodiscard]] bool is_ipv6(std::string_view text) noexcept;

/// Notes ConfigCode::uri and gives nothing when `setting` is none; KL-IPURI and KL-URIOPT besides.
std::optional<NodeUri> parse_uri(const Setting& setting, ConfigLog& log);
/// The same for one that stands in a message (RFC 6733 §4.3.1).
[[nodiscard]] std::optional<NodeUri> parse_uri(std::string_view text);

}  // namespace touchstone::diameter
