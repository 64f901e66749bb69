#pragma once
// The options of a command as rows of data, and what a command line gave for them.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::commands {

/// One option. `argument` is empty for a switch. A name in capitals ("FILE") is what is left on the
/// command line when all options are taken.
struct Option {
  enum class Need { optional, required };

  std::string_view name = {};      ///< "master" for --master
  char letter = 0;                 ///< 'm' for -m, 0 for none
  std::string_view argument = {};  ///< "FILE" in the help
  std::string_view help = {};
  std::string_view clause = {};  ///< requirement ids, for tests and docs
  Need need = Need::optional;
  bool repeatable = false;
};

/// The values of one run by option name. A switch that was given has no value.
class Arguments {
 public:
  void add(std::string_view name) { values_[std::string(name)]; }
  void add(std::string_view name, std::string value) {
    values_[std::string(name)].push_back(std::move(value));
  }

  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  /// The only value, or nothing.
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
  /// The value of an option that is required.
  [[nodiscard]] const std::string& required(std::string_view name) const;
  /// In the order given; empty when the option was not.
  [[nodiscard]] std::span<const std::string> values(std::string_view name) const;
  /// A decimal number from `least` to `most`, nothing when the option was not given; Errc::usage.
  [[nodiscard]] Result<std::optional<std::uint64_t>> number(std::string_view name,
                                                            std::uint64_t least,
                                                            std::uint64_t most) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct ParsedLine {
  enum class Wish { run, help, version };
  Wish wish = Wish::run;
  Arguments arguments;
};

/// Reads `args` (without the program name) by the rows of `options`. Errc::usage names the option.
Result<ParsedLine> parse_command_line(std::string_view tool, std::span<const Option> options,
                                      std::span<const std::string> args);

/// `0x` and up to eight digits, or a decimal number below 2^32; Errc::usage names `option`.
Result<std::uint32_t> parse_node_id(std::string_view option, std::string_view text);

}  // namespace touchstone::commands
