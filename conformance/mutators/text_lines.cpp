#include "conformance/mutators/text_lines.h"

#include <vector>

namespace touchstone::conformance::mutators {

namespace {

std::vector<std::string> lines_of(std::string_view text, char end) {
  std::vector<std::string> lines;
  for (;;) {
    const auto at = text.find(end);
    lines.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return lines;
    text.remove_prefix(at + 1);
  }
}

bool begins(std::string_view line, std::string_view start, Indent indent) {
  if (indent == Indent::ignored)
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return line.starts_with(start);
}

}  // namespace

bool spoil_line(std::string& text, std::string_view start, std::string_view lines,
                const Choice& choice, Indent indent) {
  const std::vector<std::string> choices = lines_of(lines, '|');
  const std::string& made = choices[choice.number % choices.size()];
  if (start.empty()) {
    if (!text.empty() && !text.ends_with('\n')) text += '\n';
    text += made + "\n";
    return true;
  }
  std::vector<std::string> all = lines_of(text, '\n');
  std::vector<std::string*> found;
  for (std::string& line : all)
    if (begins(line, start, indent)) found.push_back(&line);
  if (found.empty()) return false;
  *found[choice.row % found.size()] = made;
  text.clear();
  for (std::size_t i = 0; i < all.size(); ++i)
    text += all[i] + (i + 1 < all.size() ? "\n" : "");
  return true;
}

}  // namespace touchstone::conformance::mutators
