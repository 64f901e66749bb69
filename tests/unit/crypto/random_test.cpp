#include "reference/crypto/random.h"

#include <gtest/gtest.h>

#include <array>

namespace touchstone::crypto {
namespace {

TEST(SystemRandom, FillsEveryOctetAndNeverRepeats) {
  SystemRandom random;
  std::array<std::uint8_t, 64> first{};
  std::array<std::uint8_t, 64> second{};
  std::array<std::uint8_t, 64> touched{};
  for (int i = 0; i < 32; ++i) {  // an octet stays zero in all rounds once in 2^256
    random.fill(first);
    random.fill(second);
    EXPECT_NE(first, second);
    for (std::size_t k = 0; k < touched.size(); ++k)
      touched[k] |= first[k];
  }
  for (const std::uint8_t octet : touched)
    EXPECT_NE(octet, 0);
  random.fill({});
}

}  // namespace
}  // namespace touchstone::crypto
