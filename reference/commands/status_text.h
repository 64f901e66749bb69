#pragma once
// Where the commands read the status of a supplicant.

#include <string>

#include "reference/base/result.h"

namespace touchstone::commands {

/// A file, or standard input for "-"; at most one octet more than a status may have.
Result<std::string> read_status_text(const std::string& name);

}  // namespace touchstone::commands
