#pragma once
// One fault at a time in a wpa_supplicant.conf, by the code of the rule that it breaks
// (docs/formats/dot1x-rules.md) and the requirement behind it.

#include <span>
#include <string>
#include <string_view>

#include "conformance/mutators/keyring_lines.h"

namespace touchstone::conformance::mutators {

/// A line that begins with `start`, blanks left out, becomes one of the `lines`, which a | divides;
/// an empty start adds one of them at the end, and an empty line removes.
struct WpaRule {
  std::string_view requirement;
  std::string_view code;
  std::string_view name;
  std::string_view start;
  std::string_view lines;
};

[[nodiscard]] std::span<const WpaRule> wpa_rules();

/// False when no line begins so; `text` is then as it was.
[[nodiscard]] bool apply(const WpaRule& rule, std::string& text, const Choice& choice);

}  // namespace touchstone::conformance::mutators
