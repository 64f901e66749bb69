#include "reference/keyring/kgf.h"

#include <gtest/gtest.h>

#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

TEST(KeyGenerationFunction, GivesTheVectorsInAnyOrderFromOneContext) {
  KeyGenerationFunction kgf(key_from<16>(vectors()["base"]));
  for (int round = 0; round < 2; ++round) {
    for (const auto& vector : vectors()["node_root_keys"]) {
      const RootKey key =
          kgf.root_key(vector["node_id"].get<NodeId>(), vector["count"].get<std::uint32_t>(),
                       array_from<16>(vector["nonce"]));
      EXPECT_EQ(to_hex(key), vector["key"].get<std::string>());
      EXPECT_EQ(aes_kcv(key), vector["kcv"].get<std::string>());
    }
  }
}

TEST(KeyCheckValue, GivesTheVectors) {
  const auto& kcv = vectors()["kcv"];
  EXPECT_EQ(aes_kcv(key_from<16>(vectors()["base"]).view()), kcv["base"].get<std::string>());
  const auto gateway = array_from<24>("52bac4b02025efb6f2fd405d6ecb7c8020e6511cd30be686");
  EXPECT_EQ(des3_kcv(gateway), kcv["gateway"].get<std::string>());
}

}  // namespace
}  // namespace touchstone::keyring
