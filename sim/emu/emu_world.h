#pragma once
// The world `emu`: ns-3 in real time, joined to real processes. Each of them has a network of its
// own, made from namespaces; its one wire is a TAP interface that ends in ns-3.

#include "sim/world/world.h"

namespace touchstone::sim::emu {

/// Starts WorldSettings::external, one for each node of Role::external, waits until they are ready,
/// and ends them with the world. No root is needed where the machine allows user namespaces; what
/// it lacks is said by the error. Call it before the first thread begins.
///
/// Time is the machine's: a run is not repeated by its seed, though what is drawn from it is.
[[nodiscard]] Result<std::unique_ptr<World>> make_emu_world(const Topology& topology,
                                                            const WorldSettings& settings);

}  // namespace touchstone::sim::emu
