// A command as a manual page, from the same row as its help (man(7)).

#include <fmt/format.h>

#include "reference/base/exit_class.h"
#include "reference/commands/manual.h"

namespace touchstone::commands {
namespace {

/// Text that roff prints as it is.
std::string plain(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_begins = c == '\n';
  }
  return out;
}

bool is_positional(const Option& option) {
  return option.name[0] >= 'A' && option.name[0] <= 'Z';
}

std::string option_entry(const Option& option) {
  std::string words =
      option.letter == 0 || is_positional(option) ? "" : fmt::format("-{}, ", option.letter);
  words += is_positional(option) ? std::string(option.name) : fmt::format("--{}", option.name);
  if (!option.argument.empty() && !is_positional(option))
    words += fmt::format(" {}", option.argument);
  const bool required = option.need == Option::Need::required;
  return fmt::format(".TP\n.B {}\n{}{}\n", plain(words), plain(option.help),
                     required ? " (required)" : "");
}

std::string paragraphs(std::string_view teaching) {
  std::string text = plain(teaching) + "\n";
  for (std::size_t at = text.find("\n\n"); at != std::string::npos; at = text.find("\n\n", at))
    text.replace(at, 2, "\n.PP\n");
  return text;
}

}  // namespace

std::string print_manual(const Command& command) {
  std::string page = fmt::format(".TH {} 8 \"\" Touchstone\n.SH NAME\n{} \\- {}\n",
                                 plain(command.name), plain(command.name), plain(command.purpose));
  page += fmt::format(".SH SYNOPSIS\n.B {}\n[options]", plain(command.name));
  for (const Option& option : command.options)
    if (is_positional(option)) page += fmt::format(" {}", option.name);
  page += "\n.SH DESCRIPTION\n" + paragraphs(command.teaching) + ".SH OPTIONS\n";
  for (const Option& option : command.options)
    page += option_entry(option);
  for (const Option& option : common_options())
    page += option_entry(option);
  page += fmt::format(
      ".SH EXAMPLES\n.nf\n{}\n.fi\n.SH EXIT STATUS\n.TP\n.B 0\nok, also when "
      "there was nothing to do\n",
      plain(command.example));
  for (const int code : command.exit_codes)
    page += fmt::format(".TP\n.B {}\n{}\n", code, plain(exit_class_category().message(code)));
  return page;
}

}  // namespace touchstone::commands
