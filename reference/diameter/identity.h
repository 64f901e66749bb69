#pragma once
// Names of Diameter nodes (RFC 6733 §4.3.1) and how they are compared.

#include <string_view>

namespace touchstone::diameter {

/// -1, 0 or 1: octet by octet, ASCII letters without regard to case (§5.6.4).
[[nodiscard]] int compare_identities(std::string_view a, std::string_view b) noexcept;

[[nodiscard]] inline bool same_identity(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && compare_identities(a, b) == 0;
}

}  // namespace touchstone::diameter
