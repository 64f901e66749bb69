#include "conformance/mutators/keyring_rules.h"

namespace touchstone::conformance::mutators {

namespace {

/// A rule that changes the one row that the choice names.
template <class Change>
auto on_row(const Change& change) {
  return [change](KeyringLines& text, const Choice& choice) -> Place {
    if (!text.has_rows()) return std::nullopt;
    const std::size_t row = text.row(choice);
    change(text.lines[row], choice);
    return row + 1;
  };
}

/// A rule that puts one of `values` into field `index`.
auto put(std::size_t index, const std::vector<std::string>& values) {
  return on_row([index, values](std::string& line, const Choice& choice) {
    line = with_field(line, index, values[choice.number % values.size()]);
  });
}

std::string decimal_id(const std::string& line) {
  return std::to_string(std::stoull(field(line, 0).substr(2), nullptr, 16));
}

void add_column_rules(std::vector<Rule>& rules) {
  const auto refused = [&](std::string_view name, auto apply) {
    rules.push_back({name, "KR-06", 6, 6, "", "syntax", apply});
  };
  refused("a row of five columns", on_row([](auto& line, auto&) { line += ",1"; }));
  refused("a row that ends in a comma", on_row([](auto& line, auto&) { line += ","; }));
  refused("a row of three columns",
          on_row([](auto& line, auto&) { line.resize(line.rfind(',')); }));
  refused("a row of one column", on_row([](auto& line, auto&) { line.resize(line.find(',')); }));
  refused("a row with semicolons", on_row([](auto& line, auto&) {
            for (char& c : line)
              c = c == ',' ? ';' : c;
          }));
  refused("an empty field", on_row([](auto& line, const Choice& choice) {
            line = with_field(line, choice.number % 4, "");
          }));
}

void add_digit_rules(std::vector<Rule>& rules) {
  const auto refused = [&](std::string_view name, std::string_view requirement,
                           std::string_view code, std::string_view reject_class,
                           const auto& apply) {
    rules.push_back({name, requirement, 6, 6, code, reject_class, apply});
  };
  refused("a node id of seven digits", "KR-09", "KL-HEXLEN", "length",
          on_row([](auto& line, auto&) { line.erase(2, 1); }));
  refused("a node id of nine digits", "KR-09", "KL-HEXLEN", "length",
          on_row([](auto& line, auto&) { line.insert(2, "0"); }));
  refused("a root key of 31 digits", "KR-09", "KL-HEXLEN", "length",
          on_row([](auto& line, auto&) { line.erase(line.find(", 0x") + 4, 1); }));
  refused("a root key of 33 digits", "KR-10", "KL-HEXLEN", "length",
          on_row([](auto& line, auto&) { line.insert(line.find(", 0x") + 4, "0"); }));
  refused("a root key of 24 octets", "KR-10", "KL-HEXLEN", "length", on_row([](auto& line, auto&) {
            line.insert(line.find(", 0x") + 4, "0123456789abcdef");
          }));
  refused("a node id in decimal", "KR-10", "", "syntax",
          on_row([](auto& line, auto&) { line = with_field(line, 0, "9" + decimal_id(line)); }));
  refused("a root key without 0x", "KR-09", "", "syntax",
          on_row([](auto& line, auto&) { line.erase(line.find(", 0x") + 2, 2); }));
  refused("a digit that is none", "KR-09", "", "syntax",
          on_row([](auto& line, const Choice& choice) {
            const std::size_t in_id = 2 + choice.number % 8;
            const std::size_t in_key = line.find(", 0x") + 4 + choice.number % 32;
            line[choice.number % 2 == 0 ? in_id : in_key] = "gGz/:@`"[choice.number % 7];
          }));
}

}  // namespace

void add_row_rules(std::vector<Rule>& rules) {
  add_column_rules(rules);
  add_digit_rules(rules);
  const auto refused = [&](std::string_view name, std::string_view requirement,
                           std::string_view reject_class, const auto& apply) {
    rules.push_back({name, requirement, 6, 6, "", reject_class, apply});
  };
  refused("a batch with a leading zero", "KR-10", "syntax",
          on_row([](auto& line, auto&) { line = with_field(line, 2, "0" + field(line, 2)); }));
  refused("a count with a leading zero", "KR-10", "syntax",
          on_row([](auto& line, auto&) { line = with_field(line, 3, "0" + field(line, 3)); }));
  refused("a batch with a sign", "KR-20", "syntax", put(2, {"-1", "+1", "-0", "+4294967295"}));
  refused("a count with a sign", "KR-20", "syntax", put(3, {"-1", "+1", "-0", "+0"}));
  refused("a number that is no decimal integer", "KR-20", "syntax",
          put(3, {"1.0", "1e3", "0x1", "1h", "one", "1 1", "0b1"}));
  refused("a batch above 32 bits", "KR-20", "range",
          put(2, {"4294967296", "4294967297", "8589934593", "18446744073709551617"}));
  refused("a count above 32 bits", "KR-20", "range",
          put(3, {"4294967296", "9999999999", "18446744073709551616",
                  "340282366920938463463374607431768211456"}));
}

}  // namespace touchstone::conformance::mutators
