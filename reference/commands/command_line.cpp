// The only file that includes CLI11: it costs more than three seconds to compile.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/commands/arguments.h"
#include "reference/commands/errc.h"

namespace touchstone::commands {
namespace {

bool is_positional(const Option& option) {
  return option.name[0] >= 'A' && option.name[0] <= 'Z';
}

std::string cli_name(const Option& option) {
  if (is_positional(option)) return std::string(option.name);
  std::string name = "--" + std::string(option.name);
  if (TOUCHSTONE_DEFECT("KU-26.no_long_form") && option.name == "master") name = "--keyring";
  if (TOUCHSTONE_DEFECT("KU-04.no_s") && option.letter == 's') return name;
  return option.letter == 0 ? name : "-" + std::string(1, option.letter) + "," + name;
}

/// Values come from CLI::Option::results(): the typed slots would unpack "[x]".
CLI::Option* add_to(CLI::App& app, const Option& option, std::vector<std::string>& slot) {
  if (option.argument.empty() && !is_positional(option)) return app.add_flag(cli_name(option));
  CLI::Option* added = app.add_option(cli_name(option), slot);
  if (is_positional(option) && option.repeatable) return added;
  added->expected(1)->allow_extra_args(false);
  if (option.repeatable) added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return added;
}

/// CLI11 would take `--backup=true` for `--backup`.
Result<void> refuse_values_of_switches(std::span<const Option> options,
                                       std::span<const std::string> args) {
  for (const std::string& arg : args) {
    if (arg == "--") break;
    const std::size_t end = arg.find('=');
    if (end == std::string::npos || !arg.starts_with("--")) continue;
    const auto option = std::ranges::find(options, arg.substr(2, end - 2), &Option::name);
    if (option != options.end() && option->argument.empty())
      return located(arg.substr(0, end),
                     Result<void>(fail(Errc::usage, "expected no value for a switch")));
  }
  return {};
}

/// Documents print dashes that no keyboard has, or one where there are two (003 5.1.3, 6.1.3).
Result<void> refuse_wrong_dashes(std::span<const Option> options,
                                 std::span<const std::string> args) {
  constexpr std::array dashes = {"\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212"};
  for (const std::string& arg : args) {
    if (arg == "--") break;
    for (const char* dash : dashes)
      if (arg.starts_with(dash))
        return fail(Errc::usage,
                    "expected the hyphen of the keyboard, -, before an option, not "
                    "the dash of a printed text");
    const std::string_view name = std::string_view(arg).substr(0, arg.find('='));
    if (name.size() < 3 || name[0] != '-' || name[1] == '-') continue;
    if (std::ranges::find(options, name.substr(1), &Option::name) != options.end())
      return located(
          name, Result<void>(fail(Errc::usage, "expected two hyphens: -" + std::string(name))));
  }
  return {};
}

}  // namespace

Result<ParsedLine> parse_command_line(std::string_view tool, std::span<const Option> options,
                                      std::span<const std::string> args) {
  TOUCHSTONE_TRY_VOID(refuse_wrong_dashes(options, args));
  TOUCHSTONE_TRY_VOID(refuse_values_of_switches(options, args));
  CLI::App app{"", std::string(tool)};
  if (TOUCHSTONE_DEFECT("KU-26.unknown_ignored")) app.allow_extras();
  app.set_help_flag("-h,--help");
  app.set_version_flag("--version", "");
  std::vector<std::vector<std::string>> slots(options.size());
  std::vector<CLI::Option*> known;
  for (std::size_t i = 0; i < options.size(); ++i) {
    known.push_back(add_to(app, options[i], slots[i]));
    known.back()->required(options[i].need == Option::Need::required);
  }
  ParsedLine line;
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::CallForHelp&) {
    line.wish = ParsedLine::Wish::help;
    return line;
  } catch (const CLI::CallForVersion&) {
    line.wish = ParsedLine::Wish::version;
    return line;
  } catch (const CLI::Error& error) {
    return fail(Errc::usage, error.what());
  }
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (known[i]->count() == 0) continue;
    if (known[i]->count() > 1 && !options[i].repeatable)
      return located("--" + std::string(options[i].name),
                     Result<ParsedLine>(fail(Errc::usage, "expected once")));
    line.arguments.add(options[i].name);
    if (options[i].argument.empty()) continue;
    for (const std::string& value : known[i]->results())
      line.arguments.add(options[i].name, value);
  }
  return line;
}

}  // namespace touchstone::commands
