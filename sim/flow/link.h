#pragma once
// One link of the world `flow`: how long a packet takes, and what befalls it.

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "sim/world/random_stream.h"
#include "sim/world/world.h"

namespace touchstone::sim {

/// What becomes of a packet that enters a link.
struct Passage {
  bool arrives = false;
  bool is_doubled = false;
  bool is_corrupt = false;
  std::uint32_t damage = 0;  ///< which octet of the payload, if it is corrupt
  Moment at{};
};

class FlowLink {
 public:
  explicit FlowLink(RandomStream chance) : chance_(std::move(chance)) {}

  /// A packet of `size` octets enters; counts what befalls it.
  Passage enter(const LinkProperties& properties, Way way, Moment now, std::size_t size,
                WorldCounters& counters);

  void set_up(bool is_up) noexcept { is_up_ = is_up; }
  void impair(const Impairment& impairment);
  void drop(Way way, std::uint64_t nth);

 private:
  struct Direction {
    Moment free_at{};  // the last octet of those before has left
    Moment last_at{};  // the packet before arrives
  };
  struct Trouble {
    Impairment impairment;
    bool is_impaired = false;
    std::array<bool, 2> is_bad{};
    std::array<std::vector<std::uint64_t>, 2> drops;  // how many more packets until one is dropped
  };

  Trouble& trouble();
  bool is_dropped(Trouble& trouble, Way way, WorldCounters& counters);
  bool is_lost(Trouble& trouble, Way way, WorldCounters& counters);
  void damage(Passage& passage, Direction& direction, std::size_t size, WorldCounters& counters);

  RandomStream chance_;
  bool is_up_ = true;
  std::array<Direction, 2> directions_{};
  std::unique_ptr<Trouble> trouble_;  // most links never have any
};

}  // namespace touchstone::sim
