#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/config_lint.h"
#include "reference/ipsec/config/setkey.h"

namespace touchstone::commands {
namespace {

namespace config = ipsec::config;

constexpr std::array<Option, 3> options = {{
    {.name = "profile",
     .argument = "NAME",
     .help = "strict (default), or setkey-0.8: what that program refuses, nothing else",
     .clause = "IC-07"},
    {.name = "strict", .help = "exit 6 for a warning too", .clause = "IC-07"},
    {.name = "FILE",
     .argument = "FILE",
     .help = "script for setkey -f",
     .clause = "IC-07",
     .need = Option::Need::required,
     .repeatable = true},
}};

constexpr std::array exit_codes = {1, 2, 3, 6};

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(const config::Profile profile, chosen_profile(context.arguments, "setkey-0.8"));
  int code = 0;
  for (const std::string& file : context.arguments.values("FILE")) {
    TOUCHSTONE_TRY(SecretOctets text, read_named(file, config::max_setkey_file + 1));
    const config::SetkeyReading reading = config::read_setkey(
        std::move(text),
        TOUCHSTONE_DEFECT("IC-07.one_profile") ? config::Profile::strict : profile);
    code = std::max(
        code, tell_findings(context, file, std::array{file}, reading.findings, reading.accepted));
  }
  return code;
}

}  // namespace

Command setkey_lint_command() {
  return {.name = "setkey_lint",
          .purpose = "says whether setkey, or a careful engineer, takes a script",
          .teaching =
              "Prints one line a finding: file:line:column: CODE: what was expected. setkey\n"
              "itself ends with 0 even after a syntax error; this command ends with 6. The\n"
              "profile strict looks at the script as a whole too: policies without a mirror,\n"
              "doubles, associations that no policy uses. Keys are never shown.",
          .example =
              "setkey_lint /etc/racoon/setkey.conf\n"
              "setkey_lint --profile setkey-0.8 --json setkey.conf",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
