#pragma once
// The fields that wpa_supplicant 2.10 knows, asked of the program.

#include <cstdint>
#include <optional>
#include <string_view>

namespace touchstone::conformance::oracle::dot1x {

enum class WpaKind : std::uint8_t {
  text,    ///< "...", P"..." or hexadecimal; NULL takes it back
  number,  ///< between two bounds
  other,   ///< with a syntax of its own, which is not judged
};

struct WpaField {
  WpaKind kind = WpaKind::other;
  std::int64_t least = 0;
  std::int64_t most = 0;
};

/// Nothing for one that is unknown there: in a network, or outside of blocks.
[[nodiscard]] std::optional<WpaField> wpa_field(bool in_network, std::string_view name);

}  // namespace touchstone::conformance::oracle::dot1x
