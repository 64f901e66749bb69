#include <algorithm>

#include "sim/faults/fault.h"
#include "sim/world/random_stream.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

class Drawer {
 public:
  Drawer(const Nemesis& nemesis, const Topology& topology, std::uint64_t seed)
      : nemesis_(nemesis), topology_(topology), chance_(seed, "nemesis", "faults") {
    for (NodeIndex i = 1; i < topology.size(); ++i) {
      const Role role = topology.nodes[i].role;
      if (role == Role::kms || role == Role::gateway || role == Role::lks) machines_.push_back(i);
      if (role != Role::enode && role != Role::attacker) links_.push_back(i);
    }
    for (std::size_t i = 0; i < fault_kinds; ++i) {
      const auto kind = static_cast<FaultKind>(i);
      const bool is_named =
          std::ranges::find(nemesis.kinds, print_fault_kind(kind)) != nemesis.kinds.end();
      if (nemesis.kinds.empty() || is_named) kinds_.push_back(kind);
    }
  }

  FaultPlan draw() {
    FaultPlan plan;
    if (kinds_.empty() || machines_.empty() || nemesis_.until <= nemesis_.from) return plan;
    for (std::uint32_t i = 0; i < nemesis_.budget; ++i)
      plan.push_back(one());
    std::ranges::stable_sort(plan, {}, &Fault::at);
    return plan;
  }

 private:
  // Whole milliseconds, so that a plan is short when it is written down.
  Duration between(Duration least, Duration most) {
    const auto span = static_cast<std::uint64_t>((most - least) / 1ms);
    return least + Duration(1ms) * chance_.below(span + 1);
  }
  double chance_up_to(double most) {
    return static_cast<double>(1 + chance_.below(1000)) / 1000 * most;
  }
  const std::string& any(const std::vector<NodeIndex>& of) {
    return topology_.nodes[of[chance_.below(of.size())]].name;
  }

  Fault one() {
    Fault fault;
    fault.kind = kinds_[chance_.below(kinds_.size())];
    fault.at = between(nemesis_.from, nemesis_.until);
    fault.lasts = between(1s, 20s);
    fill(fault);
    return fault;
  }

  void fill(Fault& fault) {
    const bool is_of_machine = fault.kind >= FaultKind::crash;
    fault.target = any(is_of_machine || fault.kind == FaultKind::partition ? machines_ : links_);
    switch (fault.kind) {
      case FaultKind::partition:
        fault.other = std::string(1, '*');
        return;
      case FaultKind::loss:
      case FaultKind::duplicate:
      case FaultKind::corrupt:
        fault.amount = chance_up_to(0.3);
        return;
      case FaultKind::burst_loss:
        fault.amount = chance_up_to(0.1);
        fault.count = 2 + chance_.below(8);
        return;
      case FaultKind::reorder:
        fault.amount = chance_up_to(0.3);
        [[fallthrough]];
      case FaultKind::delay:
      case FaultKind::flap:
        fault.by = between(10ms, 2s);
        return;
      case FaultKind::drop:
      case FaultKind::torn_write:
        fault.count = 1 + chance_.below(20);
        return;
      case FaultKind::clock_jump:
        fault.by = between(1s, 600s);
        return;
      case FaultKind::clock_drift:
        fault.amount = chance_up_to(20000);
        return;
      case FaultKind::slow_cpu:
        fault.amount = 1 + chance_up_to(50);
        return;
      default:
        return;
    }
  }

  const Nemesis& nemesis_;
  const Topology& topology_;
  RandomStream chance_;
  std::vector<NodeIndex> machines_;
  std::vector<NodeIndex> links_;
  std::vector<FaultKind> kinds_;
};

}  // namespace

FaultPlan draw_faults(const Nemesis& nemesis, const Topology& topology, std::uint64_t seed) {
  return Drawer(nemesis, topology, seed).draw();
}

}  // namespace touchstone::sim
