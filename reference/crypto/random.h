#pragma once
// The generator of the machine.

#include "reference/base/random.h"

namespace touchstone::crypto {

/// The private DRBG of OpenSSL, seeded by the kernel. Safe to use from several threads.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace touchstone::crypto
