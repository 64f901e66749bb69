#include "conformance/generators/secrets.h"

#include <rapidcheck.h>

#include <algorithm>
#include <bit>

#include "conformance/oracle/keyring_text.h"

namespace touchstone::conformance::generators {

namespace {

/// splitmix64: neighbouring seeds give words that share nothing.
std::uint64_t mixed(std::uint64_t seed) {
  seed += 0x9E3779B97F4A7C15;
  seed = (seed ^ seed >> 30) * 0xBF58476D1CE4E5B9;
  seed = (seed ^ seed >> 27) * 0x94D049BB133111EB;
  return seed ^ seed >> 31;
}

enum class Shape { any, leading_zeros, leading_ones, ending_zeros };

oracle::Key16 shaped(oracle::Key16 key, Shape shape, std::size_t octets) {
  switch (shape) {
    case Shape::any:
      break;
    case Shape::leading_zeros:
      std::fill_n(key.begin(), octets, std::uint8_t{0});
      break;
    case Shape::leading_ones:
      std::fill_n(key.begin(), octets, std::uint8_t{0xFF});
      break;
    case Shape::ending_zeros:
      std::fill_n(key.rbegin(), octets, std::uint8_t{0});
      break;
  }
  return key;
}

bool is_constant(const oracle::Key16& key) {
  return std::ranges::all_of(key, [&](auto octet) { return octet == key[0]; });
}

}  // namespace

oracle::Key16 key_of_seed(std::uint64_t seed) {
  oracle::Key16 key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(mixed(2 * seed + i / 8) >> (8 * (i % 8)));
  return key;
}

oracle::Key16 draw_key() {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const auto shape = *rc::gen::weightedElement<Shape>({{5, Shape::any},
                                                       {2, Shape::leading_zeros},
                                                       {1, Shape::leading_ones},
                                                       {1, Shape::ending_zeros}});
  const auto octets = *rc::gen::inRange<std::size_t>(1, 15);
  const oracle::Key16 key = shaped(key_of_seed(seed), shape, octets);
  return is_constant(key) ? key_of_seed(seed) : key;
}

oracle::Key24 draw_gateway_key() {
  auto seed = std::uint64_t{*rc::gen::arbitrary<std::uint32_t>()} << 8;
  for (;; ++seed) {
    oracle::Key24 key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
      key[i] = key_of_seed(seed + 0x10000000000 + i / 16)[i % 16];
      if (std::popcount(key[i]) % 2 == 0) key[i] ^= 1;
    }
    if (!oracle::is_weak_3des_key(key)) return key;
  }
}

oracle::Network draw_network() {
  return {draw_key(), draw_key(), draw_gateway_key(), draw_key()};
}

std::string draw_passphrase() {
  const auto body = *rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7F));
  return "Ab1&" + body.substr(0, 52) + "-tail-9Z";
}

}  // namespace touchstone::conformance::generators
