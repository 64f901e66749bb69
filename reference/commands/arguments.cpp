#include "reference/commands/arguments.h"

#include <charconv>

#include "reference/commands/errc.h"

namespace touchstone::commands {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (fault != std::errc{} || end != digits.data() + digits.size() || digits.empty()) return {};
  return value;
}

}  // namespace

std::optional<std::string> Arguments::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.front();
}

const std::string& Arguments::required(std::string_view name) const {
  const auto found = values_.find(name);
  TOUCHSTONE_CHECK(found != values_.end() && !found->second.empty());
  return found->second.front();
}

std::span<const std::string> Arguments::values(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return {};
  return found->second;
}

Result<std::optional<std::uint64_t>> Arguments::number(std::string_view name, std::uint64_t least,
                                                       std::uint64_t most) const {
  const std::optional<std::string> text = value(name);
  if (!text) return std::nullopt;
  const std::optional<std::uint64_t> number = parse_number(*text, 10);
  if (!number || *number < least || *number > most)
    return located("--" + std::string(name),
                   Result<std::optional<std::uint64_t>>(
                       fail(Errc::usage, "expected a number from " + std::to_string(least) +
                                             " to " + std::to_string(most))));
  return number;
}

Result<std::uint32_t> parse_node_id(std::string_view option, std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") && text.size() <= 10;
  const auto id = hexadecimal ? parse_number(text.substr(2), 16) : parse_number(text, 10);
  if (!id || *id > 0xFFFFFFFF)
    return located(option, Result<std::uint32_t>(fail(
                               Errc::usage, "expected a node id such as 0x00010200 or 66048")));
  return static_cast<std::uint32_t>(*id);
}

}  // namespace touchstone::commands
