#include "tests/bench/scenario_file.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace touchstone::bench {

std::optional<sim::Scenario> read_scenario(const char* path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    fmt::print(stderr, "{}: cannot be read\n", path);
    return std::nullopt;
  }
  auto scenario = sim::parse_scenario(text.str(), path);
  if (scenario) return std::move(*scenario);
  fmt::print(stderr, "{}\n", scenario.error().detail);
  return std::nullopt;
}

}  // namespace touchstone::bench
