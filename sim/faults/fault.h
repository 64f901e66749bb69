#pragma once
// What goes wrong, and when, as plain data.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world/topology.h"
#include "sim/world/world.h"

namespace touchstone::sim {

enum class FaultKind : std::uint8_t {
  link_down,    ///< links of `target`, for `lasts`
  flap,         ///< the same, down and up again every `by`
  partition,    ///< nothing passes between `target` and `other`
  loss,         ///< `amount`: chance
  burst_loss,   ///< `amount`: chance of a burst to begin, `count`: its mean length in packets
  drop,         ///< the packets number `count` of the links of `target`, each way
  delay,        ///< `by` more
  reorder,      ///< `amount`: chance to come `by` later
  duplicate,    ///< `amount`: chance
  corrupt,      ///< `amount`: chance that an octet is changed and checksums are repaired
  crash,        ///< machines of `target`; back after `lasts`, with their disk if `keeps_disk`
  pause,        ///< they do nothing, while their network goes on
  clock_jump,   ///< their clocks go `by` forward
  clock_drift,  ///< `amount`: parts in a million that they are too fast
  slow_cpu,     ///< `amount`: factor
  disk_full,
  torn_write,  ///< the power goes at step `count` of their disks; back after `lasts`
};
inline constexpr std::size_t fault_kinds = 17;
/// In the order of the enumeration.
inline constexpr std::array<std::string_view, fault_kinds> fault_kind_names{
    "link_down",  "flap",        "partition", "loss",      "burst_loss", "drop",
    "delay",      "reorder",     "duplicate", "corrupt",   "crash",      "pause",
    "clock_jump", "clock_drift", "slow_cpu",  "disk_full", "torn_write"};
[[nodiscard]] inline std::string_view print_fault_kind(FaultKind kind) noexcept {
  return fault_kind_names[static_cast<std::size_t>(kind)];
}

struct Fault {
  FaultKind kind = FaultKind::link_down;
  Moment at{};
  Duration lasts{std::chrono::seconds(10)};
  std::string target;  ///< names of nodes; `*` and `?` stand for others. A link has the name of its
                       ///< lower node
  std::string other = {};
  double amount = 0;
  std::uint64_t count = 0;
  Duration by{};
  bool keeps_disk = true;

  friend bool operator==(const Fault&, const Fault&) = default;
};

using FaultPlan = std::vector<Fault>;

/// Ends when the last of its faults does; what never ends counts as it begins.
[[nodiscard]] Moment end_of(const FaultPlan& plan);

/// `crash kms1` and so on, at most 40 characters.
[[nodiscard]] std::string describe(const Fault& fault);

/// `*` for any run of characters, `?` for one.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view name) noexcept;
/// Of the nodes whose names match.
[[nodiscard]] std::vector<NodeIndex> matching(const Topology& topology, std::string_view pattern);

/// Faults drawn from the seed, as many as the budget allows.
struct Nemesis {
  std::uint32_t budget = 0;
  Moment from{};
  Moment until{std::chrono::seconds(60)};
  std::vector<std::string> kinds = {};  ///< none: all but those that lose a disk

  friend bool operator==(const Nemesis&, const Nemesis&) = default;
};
[[nodiscard]] FaultPlan draw_faults(const Nemesis& nemesis, const Topology& topology,
                                    std::uint64_t seed);

}  // namespace touchstone::sim
