#include "sim/emu/emu_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/emu/enclosure.h"
#include "sim/emu/errc.h"
#include "sim/net/ns3_world.h"

namespace touchstone::sim::emu {
namespace {

constexpr std::chrono::seconds patience{30};

Result<void> check(const Topology& topology, const std::vector<ExternalProcess>& processes) {
  const auto external = std::ranges::count(topology.nodes, Role::external, &TopologyNode::role);
  for (const ExternalProcess& one : processes)
    if (one.node >= topology.size() || topology.nodes[one.node].role != Role::external)
      return fail(Errc::not_external, "a process is for a node of another role");
  if (static_cast<std::size_t>(external) != processes.size())
    return fail(Errc::not_external,
                fmt::format("{} nodes, {} processes", external, processes.size()));
  return {};
}

EnclosurePlan plan_of(const Topology& topology, const ExternalProcess& process) {
  EnclosurePlan plan{.address = topology.nodes[process.node].address,
                     .gateway = net::machine_gateway,
                     .hosts = process.hosts,
                     .command = process.command,
                     .log = process.log};
  for (const TopologyNode& node : topology.nodes)
    plan.hosts.emplace_back(node.name, node.address);
  return plan;
}

}  // namespace

Result<std::unique_ptr<World>> make_emu_world(const Topology& topology,
                                              const WorldSettings& settings) {
  TOUCHSTONE_TRY_VOID(check(topology, settings.external));
  const auto enclosures = std::make_shared<std::vector<Enclosure>>();
  std::vector<net::Machine> machines;
  for (const ExternalProcess& process : settings.external) {
    const std::string& name = topology.nodes[process.node].name;
    TOUCHSTONE_TRY(Enclosure enclosure, located(name, Enclosure::open(plan_of(topology, process))));
    enclosures->push_back(std::move(enclosure));
    machines.push_back({process.node, enclosures->back().tap()});
    if (process.on_start) process.on_start(enclosures->back().id());
  }
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const ExternalProcess& process = settings.external[i];
    if (process.ready_port == 0) continue;
    TOUCHSTONE_TRY_VOID(located(topology.nodes[process.node].name,
                                (*enclosures)[i].wait_for(process.ready_port, patience)));
  }
  return net::make_real_time_world(topology, settings, machines, enclosures);
}

}  // namespace touchstone::sim::emu
