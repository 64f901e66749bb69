#pragma once
// The commands of the house and what runs them.

#include <span>
#include <string>
#include <string_view>

#include "reference/base/result.h"
#include "reference/commands/arguments.h"
#include "reference/commands/environment.h"
#include "reference/commands/report.h"

namespace touchstone::commands {

/// One run: what a handler may use. `clock` obeys --now, `files` --lax-permissions.
struct Context {
  const Arguments& arguments;
  Environment& environment;
  Files& files;
  const Clock& clock;
  Report& report;
  std::string root;  ///< --root, "/opt/onramp" without it
};

/// A command as a row: its text, its options and its handler.
struct Command {
  std::string_view name;
  std::string_view purpose;   ///< one line
  std::string_view teaching;  ///< what a newcomer must know, lines of at most 80 characters
  std::string_view example;   ///< lines that begin with the command's name
  std::span<const Option> options;
  std::span<const int> exit_codes;  ///< those that it can give
  /// The exit code (0, or 13 for findings), or an Error that run() prints and turns into one.
  Result<int> (*handler)(Context&);
};

/// Every command, in the order of the table in docs/formats/command-line.md.
[[nodiscard]] std::span<const Command> all_commands();
/// The options that each command takes besides its own.
[[nodiscard]] std::span<const Option> common_options();

/// What `-h` prints.
[[nodiscard]] std::string print_help(const Command& command);

/// The exit code of a command that judged two files: one that cannot be used counts over one that
/// has only findings, and the first over the second.
[[nodiscard]] int worse_exit(int first, int second);

/// Runs `tool` (a name of all_commands(), with or without `.py`: OP-08) with `args`, the program
/// name not among them. Gives the exit code of requirements KU and OP, 0..15.
int run(std::string_view tool, std::span<const std::string> args, Environment& environment);

}  // namespace touchstone::commands
