#pragma once
// net.* of tsp/1 against the KMS of the reference on a simulated network: the harness is one node
// of it, the KMS another, and what the two say to each other are segments of TCP. Time is that of
// the simulation.

#include <functional>
#include <memory>

#include "conformance/harness/adapter.h"
#include "sim/world/world.h"

namespace touchstone::conformance::adapters::sim {

/// `make` gives each case a network of its own.
[[nodiscard]] std::unique_ptr<harness::Adapter> make_sim_adapter(
    touchstone::sim::WorldFactory make);

}  // namespace touchstone::conformance::adapters::sim
