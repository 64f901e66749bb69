#include "sim/world/random_stream.h"

#include <cmath>

namespace touchstone::sim {
namespace {

constexpr std::uint64_t step = 0x9E3779B97F4A7C15;

constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t hash_name(std::string_view text, std::uint64_t start) noexcept {
  std::uint64_t hash = mix(start + step);
  for (const char c : text)
    hash = mix(hash ^ (static_cast<std::uint8_t>(c) + step));
  return hash;
}

std::uint64_t RandomStream::next() noexcept {
  state_ += step;
  return mix(state_);
}

double RandomStream::unit() noexcept {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

// The high half of a product: without the bias of a remainder that anybody could measure here.
std::uint64_t RandomStream::below(std::uint64_t bound) noexcept {
  const std::uint64_t high = next() >> 32;
  if (bound <= UINT32_MAX) return high * bound >> 32;
  return next() % bound;
}

double RandomStream::exponential(double mean) noexcept {
  return -mean * std::log1p(-unit());
}

void RandomStream::fill(std::span<std::uint8_t> out) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) word = next();
    out[i] = static_cast<std::uint8_t>(word);
    word >>= 8;
  }
}

}  // namespace touchstone::sim
