#include "reference/keyring/network_keys.h"

#include <gtest/gtest.h>

#include <deque>

#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

/// Hands out the given fills and then octets that count up.
class Script final : public RandomSource {
 public:
  explicit Script(std::deque<Octets> fills) : fills_(std::move(fills)) {}
  void fill(std::span<std::uint8_t> out) override {
    if (!fills_.empty()) {
      ASSERT_EQ(fills_.front().size(), out.size());
      std::copy(fills_.front().begin(), fills_.front().end(), out.begin());
      fills_.pop_front();
      return;
    }
    for (std::uint8_t& octet : out)
      octet = next_++;
  }
  [[nodiscard]] bool used_up() const { return fills_.empty(); }

 private:
  std::deque<Octets> fills_;
  std::uint8_t next_ = 0x11;
};

TEST(NetworkKeys, HaveOddParityAndNoWeakPart) {
  Script random({});
  const NetworkKeys network = make_network_keys(random);
  EXPECT_TRUE(has_odd_parity(network.gateway.view()));
  EXPECT_FALSE(is_weak_3des(network.gateway.view()));
  EXPECT_TRUE(is_constant(network.pwdh.view()));
}

TEST(NetworkKeys, AreDrawnAgainWhenTheyCannotBeUsed) {
  const Octets base = *from_hex("00112233445566778899aabbccddeeff");
  const Octets weak = *from_hex("000000000000000022334455667788990011223344556677");
  const Octets first_equals_third = *from_hex("101112131415161722334455667788991011121314151617");
  Script random({Octets(16, 0), Octets(16, 0xFF), base, Octets(24, 7), weak, first_equals_third});
  const NetworkKeys network = make_network_keys(random);
  EXPECT_TRUE(random.used_up());
  EXPECT_EQ(to_hex(network.base.view()), to_hex(base));
  EXPECT_FALSE(is_constant(network.gateway_cdld.view()));
}

TEST(KeyRules, TellConstantKeys) {
  EXPECT_TRUE(is_constant(Octets(16, 0x00)));
  EXPECT_TRUE(is_constant(Octets(24, 0xFF)));
  EXPECT_FALSE(is_constant(Octets(16, 0x01)));
  Octets nearly(16, 0xFF);
  nearly[15] = 0xFE;
  EXPECT_FALSE(is_constant(nearly));
}

std::array<std::uint8_t, 24> triple(const char* hex_digits) {
  return array_from<24>(hex_digits);
}

TEST(KeyRules, TellWeakTripleDesKeysWhateverTheirParity) {
  EXPECT_FALSE(is_weak_3des(triple("52bac4b02025efb6f2fd405d6ecb7c8020e6511cd30be686")));
  EXPECT_TRUE(is_weak_3des(triple("52bac4b02025efb652bac4b02025efb620e6511cd30be686")));
  EXPECT_TRUE(is_weak_3des(triple("52bac4b02025efb653bbc5b12124eeb720e6511cd30be686")));
  EXPECT_TRUE(is_weak_3des(triple("52bac4b02025efb620e6511cd30be68620e6511cd30be686")));
  EXPECT_FALSE(is_weak_3des(triple("52bac4b02025efb620e6511cd30be68652bac4b02025efb6")));
}

TEST(KeyRules, KnowAllSixteenWeakDesKeysInEachPart) {
  const char* const weak[] = {
      "0101010101010101", "fefefefefefefefe", "e0e0e0e0f1f1f1f1", "1f1f1f1f0e0e0e0e",
      "011f011f010e010e", "1f011f010e010e01", "01e001e001f101f1", "e001e001f101f101",
      "01fe01fe01fe01fe", "fe01fe01fe01fe01", "1fe01fe00ef10ef1", "e01fe01ff10ef10e",
      "1ffe1ffe0efe0efe", "fe1ffe1ffe0efe0e", "e0fee0fef1fef1fe", "fee0fee0fef1fef1"};
  const std::string good[] = {"52bac4b02025efb6", "f2fd405d6ecb7c80"};
  for (const std::string part : weak) {
    EXPECT_TRUE(is_weak_3des(triple((part + good[0] + good[1]).c_str()))) << part;
    EXPECT_TRUE(is_weak_3des(triple((good[0] + part + good[1]).c_str()))) << part;
    EXPECT_TRUE(is_weak_3des(triple((good[0] + good[1] + part).c_str()))) << part;
  }
}

TEST(KeyRules, TellOddParityInEveryOctet) {
  const Octets odd = hex("52bac4b02025efb6f2fd405d6ecb7c8020e6511cd30be686");
  EXPECT_TRUE(has_odd_parity(odd));
  for (std::size_t i = 0; i < odd.size(); ++i) {
    Octets even = odd;
    even[i] ^= 0x80;
    EXPECT_FALSE(has_odd_parity(even));
  }
}

}  // namespace
}  // namespace touchstone::keyring
