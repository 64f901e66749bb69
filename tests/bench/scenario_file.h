#pragma once
// The scenario that a bench is given.

#include <optional>

#include "sim/scenario/scenario.h"

namespace touchstone::bench {

/// Of the file; a fault is printed to standard error with its place.
[[nodiscard]] std::optional<sim::Scenario> read_scenario(const char* path);

}  // namespace touchstone::bench
