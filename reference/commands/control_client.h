#pragma once
// kms_ctl and gateway_ctl: one word to a daemon, its answer as lines or as JSON.

#include <initializer_list>
#include <string_view>

#include "reference/commands/command.h"

namespace touchstone::commands {

/// --control and WORD.
[[nodiscard]] std::span<const Option> control_options();
[[nodiscard]] std::span<const int> control_exit_codes();

/// Asks the daemon at --control, or at `usual_place`, for the WORD of the command line, which must
/// be one of `words`, and tells its answer.
Result<int> ask_daemon(Context& context, std::initializer_list<std::string_view> words,
                       std::string_view usual_place);

}  // namespace touchstone::commands
