#pragma once
// The units of a grid: what is to be run, each under a name that tells what it is.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/result.h"
#include "sim/study/grid.h"

namespace touchstone::sim::study {

struct Unit {
  std::string id;       ///< 32 hexadecimal digits of SHA-256 over version and scenario
  std::uint32_t point;  ///< 0 .. Grid::points()-1
  std::uint64_t seed;
  std::vector<Setting> settings;
  std::string scenario;  ///< whole, in TOML
};

/// The same version, scenario, parameters and seed have the same name on every machine; comments
/// and the order of keys do not matter.
[[nodiscard]] std::string name_unit(std::string_view scenario, std::string_view version);

/// Point after point, and for each the seeds in their order. Error: a parameter that the scenario
/// has no place for, with its line and column in the grid.
Result<std::vector<Unit>> expand(const Grid& grid, std::string_view scenario,
                                 const std::string& scenario_path, std::string_view version);

/// `i/n`: every n-th, beginning with the i-th; 1 <= i <= n.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;

  [[nodiscard]] bool has(std::size_t position) const noexcept {
    return position % count == index - 1;
  }
};
[[nodiscard]] Result<Shard> parse_shard(std::string_view text);

}  // namespace touchstone::sim::study
