#pragma once
// Carries a fault plan out on a world and its machines, and tells when a fault begins and ends.

#include <map>
#include <memory>

#include "sim/faults/fault.h"
#include "sim/machines/machine.h"
#include "sim/metrics/journal.h"

namespace touchstone::sim {

class FaultInjector {
 public:
  /// What the references name outlives the run.
  FaultInjector(Machines& machines, Journal& journal, FaultPlan plan);

  /// Before the run.
  void schedule();

 private:
  struct Active {
    std::vector<NodeIndex> nodes;  // of the target
    std::vector<PartitionId> partitions;
    bool is_on = false;
  };

  void begin(std::size_t index);
  void end(std::size_t index);
  void begin_on_links(const Fault& fault, Active& active);
  void begin_on_machine(const Fault& fault, Machine& machine);
  void end_on_machine(const Fault& fault, Machine& machine);
  void flap(std::size_t index, bool is_up);
  void impair(NodeIndex link);
  [[nodiscard]] NodeSet span_of(const std::vector<NodeIndex>& nodes) const;
  void tell(Happening::Kind kind, const Fault& fault);

  Machines& machines_;
  World& world_;
  Journal& journal_;
  FaultPlan plan_;
  std::vector<Active> active_;
};

}  // namespace touchstone::sim
