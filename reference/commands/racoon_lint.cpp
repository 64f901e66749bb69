#include <algorithm>
#include <array>

#include "reference/base/octets.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/config_lint.h"
#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/racoon.h"

namespace touchstone::commands {
namespace {

namespace config = ipsec::config;

constexpr std::array<Option, 4> options = {{
    {.name = "profile",
     .argument = "NAME",
     .help = "strict (default), or racoon-0.8: what that program refuses, nothing else",
     .clause = "RF-07"},
    {.name = "strict", .help = "exit 6 for a warning too", .clause = "RF-07"},
    {.name = "include-folder",
     .argument = "DIR",
     .help = "where relative includes are before path include; /etc/racoon without it",
     .clause = "RF-02"},
    {.name = "FILE",
     .argument = "FILE",
     .help = "racoon.conf, a file that it includes, or psk.txt",
     .clause = "RF-07",
     .need = Option::Need::required,
     .repeatable = true},
}};

constexpr std::array exit_codes = {1, 2, 3, 6};

/// Names in a file of lines `name:...`; without the file every name is known.
std::function<bool(std::string_view)> names_in(host::ConfigFiles& files, const std::string& path) {
  const auto text = files.read(path, std::size_t{4} << 20);
  if (!text) return {};
  std::vector<std::string> names;
  for (std::string_view rest = as_text(*text); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    names.emplace_back(line.substr(0, line.find(':')));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return [names = std::move(names)](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
}

int lint_keys(Context& context, const std::string& file, OctetView text, config::Profile profile) {
  const auto mode = host::ConfigFiles().mode(file);
  const config::PskReading reading = config::read_psk(text, profile, mode);
  return tell_findings(context, file, std::array{file}, reading.findings, reading.accepted);
}

Result<int> lint(Context& context, const std::string& file, config::Profile profile) {
  TOUCHSTONE_TRY(SecretOctets text, read_named(file, config::max_racoon_file + 1));
  const bool keys = file == "psk.txt" || file.ends_with("/psk.txt");
  if (keys) return lint_keys(context, file, text, profile);
  host::ConfigFiles files = config_files(context);
  config::RacoonOptions chosen{.profile = profile, .includes = {.view = &files}};
  if (const auto folder = context.arguments.value("include-folder"))
    chosen.includes.folder = *folder;
  chosen.has_user = names_in(files, "/etc/passwd");
  chosen.has_group = names_in(files, "/etc/group");
  const config::RacoonReading reading = config::read_racoon(file, std::move(text), chosen);
  return tell_findings(context, file, reading.document.files, reading.findings, reading.accepted);
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(const config::Profile profile, chosen_profile(context.arguments, "racoon-0.8"));
  int code = 0;
  for (const std::string& file : context.arguments.values("FILE")) {
    TOUCHSTONE_TRY(const int one, lint(context, file, profile));
    code = std::max(code, one);
  }
  return code;
}

}  // namespace

Command racoon_lint_command() {
  return {.name = "racoon_lint",
          .purpose = "says whether racoon, or a careful engineer, takes a racoon.conf",
          .teaching =
              "Prints one line a finding: file:line:column: CODE: what was expected. The\n"
              "profile strict tells what a careful engineer minds; racoon-0.8 tells what that\n"
              "program refuses, which is much less. Includes and certificates are looked up\n"
              "below --root, if it is given. A file that is refused is exit 6. A file with the\n"
              "name psk.txt is read as the keys of racoon.",
          .example =
              "racoon_lint /etc/racoon/racoon.conf\n"
              "racoon_lint --profile racoon-0.8 10.0.0.2.conf",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
