#include <algorithm>
#include <utility>

#include "conformance/mutators/keyring_rules.h"

namespace touchstone::conformance::mutators {

namespace {

/// One digit more or less in the value of header line `index`; base is spared the one digit less,
/// which KR-13 treats apart.
Rule digits_rule(std::string_view name, std::string_view requirement, std::size_t index,
                 int difference) {
  return {name, requirement, 6, 6, "KL-HEXLEN", "length", [=](KeyringLines& text, const Choice&) {
            std::string& line = text.lines[index];
            if (difference > 0)
              line.append(static_cast<std::size_t>(difference), '5');
            else
              line.erase(line.size() - static_cast<std::size_t>(-difference));
            return Place(index + 1);
          }};
}

Place swap_headers(KeyringLines& text, const Choice& choice) {
  const std::size_t first = choice.number % 3;
  std::swap(text.lines[first], text.lines[first + 1]);
  return first + 1;
}

Place drop_header(KeyringLines& text, const Choice& choice) {
  const std::size_t index = choice.number % 4;
  text.lines.erase(text.lines.begin() + static_cast<std::ptrdiff_t>(index));
  return 0;  // told at the line that now stands there, or at the end
}

Place double_header(KeyringLines& text, const Choice& choice) {
  const std::size_t index = choice.number % 4;
  const std::string copy = text.lines[index];
  text.lines.insert(text.lines.begin() + static_cast<std::ptrdiff_t>(index), copy);
  return index + 2;
}

Place fifth_header(KeyringLines& text, const Choice& choice) {
  static constexpr std::string_view names[] = {"spare", "pwdh", "gateway_cdld", "node"};
  text.lines.insert(text.lines.begin() + 4,
                    std::string(names[choice.number % 4]) + ", 0x0123456789abcdef0123456789abcdef");
  return 5;
}

Place capital_name(KeyringLines& text, const Choice& choice) {
  std::string& line = text.lines[choice.number % 4];
  line[0] = static_cast<char>(line[0] - 'a' + 'A');
  return choice.number % 4 + 1;
}

Place misspelt_name(KeyringLines& text, const Choice& choice) {
  static constexpr std::string_view wrong[] = {"pwdhs", "bas", "gatewayy", "gateway_cdl"};
  const std::size_t index = choice.number % 4;
  text.lines[index] = with_field(text.lines[index], 0, wrong[index]);
  return index + 1;
}

Place no_prefix(KeyringLines& text, const Choice& choice) {
  std::string& line = text.lines[choice.number % 4];
  line.erase(line.find("0x"), 2);
  return choice.number % 4 + 1;
}

Place no_comma(KeyringLines& text, const Choice& choice) {
  std::string& line = text.lines[choice.number % 4];
  line.erase(line.find(','), 1);
  return choice.number % 4 + 1;
}

Place third_column(KeyringLines& text, const Choice& choice) {
  text.lines[choice.number % 4] += ",1";
  return choice.number % 4 + 1;
}

Place rows_first(KeyringLines& text, const Choice& choice) {
  if (!text.has_rows()) return std::nullopt;
  const std::size_t row = text.row(choice);
  std::rotate(text.lines.begin(), text.lines.begin() + static_cast<std::ptrdiff_t>(row),
              text.lines.begin() + static_cast<std::ptrdiff_t>(row) + 1);
  return 1;
}

Place header_last(KeyringLines& text, const Choice&) {
  if (!text.has_rows()) return std::nullopt;
  std::rotate(text.lines.begin() + 3, text.lines.begin() + 4, text.lines.end());
  return 4;
}

}  // namespace

void add_header_rules(std::vector<Rule>& rules) {
  const auto refused = [&](std::string_view name, std::string_view requirement,
                           std::string_view reject_class, auto apply) {
    rules.push_back({name, requirement, 6, 6, "", reject_class, apply});
  };
  refused("two header lines swapped", "KR-01", "order", swap_headers);
  refused("a row before the header lines", "KR-01", "", rows_first);
  refused("the code download key after the rows", "KR-01", "order", header_last);
  rules.push_back(digits_rule("pwdh with a digit more", "KR-02", 0, 1));
  rules.push_back(digits_rule("pwdh with two digits less", "KR-02", 0, -2));
  rules.push_back(digits_rule("pwdh with a digit less", "KR-02", 0, -1));
  rules.push_back(digits_rule("base with two digits more", "KR-03", 1, 2));
  rules.push_back(digits_rule("base with two digits less", "KR-03", 1, -2));
  rules.push_back(digits_rule("gateway with a digit more", "KR-04", 2, 1));
  rules.push_back(digits_rule("gateway of two keys", "KR-04", 2, -16));
  rules.push_back(digits_rule("gateway with a digit less", "KR-04", 2, -1));
  rules.push_back(digits_rule("gateway_cdld with sixteen digits more", "KR-05", 3, 16));
  rules.push_back(digits_rule("gateway_cdld with a digit less", "KR-05", 3, -1));
  refused("a header name with a capital", "KR-07", "order", capital_name);
  refused("a header value without 0x", "KR-07", "syntax", no_prefix);
  refused("a header line without its comma", "KR-07", "", no_comma);
  refused("a header line of three columns", "KR-07", "syntax", third_column);
  refused("a header line missing", "KR-27", "order", drop_header);
  refused("a header line twice", "KR-27", "", double_header);
  refused("a fifth header line", "KR-27", "", fifth_header);
  refused("a header name misspelt", "KR-27", "order", misspelt_name);
}

}  // namespace touchstone::conformance::mutators
