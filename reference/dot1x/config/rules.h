#pragma once
// The registry of the rules by which files and status of 802.1X on the media gateway are judged:
// WS- wpa_supplicant.conf, ML- what the gateway's commands ask for.

#include <cstdint>
#include <span>

#include "reference/base/finding.h"

namespace touchstone::dot1x::config {

enum class Rule : std::uint8_t {
#define TOUCHSTONE_DOT1X_RULE(enumerator, code, severity, clause, text) enumerator,
#include "reference/dot1x/config/rules.def"
#undef TOUCHSTONE_DOT1X_RULE
};

using RuleRow = FindingCode<Rule>;

/// All rows, in the order of the file; docs/formats/dot1x-rules.md shows them.
[[nodiscard]] std::span<const RuleRow> rules() noexcept;
[[nodiscard]] const RuleRow& rule(Rule id) noexcept;

}  // namespace touchstone::dot1x::config
