#include "reference/keyring/network_keys.h"

#include <algorithm>
#include <array>
#include <bit>

#include "reference/base/defect.h"

namespace touchstone::keyring {
namespace {

using DesKey = std::uint64_t;

// FIPS 46-3 appendix and NIST SP 800-67 §3.4.2: the 4 weak and 12 semi-weak keys. DES leaves the
// lowest bit of each octet out, so keys are compared without it.
constexpr DesKey parity_bits = 0x0101010101010101;
constexpr std::array<DesKey, 16> weak_keys = {
    0x0101010101010101, 0xFEFEFEFEFEFEFEFE, 0xE0E0E0E0F1F1F1F1, 0x1F1F1F1F0E0E0E0E,
    0x011F011F010E010E, 0x1F011F010E010E01, 0x01E001E001F101F1, 0xE001E001F101F101,
    0x01FE01FE01FE01FE, 0xFE01FE01FE01FE01, 0x1FE01FE00EF10EF1, 0xE01FE01FF10EF10E,
    0x1FFE1FFE0EFE0EFE, 0xFE1FFE1FFE0EFE0E, 0xE0FEE0FEF1FEF1FE, 0xFEE0FEE0FEF1FEF1};

DesKey part(std::span<const std::uint8_t, 24> key, std::size_t index) {
  DesKey value = 0;
  for (std::size_t i = 0; i < 8; ++i)
    value = value << 8 | key[8 * index + i];
  return value & ~parity_bits;
}

bool is_weak_des(DesKey key) {
  return std::any_of(weak_keys.begin(), weak_keys.end(),
                     [&](DesKey weak) { return (weak & ~parity_bits) == key; });
}

template <std::size_t size>
void fill_key(SecretKey<size>& key, RandomSource& random) {
  do {
    random.fill(key.writable());
  } while (is_constant(key.view()));
}

void set_odd_parity(std::span<std::uint8_t> key) {
  for (std::uint8_t& octet : key) {
    const auto high = static_cast<std::uint8_t>(octet & 0xFE);
    const bool set = (std::popcount(high) % 2 == 0) != TOUCHSTONE_DEFECT("KR-11.even");
    octet = static_cast<std::uint8_t>(high | (set ? 1 : 0));
  }
}

bool parts_differ(std::span<const std::uint8_t, 24> key) {
  return part(key, 0) != part(key, 1) && part(key, 1) != part(key, 2) &&
         part(key, 0) != part(key, 2);
}

}  // namespace

NetworkKeys make_network_keys(RandomSource& random) {
  NetworkKeys network;
  fill_key(network.base, random);
  if (TOUCHSTONE_DEFECT("KR-03.fixed")) std::ranges::fill(network.base.writable(), std::uint8_t{7});
  do {
    random.fill(network.gateway.writable());
    set_odd_parity(network.gateway.writable());
  } while (!parts_differ(network.gateway.view()) || is_weak_3des(network.gateway.view()));
  fill_key(network.gateway_cdld, random);
  return network;
}

bool is_constant(OctetView key) noexcept {
  if (key.empty() || (key[0] != 0x00 && key[0] != 0xFF && !TOUCHSTONE_DEFECT("KR-19.repeated")))
    return false;
  return std::all_of(key.begin(), key.end(), [&](std::uint8_t octet) { return octet == key[0]; });
}

bool has_odd_parity(OctetView key) noexcept {
  return std::all_of(key.begin(), key.end(),
                     [](std::uint8_t octet) { return std::popcount(octet) % 2 == 1; });
}

bool is_weak_3des(std::span<const std::uint8_t, 24> key) noexcept {
  const std::array<DesKey, 3> parts = {part(key, 0), part(key, 1), part(key, 2)};
  return parts[0] == parts[1] || (TOUCHSTONE_DEFECT("KR-12.k1k3") && parts[0] == parts[2]) ||
         (parts[1] == parts[2] && !TOUCHSTONE_DEFECT("KR-12.k2k3")) ||
         std::any_of(parts.begin(), parts.end(), is_weak_des);
}

}  // namespace touchstone::keyring
