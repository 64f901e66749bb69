#include "sim/scenario/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace touchstone::sim {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

constexpr std::array<Unit, 6> times{{{"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1000},
                                     {"ns", 1}}};
constexpr std::array<Unit, 4> rates{
    {{"Gbps", 1'000'000'000}, {"Mbps", 1'000'000}, {"kbps", 1000}, {"bps", 1}}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || value < 0) return std::nullopt;
  const std::string_view name(end, text.data() + text.size());
  for (const Unit& unit : units) {
    const double product = std::round(value * static_cast<double>(unit.size));
    if (name == unit.name && product < 9e18) return static_cast<std::uint64_t>(product);
  }
  return std::nullopt;
}

std::string print(std::uint64_t value, std::span<const Unit> units) {
  for (const Unit& unit : units)
    if (value != 0 && value % unit.size == 0)
      return std::to_string(value / unit.size) + std::string(unit.name);
  return "0" + std::string(units[units.size() / 2].name);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const auto value = parse(text, times);
  if (!value) return std::nullopt;
  return Duration(static_cast<Duration::rep>(*value));
}

std::string print_duration(Duration duration) {
  return print(static_cast<std::uint64_t>(duration.count()), times);
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
  return parse(text, rates);
}

std::string print_rate(std::uint64_t rate) {
  return print(rate, rates);
}

}  // namespace touchstone::sim
