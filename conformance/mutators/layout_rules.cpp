#include <algorithm>
#include <set>

#include "conformance/mutators/keyring_rules.h"

namespace touchstone::conformance::mutators {

namespace {

std::size_t any_line(const KeyringLines& text, const Choice& choice) {
  return choice.row % text.lines.size();
}

Place other_order(KeyringLines& text, const Choice& choice) {
  if (text.lines.size() < 6) return std::nullopt;
  const std::size_t first = 4 + choice.row % (text.lines.size() - 5);
  if (text.lines[first].substr(0, 10) == text.lines[first + 1].substr(0, 10))
    return std::nullopt;  // a doubled row: swapping twins changes nothing
  std::swap(text.lines[first], text.lines[first + 1]);
  return first + 2;
}

Place doubled_row(KeyringLines& text, const Choice& choice) {
  if (!text.has_rows()) return std::nullopt;
  const std::string copy = text.lines[text.row(choice)];
  text.lines.push_back(copy);
  return text.lines.size();
}

/// The digits of a line in upper case; nothing when it has none of A to F.
Place upper_case(KeyringLines& text, const Choice& choice) {
  const std::size_t index = any_line(text, choice);
  std::string& line = text.lines[index];
  const auto x = line.find("0x", index < 4 ? 0 : 4);
  bool changed = false;
  for (std::size_t i = x == std::string::npos ? line.size() : x + 2; i < line.size(); ++i)
    if (line[i] >= 'a' && line[i] <= 'f') {
      line[i] = static_cast<char>(line[i] - 'a' + 'A');
      changed = true;
    }
  return changed ? Place(index + 1) : std::nullopt;
}

Place capital_x(KeyringLines& text, const Choice& choice) {
  const std::size_t index = any_line(text, choice);
  const auto x = text.lines[index].rfind("0x");
  if (x == std::string::npos) return std::nullopt;
  text.lines[index][x + 1] = 'X';
  return index + 1;
}

Place space_round_field(KeyringLines& text, const Choice& choice) {
  static constexpr std::string_view blanks[] = {" ", "\t", "  ", " \t "};
  const std::size_t index = any_line(text, choice);
  std::string& line = text.lines[index];
  const std::size_t fields = index < 4 ? 2 : 4;
  const std::size_t which = choice.number % fields;
  const std::string blank(blanks[choice.number / fields % 4]);
  const std::string value = field(line, which);
  if (which == 1 && !value.starts_with(' '))
    return std::nullopt;  // no_space was here: a space would mend what it did
  line = with_field(line, which, choice.number % 3 == 0 ? value + blank : blank + value);
  return index + 1;
}

Place no_space(KeyringLines& text, const Choice& choice) {
  const std::size_t index = any_line(text, choice);
  const auto comma = text.lines[index].find(", 0");
  if (comma == std::string::npos) return std::nullopt;
  text.lines[index].erase(comma + 1, 1);
  return index + 1;
}

Place blank_line(KeyringLines& text, const Choice& choice) {
  const std::size_t index = any_line(text, choice);  // never the last, which may lose its end
  text.lines.insert(text.lines.begin() + static_cast<std::ptrdiff_t>(index),
                    choice.number % 2 == 0 ? "" : " \t");
  return index + 1;
}

/// Spaces up to the longest line that may be read.
Place longest_line(KeyringLines& text, const Choice& choice) {
  const std::size_t index = any_line(text, choice);
  text.lines[index].resize(std::max<std::size_t>(text.lines[index].size(), 255), ' ');
  return index + 1;
}

Place crlf(KeyringLines& text, const Choice&) {
  text.line_end = "\r\n";
  return 1;
}

Place no_last_end(KeyringLines& text, const Choice&) {
  text.last_line_ended = false;
  return text.lines.size();
}

Place byte_order_mark(KeyringLines& text, const Choice&) {
  text.before = "\xEF\xBB\xBF";
  return 1;
}

Place too_long_line(KeyringLines& text, const Choice& choice) {
  const std::size_t index = any_line(text, choice);
  text.lines[index].resize(257 + choice.number % 5000, ' ');
  return index + 1;
}

Place bad_octet(KeyringLines& text, const Choice& choice) {
  static constexpr char octets[] = {'\0',   '\x01', '\x0B', '\x1B', '\x7F',
                                    '\x80', '\xA0', '\xFF', '"',    '\''};
  const std::size_t index = any_line(text, choice);
  std::string& line = text.lines[index];
  line.insert(choice.number % (line.size() + 1), 1, octets[choice.number % sizeof octets]);
  return index + 1;
}

Place quoted_field(KeyringLines& text, const Choice& choice) {
  const std::size_t index = any_line(text, choice);
  std::string& line = text.lines[index];
  const std::size_t which = choice.number % (index < 4 ? 2 : 4);
  line = with_field(line, which, "\"" + field(line, which) + "\"");
  return index + 1;
}

Place comment(KeyringLines& text, const Choice& choice) {
  static constexpr std::string_view comments[] = {"# made by hand", "// keys", "; keys", "--"};
  const std::size_t index = choice.row % (text.lines.size() + 1);
  text.lines.insert(text.lines.begin() + static_cast<std::ptrdiff_t>(index),
                    std::string(comments[choice.number % 4]));
  return index + 1;
}

Place cr_alone(KeyringLines& text, const Choice&) {
  text.line_end = "\r";
  return 1;
}

}  // namespace

void add_layout_rules(std::vector<Rule>& rules) {
  const auto tolerated = [&](std::string_view name, std::string_view requirement,
                             std::string_view code, auto apply) {
    rules.push_back({name, requirement, 0, 13, code, "", apply});
  };
  const auto refused = [&](std::string_view name, std::string_view requirement,
                           std::string_view reject_class, auto apply) {
    rules.push_back({name, requirement, 6, 6, "", reject_class, apply});
  };
  // The order matters to layout_rules(): rows first, then what is within a line, then the ends.
  tolerated("rows in another order", "KR-17", "KL-ORDER", other_order);
  tolerated("a row twice", "KR-18", "KL-DUP", doubled_row);
  tolerated("digits in upper case", "KR-15", "KL-CASE", upper_case);
  tolerated("0X", "KR-15", "KL-CASE", capital_x);
  tolerated("no space after the first comma", "KR-08", "KL-SPACE", no_space);
  tolerated("spaces or tabs round a field", "KR-15", "KL-SPACE", space_round_field);
  tolerated("spaces up to the longest line", "KR-25", "KL-SPACE", longest_line);
  tolerated("a blank line", "KR-14", "KL-BLANK", blank_line);
  tolerated("CRLF", "KR-14", "KL-CRLF", crlf);
  tolerated("no line feed at the end", "KR-14", "KL-NOEOL", no_last_end);
  tolerated("a byte order mark", "KR-15", "KL-BOM", byte_order_mark);
  refused("CR alone", "KR-14", "", cr_alone);
  refused("an octet that no keyring holds", "KR-15", "encoding", bad_octet);
  refused("a quoted field", "KR-15", "encoding", quoted_field);
  refused("a comment", "KR-15", "", comment);
  refused("a line too long", "KR-25", "length", too_long_line);
}

}  // namespace touchstone::conformance::mutators
