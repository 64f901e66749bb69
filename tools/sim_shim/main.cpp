// The KMS of the reference on a network of ns-3, judged through tsp/1.
#include <iostream>

#include "conformance/adapters/sim/shim_server.h"
#include "conformance/adapters/sim/sim_adapter.h"
#include "reference/host/process.h"
#include "sim/net/ns3_world.h"

int main() {
  touchstone::host::choose_defect();
  namespace adapters = touchstone::conformance::adapters;
  const auto adapter =
      adapters::sim::make_sim_adapter([](const touchstone::sim::Topology& topology,
                                         const touchstone::sim::WorldSettings& settings) {
        return touchstone::sim::net::make_ns3_world(topology, settings);
      });
  return adapters::sim::serve_shim(*adapter, std::cin, std::cout) ? 0 : 2;
}
