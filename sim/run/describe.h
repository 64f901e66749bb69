#pragma once
// What a scenario is going to do, without doing it.

#include <string>

#include "sim/scenario/scenario.h"

namespace touchstone::sim {

/// The topology as a Graphviz graph, with the plan as comments in front: the whole is a DOT file.
/// Of nodes that are alike and many, the first few are drawn and the rest is a number.
[[nodiscard]] std::string describe(const Scenario& scenario);

}  // namespace touchstone::sim
