#pragma once
// SHA-256 (FIPS 180-4).

#include <array>
#include <cstdint>
#include <memory>

#include "reference/base/octets.h"

namespace touchstone::crypto {

using Sha256Value = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256Value sha256(OctetView message);

/// For a message that comes in pieces. finish() gives the value and begins a new message.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(OctetView piece);
  [[nodiscard]] Sha256Value finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace touchstone::crypto
