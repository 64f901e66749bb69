#include <array>
#include <nlohmann/json.hpp>

#include "reference/commands/all_commands.h"
#include "reference/commands/diameter_conf.h"
#include "reference/commands/errc.h"

namespace touchstone::commands {
namespace {

constexpr std::array<Option, 7> options = {{
    {.name = "strict",
     .help = "exit 13 unless the file is without a finding",
     .clause = "DC-12, DC-16, DC-18"},
    {.name = "role",
     .argument = "server|client",
     .help = "refuse a file with another StackType",
     .clause = "DC-11"},
    {.name = "profile",
     .argument = "3588|6733",
     .help = "which RFC gives an aaas URI its port (default: 6733)",
     .clause = "DC-13"},
    {.name = "host",
     .argument = "NAME",
     .help = "a name or address of the computer that the file is for; URI has to be one of them",
     .clause = "DC-12",
     .repeatable = true},
    {.name = "certificate", .help = "the program will have a certificate", .clause = "DC-21"},
    {.name = "ipsec", .help = "IPsec protects the connections", .clause = "DC-21"},
    {.name = "FILE",
     .argument = "FILE",
     .help = "diameter_server.conf or diameter_client.conf",
     .clause = "DC-18",
     .need = Option::Need::required,
     .repeatable = true},
}};

constexpr std::array exit_codes = {1, 2, 3, 6, 13};

/// The value of an option that has two; nothing when it was not given.
template <class T>
Result<std::optional<T>> choice(const Arguments& arguments, std::string_view name,
                                const std::pair<std::string_view, T> (&words)[2]) {
  const auto given = arguments.value(name);
  if (!given) return std::optional<T>{};
  for (const auto& [word, value] : words)
    if (*given == word) return std::optional<T>{value};
  return located(
      "--" + std::string(name),
      Result<std::optional<T>>(fail(Errc::usage, "expected " + std::string(words[0].first) +
                                                     " or " + std::string(words[1].first))));
}

Result<int> handle(Context& context) {
  using diameter::PortProfile;
  using diameter::StackType;
  const Arguments& arguments = context.arguments;
  TOUCHSTONE_TRY(const auto role,
                 choice<StackType>(arguments, "role",
                                   {{"server", StackType::server}, {"client", StackType::client}}));
  TOUCHSTONE_TRY(const auto profile, choice<PortProfile>(arguments, "profile",
                                                         {{"3588", PortProfile::rfc3588},
                                                          {"6733", PortProfile::rfc6733}}));
  const diameter::ConfigOptions reading{
      .strict = arguments.has("strict"),
      .role = role,
      .surroundings = {.has_certificate = arguments.has("certificate"),
                       .has_ipsec = arguments.has("ipsec"),
                       .own_hosts = arguments.values("host")}};
  context.report.json()["files"] = nlohmann::ordered_json::array();
  int code = 0;
  for (const std::string& file : arguments.values("FILE"))
    code = worse_exit(
        code, check_diameter_conf(context, file, reading, profile.value_or(PortProfile::rfc6733)));
  return code;
}

}  // namespace

Command diameter_conf_lint_command() {
  return {.name = "diameter_conf_lint",
          .purpose = "says whether diameter_server.conf and diameter_client.conf keep the rules",
          .teaching =
              "Prints one line a finding: file:line:column: CODE: what was expected. Without\n"
              "--strict a file that kms and gateway would read with a warning is exit 0; with\n"
              "--strict it is exit 13. A file that they refuse is exit 6. With -v it tells the\n"
              "ports and whom the program will call.",
          .example = "diameter_conf_lint --role server /opt/onramp/diameter_server.conf",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
