#pragma once
// OpenSSL's randomness from a seed, for as long as a run lasts
// (docs/decisions/0008-randomness-of-a-simulation.md). In touchstone-sim and its tests alone.

#include <cstdint>

namespace touchstone::sim {

/// One at a time; nothing else of the process may need real randomness meanwhile.
class DeterministicRandom {
 public:
  explicit DeterministicRandom(std::uint64_t seed);
  ~DeterministicRandom();
  DeterministicRandom(const DeterministicRandom&) = delete;
  DeterministicRandom& operator=(const DeterministicRandom&) = delete;
};

}  // namespace touchstone::sim
