#pragma once
// Commands as manual pages.

#include <string>

#include "reference/commands/command.h"

namespace touchstone::commands {

/// What `-h` prints as a page for man(1), section 8; docs/man has those of the media gateway
/// (PA-13).
[[nodiscard]] std::string print_manual(const Command& command);

}  // namespace touchstone::commands
