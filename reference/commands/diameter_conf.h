#pragma once
// diameter_server.conf and diameter_client.conf as commands use them: kms and gateway read theirs,
// `--check` and diameter_conf_lint tell what is wrong with one.

#include <string>

#include "reference/commands/command.h"
#include "reference/diameter/config.h"

namespace touchstone::commands {

/// Reads `path`, which anybody may read: it holds no secret. Errors as Files::read() and
/// parse_config(), located at `path`.
Result<diameter::Config> read_diameter_conf(Files& files, const std::string& path,
                                            const diameter::ConfigOptions& options,
                                            Findings& findings);

/// Tells every finding in `path` on standard output and gives the exit code: 0, 3, 6, or 13 where
/// strict reading alone refuses. With -v the ports that the file leads to under `profile`.
int check_diameter_conf(Context& context, const std::string& path,
                        const diameter::ConfigOptions& options, diameter::PortProfile profile);

}  // namespace touchstone::commands
