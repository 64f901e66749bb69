#include <fmt/format.h>

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/exit_class.h"
#include "reference/commands/command.h"

namespace touchstone::commands {
namespace {

bool is_positional(const Option& option) {
  return option.name[0] >= 'A' && option.name[0] <= 'Z';
}

/// `-m, --master FILE`, `    --now TIME`, or `FILE ...`.
std::string left_column(const Option& option) {
  if (is_positional(option))
    return fmt::format("{}{}", option.name, option.repeatable ? " ..." : "");
  const bool silent = TOUCHSTONE_DEFECT("PA-13.no_letters") ||
                      (TOUCHSTONE_DEFECT("TM-04.no_letter") && option.letter == 'n');
  std::string text = option.letter == 0 || silent ? "    " : fmt::format("-{}, ", option.letter);
  text += fmt::format("--{}", option.name);
  return option.argument.empty() ? text : fmt::format("{} {}", text, option.argument);
}

std::string usage_word(const Option& option) {
  if (is_positional(option)) return left_column(option);
  std::string word =
      option.letter == 0 ? fmt::format("--{}", option.name) : fmt::format("-{}", option.letter);
  if (!option.argument.empty()) word += fmt::format(" {}", option.argument);
  return option.repeatable ? word + " ..." : word;
}

std::string option_lines(std::span<const Option> options) {
  std::string text;
  for (const Option& option : options) {
    const bool required = option.need == Option::Need::required;
    text +=
        fmt::format("  {:<28} {}{}{}\n", left_column(option), option.help,
                    required ? " (required)" : "", option.repeatable ? ", may be repeated" : "");
  }
  return text;
}

std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text += fmt::format("  {}\n", lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

}  // namespace

std::string print_help(const Command& command) {
  std::string text =
      fmt::format("{}: {}\n\nusage: {}", command.name, command.purpose, command.name);
  for (const Option& option : command.options)
    if (option.need == Option::Need::required) text += " " + usage_word(option);
  text += fmt::format(" [options]\n\n{}\n\noptions:\n", command.teaching);
  text += option_lines(command.options) + option_lines(common_options());
  text += fmt::format("\nexample:\n{}\nexit codes:\n   0  ok, also when there was nothing to do\n",
                      indented(command.example));
  for (const int code : command.exit_codes)
    text += fmt::format("  {:>2}  {}\n", code, exit_class_category().message(code));
  return text;
}

}  // namespace touchstone::commands
