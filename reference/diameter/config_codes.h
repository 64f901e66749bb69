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

struct ConfigCodeRow {
  ConfigCode id;
  std::string_view code;
  Severity tolerant;  ///< in strict mode it is always an error
  std::string_view clause;
  std::string_view text;  ///< what was expected
};

/// All rows, in the order of the file.
[[nodiscard]] std::span<const ConfigCodeRow> config_codes() noexcept;
[[nodiscard]] const ConfigCodeRow& config_code(ConfigCode id) noexcept;

}  // namespace touchstone::diameter
