#pragma once
// A grid file (docs/formats/sweep.md): one scenario, the values of some of its parameters, the
// seeds. Every combination is a point, every seed of a point a unit: one run.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::sim::study {

/// Where something stands in the grid file.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// A value as TOML writes it: `50`, `"20ms"`, `true`.
struct GridValue {
  std::string toml;
  Place place;
};

struct Parameter {
  std::string path;  ///< `topology.gateways`; elements of arrays by number: `fault.0.lasts`
  std::vector<GridValue> values;  ///< in the order of the file, none twice
  Place place;
};

struct Grid {
  std::string path;  ///< of the file, for messages
  std::string name;
  std::string question;
  std::string scenario;  ///< path, as it is written: relative to the folder of the grid
  std::vector<std::uint64_t> seeds;
  std::vector<std::string> figures;   ///< paths in summary.json; none: all numbers
  std::vector<Parameter> parameters;  ///< sorted by path

  [[nodiscard]] std::uint64_t points() const noexcept;
};

/// No sweep has more units.
inline constexpr std::uint64_t max_units = 1'000'000;

/// Of `text`, the content of `path`. Errors of Errc with `path:line:column: what was expected`.
Result<Grid> parse_grid(std::string_view text, const std::string& path);

/// The scenario with one parameter set to a value in TOML; tables on the way are made, elements of
/// arrays have to be there. `scenario_path` is for messages; the error names the parameter's place
/// in the grid.
struct Setting {
  std::string path;
  std::string toml;
};
Result<std::string> set_parameters(std::string_view scenario, const std::string& scenario_path,
                                   const std::vector<Setting>& settings, std::uint64_t seed);

}  // namespace touchstone::sim::study
