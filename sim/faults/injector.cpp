#include "sim/faults/injector.h"

#include <algorithm>

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

bool is_impairment(FaultKind kind) {
  switch (kind) {
    case FaultKind::loss:
    case FaultKind::burst_loss:
    case FaultKind::delay:
    case FaultKind::reorder:
    case FaultKind::duplicate:
    case FaultKind::corrupt:
      return true;
    default:
      return false;
  }
}

// Independent chances of the same mishap.
double together(double a, double b) {
  return 1 - (1 - a) * (1 - b);
}

void add(Impairment& all, const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::loss:
      all.loss = together(all.loss, fault.amount);
      return;
    case FaultKind::burst_loss:
      all.burst.to_bad = fault.amount;
      all.burst.to_good = 1.0 / static_cast<double>(std::max<std::uint64_t>(fault.count, 1));
      return;
    case FaultKind::delay:
      all.extra_delay += fault.by;
      return;
    case FaultKind::reorder:
      all.reorder = together(all.reorder, fault.amount);
      all.reorder_by = fault.by;
      return;
    case FaultKind::duplicate:
      all.duplicate = together(all.duplicate, fault.amount);
      return;
    case FaultKind::corrupt:
      all.corrupt = together(all.corrupt, fault.amount);
      return;
    default:
      return;
  }
}

}  // namespace

FaultInjector::FaultInjector(Machines& machines, Journal& journal, FaultPlan plan)
    : machines_(machines),
      world_(machines.world()),
      journal_(journal),
      plan_(std::move(plan)),
      active_(plan_.size()) {}

void FaultInjector::schedule() {
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    active_[i].nodes = matching(world_.topology(), plan_[i].target);
    world_.schedule(plan_[i].at, [this, i] { begin(i); });
    if (plan_[i].lasts > Duration())
      world_.schedule(plan_[i].at + plan_[i].lasts, [this, i] { end(i); });
  }
}

void FaultInjector::tell(Happening::Kind kind, const Fault& fault) {
  const std::string text = describe(fault);
  journal_.tell({.at = world_.now(), .kind = kind, .text = text});
}

void FaultInjector::begin(std::size_t index) {
  const Fault& fault = plan_[index];
  Active& active = active_[index];
  active.is_on = true;
  tell(Happening::Kind::fault, fault);
  if (fault.kind == FaultKind::flap) return flap(index, false);
  if (fault.kind < FaultKind::crash) return begin_on_links(fault, active);
  for (const NodeIndex node : active.nodes)
    if (Machine* machine = machines_.find(node)) begin_on_machine(fault, *machine);
}

void FaultInjector::begin_on_links(const Fault& fault, Active& active) {
  if (fault.kind == FaultKind::partition) {
    std::vector<NodeIndex> others = matching(world_.topology(), fault.other);
    std::erase_if(others, [&](NodeIndex one) {
      return std::ranges::find(active.nodes, one) != active.nodes.end();
    });
    active.partitions.push_back(world_.partition(span_of(active.nodes), span_of(others)));
    return;
  }
  for (const NodeIndex link : active.nodes) {
    if (link == 0) continue;
    if (is_impairment(fault.kind)) impair(link);
    if (fault.kind == FaultKind::link_down) world_.set_link_up(link, false);
    if (fault.kind != FaultKind::drop) continue;
    world_.drop_packet(link, Way::up, fault.count);
    world_.drop_packet(link, Way::down, fault.count);
  }
}

void FaultInjector::begin_on_machine(const Fault& fault, Machine& machine) {
  switch (fault.kind) {
    case FaultKind::crash:
      if (!machine.has_power()) return;
      machine.crash();
      if (!fault.keeps_disk) machine.disk().erase_all();
      journal_.tell({.at = world_.now(), .kind = Happening::Kind::crash, .node = machine.index()});
      return;
    case FaultKind::pause:
      return machine.pause(true);
    case FaultKind::clock_jump:
      return machine.jump_clock(fault.by);
    case FaultKind::clock_drift:
      return machine.set_drift(fault.amount);
    case FaultKind::slow_cpu:
      return machine.slow_down(fault.amount);
    case FaultKind::disk_full:
      return machine.disk().set_full(true);
    case FaultKind::torn_write:
      return machine.lose_power_at(fault.count, std::max<Duration>(fault.lasts, 1s));
    default:
      return;
  }
}

void FaultInjector::end(std::size_t index) {
  const Fault& fault = plan_[index];
  Active& active = active_[index];
  active.is_on = false;
  for (const PartitionId partition : active.partitions)
    world_.heal(partition);
  for (const NodeIndex node : active.nodes) {
    const bool is_of_link = fault.kind < FaultKind::crash && node != 0;
    if (is_of_link && is_impairment(fault.kind)) impair(node);
    if (is_of_link && (fault.kind == FaultKind::link_down || fault.kind == FaultKind::flap))
      world_.set_link_up(node, true);
    Machine* machine = fault.kind < FaultKind::crash ? nullptr : machines_.find(node);
    if (machine != nullptr) end_on_machine(fault, *machine);
  }
  tell(Happening::Kind::heal, fault);
}

void FaultInjector::end_on_machine(const Fault& fault, Machine& machine) {
  switch (fault.kind) {
    case FaultKind::crash:
      return machine.power_on();
    case FaultKind::pause:
      return machine.pause(false);
    case FaultKind::clock_drift:
      return machine.set_drift(0);
    case FaultKind::slow_cpu:
      return machine.slow_down(1);
    case FaultKind::disk_full:
      return machine.disk().set_full(false);
    default:
      return;
  }
}

void FaultInjector::flap(std::size_t index, bool is_up) {
  if (!active_[index].is_on) return;
  for (const NodeIndex link : active_[index].nodes)
    if (link != 0) world_.set_link_up(link, is_up);
  const Duration period = std::max<Duration>(plan_[index].by, 10ms);
  world_.schedule(world_.now() + period, [this, index, is_up] { flap(index, !is_up); });
}

// All that is wrong with a link now.
void FaultInjector::impair(NodeIndex link) {
  Impairment all;
  for (std::size_t i = 0; i < plan_.size(); ++i)
    if (active_[i].is_on && is_impairment(plan_[i].kind) &&
        std::ranges::binary_search(active_[i].nodes, link))
      add(all, plan_[i]);
  world_.set_impairment(link, all);
}

NodeSet FaultInjector::span_of(const std::vector<NodeIndex>& nodes) const {
  NodeSet set;
  for (const NodeIndex node : nodes) {
    if (!set.empty() && set.back().end == node) {
      ++set.back().end;
    } else {
      set.push_back({node, node + 1});
    }
  }
  return set;
}

}  // namespace touchstone::sim
