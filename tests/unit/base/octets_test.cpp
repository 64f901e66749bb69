#include "reference/base/octets.h"

#include <gtest/gtest.h>

namespace touchstone {
namespace {

TEST(Octets, HexRoundTripsEveryOctet) {
  Octets all;
  for (int value = 0; value < 256; ++value)
    all.push_back(static_cast<std::uint8_t>(value));
  EXPECT_EQ(from_hex(to_hex(all)), all);
}

TEST(Octets, HexIsReadInEitherCase) {
  EXPECT_EQ(from_hex("aBCd"), (Octets{0xAB, 0xCD}));
}

TEST(Octets, OddNumberOfDigitsIsRefused) {
  EXPECT_FALSE(from_hex("abc").has_value());
}

TEST(Octets, EveryOtherCharacterIsRefused) {
  for (int value = 0; value < 256; ++value) {
    const char character = static_cast<char>(value);
    const bool is_digit = std::string_view("0123456789abcdefABCDEF").contains(character);
    EXPECT_EQ(from_hex(std::string{'0', character}).has_value(), is_digit) << value;
  }
}

}  // namespace
}  // namespace touchstone
