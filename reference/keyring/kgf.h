#pragma once
// The Key Generation Function of the LKS (LK-05, LK-06) and the key check values that may be shown.

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "reference/base/octets.h"
#include "reference/base/secret.h"
#include "reference/keyring/model.h"

namespace touchstone::keyring {

using Nonce = std::array<std::uint8_t, 16>;  ///< all zero in deterministic mode

/// SP 800-108 counter mode, AES-128-CMAC under base, context id | count | nonce. The MAC context is
/// made once and re-used: a million keys take about a second.
class KeyGenerationFunction {
 public:
  explicit KeyGenerationFunction(const SecretKey<16>& base);
  ~KeyGenerationFunction();
  KeyGenerationFunction(KeyGenerationFunction&&) noexcept;
  KeyGenerationFunction& operator=(KeyGenerationFunction&&) noexcept;

  [[nodiscard]] RootKey root_key(NodeId node_id, std::uint32_t count, const Nonce& nonce);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The first three octets of CMAC(key, 16 zero octets) as six digits (KU-21).
[[nodiscard]] std::string aes_kcv(std::span<const std::uint8_t, 16> key);
/// The first three octets of 3DES-ECB(key, 8 zero octets).
[[nodiscard]] std::string des3_kcv(std::span<const std::uint8_t, 24> key);

}  // namespace touchstone::keyring
