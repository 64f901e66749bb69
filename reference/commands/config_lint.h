#pragma once
// What the commands share that judge configuration files and tell one line a finding.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/commands/command.h"
#include "reference/host/config_files.h"
#include "reference/ipsec/config/rules.h"

namespace touchstone::commands {

/// `--profile`: "strict", or the name of the program; Errc::usage for anything else.
Result<ipsec::config::Profile> chosen_profile(const Arguments& arguments, std::string_view program);

/// The files of the machine, or those below `--root` if it was given.
[[nodiscard]] host::ConfigFiles config_files(const Context& context);

/// One file that the user named, at most `limit` octets; the Error names it.
Result<SecretOctets> read_named(const std::string& file, std::size_t limit);

/// Tells the findings and gives the exit code for what was judged: 0, or 6 if it was refused, with
/// `--strict` also for a warning. `names` are those that Place::file counts.
int tell_findings(Context& context, const std::string& subject, std::span<const std::string> names,
                  const std::vector<ipsec::config::FileFinding>& findings, bool accepted);

}  // namespace touchstone::commands
