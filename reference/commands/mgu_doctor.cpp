#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "reference/commands/all_commands.h"
#include "reference/commands/config_lint.h"
#include "reference/commands/errc.h"
#include "reference/commands/status_text.h"
#include "reference/host/program_runner.h"
#include "reference/mediagateway/ipsec_doctor.h"
#include "reference/mediagateway/net8021x_doctor.h"

namespace touchstone::commands {
namespace {

namespace mg = mediagateway;

constexpr std::size_t max_file = 1 << 20;

constexpr std::array<Option, 4> options = {{
    {.name = "status",
     .argument = "FILE",
     .help = "8021x: what wpa_cli status has printed, - for standard input",
     .clause = "ST-06"},
    {.name = "isakmp",
     .argument = "FILE",
     .help = "ipsec: what racoonctl -ll show-sa isakmp has printed; without --root it is asked",
     .clause = "OR-02"},
    {.name = "associations",
     .argument = "FILE",
     .help = "ipsec: what racoonctl show-sa ipsec has printed; without --root it is asked",
     .clause = "OR-02"},
    {.name = "WHAT",
     .argument = "WHAT",
     .help = "8021x or ipsec",
     .clause = "ST-06",
     .need = Option::Need::required},
}};

constexpr std::array exit_codes = {1, 2, 3};

std::string_view name_of(mg::Check::Verdict verdict) {
  constexpr std::array<std::string_view, 4> names = {"good", "warning", "BAD", "not known"};
  return names[static_cast<std::size_t>(verdict)];
}

/// Tells the checks; 1 when one of them is bad.
int tell(Context& context, const mg::Checks& checks) {
  auto& rows = context.report.json()["checks"] = nlohmann::ordered_json::array();
  int code = 0;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const mg::Check& check = checks[i];
    context.report.line(fmt::format("{}. {} {}", i + 1, check.asked, name_of(check.verdict)));
    for (const std::string& line : check.lines)
      context.report.line("   " + line);
    nlohmann::ordered_json row;
    row["check"] = check.name;
    row["verdict"] = name_of(check.verdict);
    row["lines"] = check.lines;
    rows.push_back(std::move(row));
    if (check.verdict == mg::Check::Verdict::bad) code = 1;
  }
  return code;
}

Result<int> examine_8021x(Context& context) {
  host::ConfigFiles files(context.arguments.value("root").value_or(""));
  mg::Net8021xScene scene{
      .read = [&files](const std::string& path) { return files.read(path, max_file); },
      .mode = [&files](const std::string& path) { return files.mode(path); },
      .status = std::nullopt,
      .now = context.clock.now()};
  if (const auto name = context.arguments.value("status")) {
    TOUCHSTONE_TRY(scene.status, read_status_text(*name));
  }
  return tell(context, mg::check_net8021x(scene));
}

/// What a program of this machine prints, nothing where it is not there or fails.
std::optional<std::string> said(std::vector<std::string> argv) {
  host::PosixProgramRunner runner({"/usr/sbin", "/sbin", "/usr/local/sbin"});
  auto outcome = runner.run({std::move(argv), {}});
  if (!outcome.found || outcome.code != 0) return std::nullopt;
  return std::move(outcome.output);
}

Result<int> examine_ipsec(Context& context) {
  host::ConfigFiles files(context.arguments.value("root").value_or(""));
  mg::IpsecScene scene{.files = &files,
                       .mode = [&files](const std::string& path) { return files.mode(path); },
                       .now = context.clock.now(),
                       .isakmp = std::nullopt,
                       .associations = std::nullopt};
  for (const auto& [option, text] :
       {std::pair{"isakmp", &scene.isakmp}, std::pair{"associations", &scene.associations}})
    if (const auto name = context.arguments.value(option)) {
      TOUCHSTONE_TRY(const SecretOctets octets, read_named(*name, max_file));
      text->emplace(as_text(octets));
    }
  const bool machine = !context.arguments.has("root");
  if (machine && !scene.isakmp) scene.isakmp = said({"racoonctl", "-ll", "show-sa", "isakmp"});
  if (machine && !scene.associations) scene.associations = said({"racoonctl", "show-sa", "ipsec"});
  return tell(context, mg::check_ipsec(scene));
}

Result<int> handle(Context& context) {
  const std::string what = context.arguments.required("WHAT");
  if (what == "8021x") return examine_8021x(context);
  if (what == "ipsec") return examine_ipsec(context);
  return located(what, Result<int>(fail(Errc::usage, "expected 8021x or ipsec")));
}

}  // namespace

Command mgu_doctor_command() {
  return {.name = "mgu_doctor",
          .purpose = "looks where the document says to look when security of the gateway fails",
          .teaching =
              "mgu_doctor 8021x asks what 003 5.4.1 asks, in that order: does the RADIUS server\n"
              "run, are the certificates right that wpa_supplicant.conf names, are the key and\n"
              "its password right there, and is the clock. Each is good, a warning, BAD (then\n"
              "the exit code is 1) or not known; the lines below it say what was found. What is\n"
              "known of the RADIUS server is what the supplicant has seen of it: give its\n"
              "status. mgu_doctor ipsec asks what 003 4.2 and 6.1.7 ask. Nothing is changed and\n"
              "no network is used.",
          .example = "mgu_doctor 8021x\nmgu_doctor 8021x --status - < status.txt\nmgu_doctor ipsec",
          .options = options,
          .exit_codes = exit_codes,
          .handler = handle};
}

}  // namespace touchstone::commands
