#pragma once
// Base64 (RFC 4648 §4), the spelling of octets in tsp/1.

#include <optional>
#include <string>
#include <string_view>

#include "reference/base/octets.h"

namespace touchstone::conformance::harness {

/// With padding, without line breaks.
[[nodiscard]] std::string to_base64(OctetView octets);

/// Nothing for any other character, a wrong length or padding in the middle.
[[nodiscard]] std::optional<Octets> from_base64(std::string_view text);

}  // namespace touchstone::conformance::harness
