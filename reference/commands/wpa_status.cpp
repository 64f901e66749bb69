#include "reference/dot1x/config/wpa_status.h"

#include <fmt/format.h>

#include <array>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/config_lint.h"
#include "reference/commands/errc.h"
#include "reference/commands/status_text.h"

namespace touchstone::commands {
namespace {

namespace config = dot1x::config;

constexpr std::array<Option, 2> options = {{
    {.name = "s",
     .letter = 's',
     .argument = "tatus",
     .help = "the -status of 003 5.4.3, which wpa_cli does not take",
     .clause = "ST-01"},
    {.name = "FILE",
     .argument = "FILE",
     .help = "what wpa_cli status has printed; standard input without it",
     .clause = "ST-02"},
}};

constexpr std::array exit_codes = {1, 2, 3};

Result<int> handle(Context& context) {
  if (const auto word = context.arguments.value("s")) {
    if (*word != "tatus") return fail(Errc::usage, "there is no option -s");
    const auto& row = config::rule(config::Rule::status_alias);
    if (!TOUCHSTONE_DEFECT("ST-01.alias")) context.report.finding("-status", make_finding(row));
  }
  const std::string name = context.arguments.value("FILE").value_or("-");
  if (name == "status")
    return fail(Errc::usage, "expected a file, or standard input: wpa_cli status | wpa_status");
  TOUCHSTONE_TRY(const std::string text, read_status_text(name));
  const config::StatusReading reading = config::read_status(text);
  for (const Finding& finding : reading.findings)
    context.report.finding(name, finding);
  auto& json = context.report.json();
  json["verdict"] = name_of(reading.verdict);
  json["reason"] = reading.reason;
  json["interface"] = reading.interface;
  context.report.line(reading.reason.empty()
                          ? std::string(name_of(reading.verdict))
                          : fmt::format("{}: {}", name_of(reading.verdict), reading.reason));
  return reading.verdict == config::PortVerdict::authenticated ? 0 : 1;
}

}  // namespace

Result<std::string> read_status_text(const std::string& name) {
  if (name != "-") {
    TOUCHSTONE_TRY(const SecretOctets octets, read_named(name, config::max_status + 1));
    return std::string(as_text(octets));
  }
  std::string text;
  for (std::istreambuf_iterator<char> at(std::cin), end;
       at != end && text.size() <= config::max_status; ++at)
    text += *at;
  return text;
}

Command wpa_status_command() {
  return {.name = "wpa_status",
          .purpose = "says whether the port is authenticated, from what wpa_cli prints",
          .teaching =
              "Reads the lines of `wpa_cli status`, old or new, in any order. The port is\n"
              "authenticated when wpa_state is COMPLETED, the supplicant's PAE state\n"
              "AUTHENTICATED, suppPortStatus Authorized and the EAP state SUCCESS, and the\n"
              "method is 13, EAP-TLS. Anything else is exit 1, with the line that says so. A\n"
              "cipher with SHA-1 or a TLS before 1.2 is warned of.",
          .example = "wpa_status status.txt\nwpa_cli status | wpa_status",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
