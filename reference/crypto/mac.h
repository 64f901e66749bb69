#pragma once
// AES-128-CMAC (RFC 4493, NIST SP 800-38B).

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "reference/base/octets.h"

namespace touchstone::crypto {

using CmacValue = std::array<std::uint8_t, 16>;

/// One key, any number of messages: the key schedule is made once, so that a short message costs
/// about a microsecond where a fresh context costs ten.
class Cmac {
 public:
  explicit Cmac(std::span<const std::uint8_t, 16> key);
  ~Cmac();
  Cmac(Cmac&&) noexcept;
  Cmac& operator=(Cmac&&) noexcept;

  Cmac& update(OctetView piece);
  /// The value over all pieces since construction or the last finish().
  [[nodiscard]] CmacValue finish();
  [[nodiscard]] CmacValue compute(OctetView message) { return update(message).finish(); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] CmacValue cmac(std::span<const std::uint8_t, 16> key, OctetView message);

}  // namespace touchstone::crypto
