#pragma once
// Where random octets come from. Protocols and roles take it as an argument, so that a simulation
// or a test replays from a seed; the machine's generator is crypto::SystemRandom.

#include <cstdint>
#include <span>

namespace touchstone {

class RandomSource {
 public:
  virtual ~RandomSource() = default;

  /// Fills all of `out` with octets fit for keys. A generator that cannot stops the program: there
  /// is no safe way to go on.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace touchstone
