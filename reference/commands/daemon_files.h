#pragma once
// What the commands that stay share: their configuration and their log.

#include <string>
#include <string_view>

#include "reference/commands/command.h"
#include "reference/diameter/config.h"
#include "reference/host/diameter_setup.h"

namespace touchstone::commands {

/// The configuration at `path`; its findings are told. It is refused under the option strict when
/// it has one, and when it is that of the other side (DC-15).
Result<diameter::Config> read_diameter_config(Context& context, const std::string& path,
                                              diameter::StackType stack_type, bool has_ipsec);

/// --certificate, --certificate-key and --trust: all or none (DC-21).
Result<host::TlsPaths> read_tls_paths(const Arguments& given);
/// --rfc: 3588 or 6733.
Result<diameter::Profile> parse_profile(const Arguments& arguments);

/// --log; else `name` in ROOT/logs; else nothing, for standard error: where nothing is installed, a
/// person looks on (KM-10, GC-07).
[[nodiscard]] std::string daemon_log(Context& context, std::string_view name);

}  // namespace touchstone::commands
