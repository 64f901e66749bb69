#include "reference/crypto/random.h"

#include <openssl/rand.h>

#include "reference/base/result.h"

namespace touchstone::crypto {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  TOUCHSTONE_CHECK(RAND_priv_bytes_ex(nullptr, out.data(), out.size(), 0) == 1);
}

}  // namespace touchstone::crypto
