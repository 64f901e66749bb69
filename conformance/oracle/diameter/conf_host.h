#pragma once
// Spellings inside diameter_*.conf: numbers, names, addresses and URIs. Internal to the oracle.

#include <string>

#include "conformance/oracle/diameter/conf.h"

namespace touchstone::conformance::oracle::diameter {

/// Decimal, no sign, no leading zero, below 2^32.
[[nodiscard]] std::optional<std::uint32_t> conf_number(std::string_view text);
/// Labels of letters, digits and inner hyphens; the last one no number (RFC 1123 §2.1).
[[nodiscard]] bool is_conf_name(std::string_view text);
/// An IPv4 address, or an IPv6 address in brackets.
[[nodiscard]] bool is_conf_address(std::string_view text);

struct ConfUriReading {
  ConfUri uri;
  bool good = false;
  bool has_options = false;
  bool is_address = false;
};
[[nodiscard]] ConfUriReading read_conf_uri(std::string_view text);

}  // namespace touchstone::conformance::oracle::diameter
