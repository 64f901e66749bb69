#pragma once
// The world `flow`: an event queue and no IP. Packets go from link to link; each link has delay,
// jitter, rate and faults of its own. For property tests and for very large networks.
//
// A stream behaves as TCP does to those who use it: what is lost comes later, nothing comes twice
// or out of order, a node that does not listen refuses, one without power is silent. What TCP does
// inside is simpler: acknowledgements take their time and no packets, the window is fixed.

#include "sim/world/world.h"

namespace touchstone::sim {

Result<std::unique_ptr<World>> make_flow_world(const Topology& topology, WorldSettings settings);

}  // namespace touchstone::sim
