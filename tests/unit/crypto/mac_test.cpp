#include "reference/crypto/mac.h"

#include <gtest/gtest.h>

namespace touchstone::crypto {
namespace {

struct Vector {
  const char* message;
  const char* value;
};

// RFC 4493 §4, all four.
const Octets key = *from_hex("2b7e151628aed2a6abf7158809cf4f3c");
constexpr Vector vectors[] = {
    {"", "bb1d6929e95937287fa37d129b756746"},
    {"6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c"},
    {"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
     "dfa66747de9ae63030ca32611497c827"},
    {"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
     "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
     "51f0bebf7e3b9d92fc49741779363cfe"}};

std::span<const std::uint8_t, 16> key_view() {
  return std::span<const std::uint8_t, 16>(key.data(), 16);
}

TEST(Cmac, GivesTheValuesOfRfc4493) {
  for (const Vector& vector : vectors)
    EXPECT_EQ(to_hex(cmac(key_view(), *from_hex(vector.message))), vector.value);
}

TEST(Cmac, KeepsItsKeyFromMessageToMessage) {
  Cmac mac(key_view());
  for (int round = 0; round < 3; ++round)
    for (const Vector& vector : vectors)
      EXPECT_EQ(to_hex(mac.compute(*from_hex(vector.message))), vector.value);
}

TEST(Cmac, TakesAMessageInPieces) {
  const Octets message = *from_hex(vectors[3].message);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    Cmac mac(key_view());
    mac.update(OctetView(message).first(cut)).update(OctetView(message).subspan(cut));
    EXPECT_EQ(to_hex(mac.finish()), vectors[3].value);
  }
}

}  // namespace
}  // namespace touchstone::crypto
