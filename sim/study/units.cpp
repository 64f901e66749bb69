#include "sim/study/units.h"

#include <fmt/format.h>

#include <charconv>

#include "reference/crypto/digest.h"
#include "sim/study/errc.h"

namespace touchstone::sim::study {
namespace {

constexpr std::size_t name_octets = 16;

// The last parameter changes first, as one counts.
std::vector<Setting> settings_of(const Grid& grid, std::uint64_t point) {
  std::vector<Setting> settings(grid.parameters.size());
  for (std::size_t i = grid.parameters.size(); i-- > 0;) {
    const Parameter& parameter = grid.parameters[i];
    settings[i] = {parameter.path, parameter.values[point % parameter.values.size()].toml};
    point /= parameter.values.size();
  }
  return settings;
}

// The first parameter that the scenario has no place for, when one alone does not fit.
Error blame_parameter(const Grid& grid, std::string_view scenario, const std::string& path,
                      Error error) {
  for (const Parameter& parameter : grid.parameters) {
    const auto tried =
        set_parameters(scenario, path, {{parameter.path, parameter.values.front().toml}}, 1);
    if (tried || tried.error().code != make_error_code(Errc::place)) continue;
    error.detail = fmt::format("{}:{}:{}: {}", grid.path, parameter.place.line,
                               parameter.place.column, tried.error().detail);
    break;
  }
  return error;
}

OctetView octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

std::string name_unit(std::string_view scenario, std::string_view version) {
  crypto::Sha256 hash;
  hash.update(octets_of("touchstone-unit/1\n")).update(octets_of(version));
  hash.update(octets_of("\n")).update(octets_of(scenario));
  const crypto::Sha256Value value = hash.finish();
  std::string name;
  for (std::size_t i = 0; i < name_octets; ++i)
    name += fmt::format("{:02x}", value[i]);
  return name;
}

Result<std::vector<Unit>> expand(const Grid& grid, std::string_view scenario,
                                 const std::string& scenario_path, std::string_view version) {
  std::vector<Unit> units;
  for (std::uint64_t point = 0; point < grid.points(); ++point) {
    const std::vector<Setting> settings = settings_of(grid, point);
    for (const std::uint64_t seed : grid.seeds) {
      auto text = set_parameters(scenario, scenario_path, settings, seed);
      if (!text)
        return std::unexpected(blame_parameter(grid, scenario, scenario_path, text.error()));
      std::string id = name_unit(*text, version);
      units.push_back(
          {std::move(id), static_cast<std::uint32_t>(point), seed, settings, *std::move(text)});
    }
  }
  return units;
}

Result<Shard> parse_shard(std::string_view text) {
  Shard shard{};
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, shard.index);
  const bool has_bar = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto second = has_bar ? std::from_chars(first.ptr + 1, end, shard.count) : first;
  const bool is_whole = has_bar && second.ec == std::errc() && second.ptr == end;
  if (!is_whole || shard.index < 1 || shard.index > shard.count)
    return fail(Errc::value, fmt::format("expected i/n with 1 <= i <= n, not `{}`", text));
  return shard;
}

}  // namespace touchstone::sim::study
