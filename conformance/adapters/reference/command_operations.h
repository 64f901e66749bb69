#pragma once
// `cmd.*` and `cli.run` of tsp/1, by the commands library in this process.

#include <string>
#include <vector>

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

/// `argv` with the command's name first; `lines` are what would be typed at its prompts. The exit
/// code is in obs, beside stdout and stderr.
[[nodiscard]] Response run_command(const std::vector<std::string>& argv,
                                   const std::vector<std::string>& lines);

/// The same with the descriptors 1 and 2 of this process; gives the exit code.
[[nodiscard]] int run_on_descriptors(const std::vector<std::string>& argv,
                                     const std::vector<std::string>& lines);

/// Whether the library has this command.
[[nodiscard]] bool has_command(std::string_view name);

}  // namespace touchstone::conformance::adapters::reference
