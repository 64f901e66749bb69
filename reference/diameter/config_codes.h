#pragma once
// The codes with which findings in diameter_server.conf and diameter_client.conf are told.

#include <span>
#include <string_view>

#include "reference/base/finding.h"

namespace touchstone::diameter {

/// One enumerator a row of config_codes.def.
enum class ConfigCode {
#define TOUCHSTONE_CONFIG_CODE(enumerator, code, severity, clause, text) enumerator,
#include "reference/diameter/config_codes.def"
#undef TOUCHSTONE_CONFIG_CODE
};

/// All rows, in the order of the file.
[[nodiscard]] std::span<const FindingCode<ConfigCode>> config_codes() noexcept;
[[nodiscard]] const FindingCode<ConfigCode>& config_code(ConfigCode id) noexcept;

}  // namespace touchstone::diameter
