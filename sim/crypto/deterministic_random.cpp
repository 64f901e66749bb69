#include "sim/crypto/deterministic_random.h"

#include <openssl/rand.h>

#include <span>

#include "reference/base/result.h"

namespace touchstone::sim {
namespace {

std::uint64_t state = 0;
bool is_replaced = false;

// SplitMix64, as sim/world/random_stream.h has it.
std::uint64_t next() {
  state += 0x9E3779B97F4A7C15;
  std::uint64_t x = state;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

int fill(unsigned char* octets, int size) {
  for (unsigned char& octet : std::span(octets, static_cast<std::size_t>(size)))
    octet = static_cast<unsigned char>(next() >> 56);
  return 1;
}

int status() {
  return 1;
}

const RAND_METHOD method{nullptr, fill, nullptr, nullptr, fill, status};

}  // namespace

DeterministicRandom::DeterministicRandom(std::uint64_t seed) {
  TOUCHSTONE_CHECK(!is_replaced);
  is_replaced = true;
  state = seed;
  TOUCHSTONE_CHECK(RAND_set_rand_method(&method) == 1);
}

DeterministicRandom::~DeterministicRandom() {
  is_replaced = false;
  TOUCHSTONE_CHECK(RAND_set_rand_method(RAND_OpenSSL()) == 1);
}

}  // namespace touchstone::sim
