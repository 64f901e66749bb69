#include "reference/commands/control_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "reference/commands/errc.h"
#include "reference/host/control.h"

namespace touchstone::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<Option, 2> options = {{
    {.name = "control",
     .argument = "SOCKET",
     .help = "the control socket of the daemon",
     .clause = "OP-01"},
    {.name = "WORD",
     .argument = "WORD",
     .help = "what to do",
     .clause = "OP-01",
     .need = Option::Need::required},
}};

constexpr std::array exit_codes = {1, 2, 3};

std::string print_value(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// `host=gw1.example state=R-Open`: an object on one line.
std::string print_row(const Json& object) {
  std::string out;
  for (const auto& [name, value] : object.items())
    out += fmt::format("{}{}={}", out.empty() ? "" : " ", name, print_value(value));
  return out;
}

void print_member(Report& report, const std::string& name, const Json& value) {
  if (!value.is_array()) return report.line(fmt::format("{}: {}", name, print_value(value)));
  for (const Json& one : value)
    report.line(one.is_object() ? print_row(one) : print_value(one));
}

}  // namespace

std::span<const Option> control_options() {
  return options;
}

std::span<const int> control_exit_codes() {
  return exit_codes;
}

Result<int> ask_daemon(Context& context, std::initializer_list<std::string_view> words,
                       std::string_view usual_place) {
  const std::string& word = context.arguments.required("WORD");
  if (std::ranges::find(words, word) == words.end())
    return located(
        "WORD", Result<int>(fail(Errc::usage, fmt::format("expected {}", fmt::join(words, ", ")))));
  const std::string place = context.arguments.value("control").value_or(std::string(usual_place));
  TOUCHSTONE_TRY(const Json answer, host::ask_control(place, word));
  for (const auto& [name, value] : answer.items()) {
    if (name == "ok") continue;
    print_member(context.report, name, value);
    context.report.json()[name] = value;
  }
  if (answer.size() == 1) context.report.line("ok");
  return 0;
}

}  // namespace touchstone::commands
