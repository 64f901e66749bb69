#pragma once
// A keyring of a million nodes, the same in every run.

#include <random>

#include "reference/base/random.h"
#include "reference/keyring/model.h"
#include "reference/keyring/network_keys.h"

namespace touchstone::bench {

class SeededRandom final : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mt19937_64 engine_;
};

inline keyring::Keyring make_keyring(std::size_t nodes) {
  SeededRandom random(20110516);
  keyring::Keyring keyring{keyring::make_network_keys(random), {}};
  random.fill(keyring.network.pwdh.writable());
  keyring.nodes.reserve(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    keyring::NodeRow row{static_cast<keyring::NodeId>(0x00010000 + 3 * i),
                         static_cast<std::uint32_t>(1 + i / 1000),
                         0,
                         {}};
    random.fill(row.root_key);
    keyring.nodes.push_back(row);
  }
  return keyring;
}

}  // namespace touchstone::bench
