#pragma once
// One fault at a time in a racoon.conf, a setkey script, an ifcfg file or a psk.txt, by the code of
// the rule that it breaks (docs/formats/ipsec-rules.md) and the requirement behind it.

#include <span>
#include <string>
#include <string_view>

#include "conformance/mutators/keyring_lines.h"

namespace touchstone::conformance::mutators {

enum class IpsecFile : std::uint8_t { racoon, setkey, ifcfg, psk };

/// A line that begins with `start` becomes one of the `lines`, which a | divides; an empty start
/// adds one of them at the end, and an empty line removes.
struct IpsecRule {
  IpsecFile file;
  std::string_view requirement;
  std::string_view code;
  std::string_view name;
  std::string_view start;
  std::string_view lines;
};

[[nodiscard]] std::span<const IpsecRule> ipsec_rules();

/// False when no line begins so; `text` is then as it was.
[[nodiscard]] bool apply(const IpsecRule& rule, std::string& text, const Choice& choice);

}  // namespace touchstone::conformance::mutators
