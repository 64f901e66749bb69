#include "conformance/mutators/keyring_lines.h"

#include "conformance/oracle/keyring_text.h"

namespace touchstone::conformance::mutators {

namespace {

std::pair<std::size_t, std::size_t> bounds_of(const std::string& line, std::size_t index) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < index; ++i)
    begin = line.find(',', begin) + 1;
  const auto end = line.find(',', begin);
  return {begin, end == std::string::npos ? line.size() : end};
}

}  // namespace

KeyringLines::KeyringLines(const oracle::Keyring& keyring) {
  std::string text = oracle::print_keyring(keyring);
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

Octets KeyringLines::print() const {
  std::string text = before;
  for (const std::string& line : lines)
    text += line + line_end;
  if (!last_line_ended) text.resize(text.size() - line_end.size());
  return {text.begin(), text.end()};
}

std::size_t KeyringLines::row(const Choice& choice) const {
  return 4 + choice.row % (lines.size() - 4);
}

std::string field(const std::string& line, std::size_t index) {
  const auto [begin, end] = bounds_of(line, index);
  return line.substr(begin, end - begin);
}

std::string with_field(const std::string& line, std::size_t index, std::string_view value) {
  const auto [begin, end] = bounds_of(line, index);
  return line.substr(0, begin) + std::string(value) + line.substr(end);
}

}  // namespace touchstone::conformance::mutators
