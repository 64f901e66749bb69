#pragma once
// The world `ns3`: TCP, UDP and IPv4 of ns-3 over point-to-point links, no queue discipline, the
// way through the tree by our own routing.

#include <memory>
#include <string>

#include "sim/world/world.h"

namespace touchstone::sim::net {

/// How ns-3 keeps its events; every one gives the same run.
struct Ns3Options {
  std::string scheduler = "map";  ///< map, heap, list, calendar or priority_queue
};

/// Nothing but the run is different from one process to the next: neither the clock nor the memory
/// of a machine is looked at. One world at a time lives in a process: with a second one this gives
/// an error, as it does for a topology without nodes or a capture that cannot be written.
[[nodiscard]] Result<std::unique_ptr<World>> make_ns3_world(const Topology& topology,
                                                            const WorldSettings& settings,
                                                            const Ns3Options& options = {});

/// How many segments ns-3 keeps for one connection before send() holds octets back.
inline constexpr std::size_t send_buffer_octets = 1 << 18;

/// The wire to a machine that a node of Role::external stands for: a descriptor of a TAP interface.
struct Machine {
  NodeIndex node = no_node;
  int tap = -1;  ///< stays the caller's
};

/// Who forwards for a machine: 169.254.0.1, on the wire of each. The machine itself has the address
/// of its node.
inline constexpr std::uint32_t machine_gateway = 0xA9FE0001;

/// `ns3` in real time, with machines. `kept` lives as long as the world.
[[nodiscard]] Result<std::unique_ptr<World>> make_real_time_world(const Topology& topology,
                                                                  const WorldSettings& settings,
                                                                  const std::vector<Machine>& at,
                                                                  std::shared_ptr<void> kept = {});

}  // namespace touchstone::sim::net
