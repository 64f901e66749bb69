#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/base/error_table.h"
#include "reference/commands/command.h"
#include "reference/commands/errc.h"
#include "reference/commands/manual.h"

namespace touchstone::commands {
namespace {

constexpr ErrorRow<Errc> rows[] = {
    {Errc::usage, ExitClass::usage, "see -h"},
    {Errc::no_passphrase, ExitClass::passphrase, "expected a passphrase"},
};

constexpr std::array<Option, 8> common = {{
    {.name = "help", .letter = 'h', .help = "print this text", .clause = "KU-26"},
    {.name = "manual", .help = "print this text as a manual page", .clause = "PA-13"},
    {.name = "version", .help = "print the version", .clause = "KU-26"},
    {.name = "verbose",
     .letter = 'v',
     .help = "print counts, batch numbers and key check values",
     .clause = "KU-21"},
    {.name = "root",
     .argument = "DIR",
     .help = "instead of /opt/onramp, or of / for the media gateway",
     .clause = "KR-22"},
    {.name = "now",
     .argument = "TIME",
     .help = "pretend that it is TIME, \"YYYY-MM-DD hh:mm:ss\" (tests)",
     .clause = "KU-08"},
    {.name = "lax-permissions",
     .help = "do not refuse secret files that others may read (tests)",
     .clause = "KR-24"},
    {.name = "json", .help = "print one JSON object instead of text", .clause = "KU-22"},
}};

/// -h and --version are CLI11's own, --manual counts whatever else is there.
std::vector<Option> parsed_options(const Command& command) {
  std::vector<Option> options(command.options.begin(), command.options.end());
  options.insert(options.end(), common.begin() + 3, common.end());
  return options;
}

Result<int> run_parsed(const Command& command, const Arguments& arguments, Report& report,
                       Environment& environment) {
  std::optional<FixedClock> fixed;
  if (const auto text = arguments.value("now")) {
    TOUCHSTONE_TRY(const std::chrono::local_seconds now, parse_local_time(*text));
    fixed.emplace(now, environment.clock);
  }
  const std::unique_ptr<Files> files = environment.files(arguments.has("lax-permissions"));
  Context context{.arguments = arguments,
                  .environment = environment,
                  .files = *files,
                  .clock = fixed ? static_cast<const Clock&>(*fixed) : environment.clock,
                  .report = report,
                  .root = arguments.value("root").value_or("/opt/onramp")};
  return command.handler(context);
}

int end(Report& report, const Result<int>& result) {
  if (!result) report.error(result.error());
  const int code = result ? *result : exit_code(result.error());
  report.finish(code);
  return code;
}

}  // namespace

std::error_code make_error_code(Errc code) noexcept {
  static const ErrorTable table("command", rows);
  return table.code(code);
}

std::span<const Option> common_options() {
  return common;
}

int worse_exit(int first, int second) {
  const auto weight = [](int code) { return code == 13 ? 1 : code == 0 ? 0 : 2; };
  return weight(second) > weight(first) ? second : first;
}

int run(std::string_view tool, std::span<const std::string> args, Environment& environment) {
  if (tool.ends_with(".py") && !TOUCHSTONE_DEFECT("OP-08.name_as_it_is")) tool.remove_suffix(3);
  const auto commands = all_commands();
  const auto command = std::ranges::find(commands, tool, &Command::name);
  if (command == commands.end()) {
    Report report(tool, environment, false, false);
    return end(report, fail(Errc::usage, "there is no command of this name"));
  }
  if (std::ranges::find(args, "--manual") != args.end()) {
    environment.out(print_manual(*command));
    return 0;
  }
  const auto parsed = parse_command_line(tool, parsed_options(*command), args);
  if (!parsed) {
    const bool json = std::ranges::find(args, "--json") != args.end();
    Report report(tool, environment, json, false);
    return end(report, std::unexpected(parsed.error()));
  }
  if (parsed->wish == ParsedLine::Wish::help) {
    environment.out(print_help(*command));
    return TOUCHSTONE_DEFECT("KU-26.help_is_usage") ? 2 : 0;
  }
  if (parsed->wish == ParsedLine::Wish::version) {
    environment.out(fmt::format("{} (Touchstone) {}\n", tool, TOUCHSTONE_VERSION));
    return 0;
  }
  const Arguments& arguments = parsed->arguments;
  Report report(tool, environment, arguments.has("json"), arguments.has("verbose"));
  return end(report, run_parsed(*command, arguments, report, environment));
}

}  // namespace touchstone::commands
