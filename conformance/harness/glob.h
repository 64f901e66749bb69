#pragma once
// Patterns over test ids: `*` any characters, `?` one; everything else is itself.

#include <string_view>

namespace touchstone::conformance::harness {

[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text) noexcept;

}  // namespace touchstone::conformance::harness
