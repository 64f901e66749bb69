#include <algorithm>

#include "conformance/mutators/keyring_rules.h"

namespace touchstone::conformance::mutators {

namespace {

constexpr std::size_t gateway_digits = sizeof("gateway, 0x") - 1;

/// Digits of part `index` (0..2) of the gateway key.
std::string part(const std::string& line, std::size_t index) {
  return line.substr(gateway_digits + 16 * index, 16);
}

auto with_parts(
    const std::function<std::string(const std::string& line, const Choice& choice)>& digits) {
  return [digits](KeyringLines& text, const Choice& choice) -> Place {
    std::string& line = text.lines[2];
    line = line.substr(0, gateway_digits) + digits(line, choice);
    return 3;
  };
}

constexpr std::string_view weak_parts[] = {
    "0101010101010101", "fefefefefefefefe", "e0e0e0e0f1f1f1f1", "1f1f1f1f0e0e0e0e",
    "011f011f010e010e", "1f011f010e010e01", "01e001e001f101f1", "e001e001f101f101",
    "01fe01fe01fe01fe", "fe01fe01fe01fe01", "1fe01fe00ef10ef1", "e01fe01ff10ef10e",
    "1ffe1ffe0efe0efe", "fe1ffe1ffe0efe0e", "e0fee0fef1fef1fe", "fee0fee0fef1fef1"};

std::string weak(const std::string& line, const Choice& choice) {
  std::string parts[] = {part(line, 0), part(line, 1), part(line, 2)};
  parts[choice.row % 3] = weak_parts[choice.number % std::size(weak_parts)];
  return parts[0] + parts[1] + parts[2];
}

/// The same part but for parity bits is the same DES key.
std::string with_other_parity(std::string digits) {
  digits.back() = "1032547698badcfe"[static_cast<std::size_t>(hex_value(digits.back()))];
  return digits;
}

std::string even_parity(const std::string& line, const Choice& choice) {
  std::string digits = line.substr(gateway_digits);
  char& low = digits[2 * (choice.number % 24) + 1];
  low = "1032547698badcfe"[static_cast<std::size_t>(hex_value(low))];
  return digits;
}

Place constant_header(KeyringLines& text, const Choice& choice) {
  const std::size_t index = choice.number % 4;
  const auto at = text.lines[index].find("0x") + 2;
  const std::size_t digits = text.lines[index].size() - at;
  text.lines[index].replace(at, digits, std::string(digits, choice.row % 2 == 0 ? '0' : 'f'));
  return index + 1;
}

Place constant_row(KeyringLines& text, const Choice& choice) {
  if (!text.has_rows()) return std::nullopt;
  std::string& line = text.lines[text.row(choice)];
  line = with_field(line, 1, " 0x" + std::string(32, choice.number % 2 == 0 ? '0' : 'f'));
  return text.row(choice) + 1;
}

Place same_key(KeyringLines& text, const Choice& choice) {
  const std::size_t rows = text.lines.size() - 4;
  if (rows < 2) return std::nullopt;
  const std::size_t first = text.row(choice);
  const std::size_t other = 4 + (first - 4 + 1 + choice.number % (rows - 1)) % rows;
  text.lines[other] = with_field(text.lines[other], 1, field(text.lines[first], 1));
  return std::max(first, other) + 1;
}

Place two_rows_of_a_node(KeyringLines& text, const Choice& choice) {
  if (!text.has_rows()) return std::nullopt;
  const std::size_t row = text.row(choice);
  std::string other = text.lines[row];
  switch (choice.number % 3) {
    case 0:
      other = with_field(other, 1, " 0x5a0f1e2d3c4b5a69788796a5b4c3d2e1");
      break;
    case 1:
      other = with_field(other, 2, field(other, 2) == "7" ? "8" : "7");
      break;
    default:
      other = with_field(other, 3, field(other, 3) == "7" ? "8" : "7");
      break;
  }
  text.lines.insert(text.lines.begin() + static_cast<std::ptrdiff_t>(row) + 1, other);
  return row + 2;
}

Place batch_zero(KeyringLines& text, const Choice& choice) {
  if (!text.has_rows()) return std::nullopt;
  const std::size_t row = text.row(choice);
  text.lines[row] = with_field(text.lines[row], 2, "0");
  return row + 1;
}

}  // namespace

void add_value_rules(std::vector<Rule>& rules) {
  const auto weak_key = [&](std::string_view name, auto digits) {
    rules.push_back({name, "KR-12", 6, 6, "KL-DESWEAK", "range", with_parts(digits)});
  };
  rules.push_back({"an octet of gateway with even parity", "KR-11", 0, 13, "KL-PARITY", "",
                   with_parts(even_parity)});
  weak_key("gateway parts 1 and 2 equal", [](const std::string& line, const Choice&) {
    return part(line, 0) + part(line, 0) + part(line, 2);
  });
  weak_key("gateway parts 2 and 3 equal", [](const std::string& line, const Choice&) {
    return part(line, 0) + part(line, 1) + part(line, 1);
  });
  weak_key("gateway parts 1 and 2 equal but for parity",
           [](const std::string& line, const Choice&) {
             return part(line, 0) + with_other_parity(part(line, 0)) + part(line, 2);
           });
  weak_key("a weak or semi-weak gateway part", weak);
  rules.push_back(
      {"two rows of one node that differ", "KR-18", 6, 6, "", "duplicate", two_rows_of_a_node});
  rules.push_back(
      {"one root key for two nodes", "KR-19", 6, 6, "KL-SAMEKEY", "duplicate", same_key});
  rules.push_back(
      {"a constant header key", "KR-19", 6, 6, "KL-CONSTKEY", "range", constant_header});
  rules.push_back({"a constant root key", "KR-19", 6, 6, "KL-CONSTKEY", "range", constant_row});
  rules.push_back({"batch 0", "KR-20", 0, 13, "KL-BATCH0", "", batch_zero});
}

}  // namespace touchstone::conformance::mutators
