#include "reference/keyring/passphrase.h"

#include <gtest/gtest.h>

#include <bit>

#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

TEST(Passphrase, DerivesTheVectors) {
  const auto base = key_from<16>(vectors()["base"]);
  EXPECT_EQ(to_hex(pwdh_salt(base)), vectors()["salt"].get<std::string>());
  for (const auto& vector : vectors()["derivations"]) {
    const auto kdf = parse_kdf(vector["kdf"].get<std::string>());
    ASSERT_TRUE(kdf);
    const auto pwdh = derive_pwdh(hex(vectors()["passphrase_hex"]), base, *kdf);
    ASSERT_TRUE(pwdh);
    EXPECT_EQ(to_hex(pwdh->view()), vector["pwdh"].get<std::string>());
  }
}

TEST(Passphrase, DerivesOneKeyAPurpose) {
  const auto& expected = vectors()["subkeys"];
  const auto pwdh = key_from<16>(expected["pwdh"]);
  const auto derived = [&](Purpose purpose) { return to_hex(derive_subkey(pwdh, purpose).view()); };
  EXPECT_EQ(derived(Purpose::gateway_key_file), expected["gateway_key_file"].get<std::string>());
  EXPECT_EQ(derived(Purpose::batch_mac), expected["batch_mac"].get<std::string>());
  EXPECT_EQ(derived(Purpose::database_wrap), expected["database_wrap"].get<std::string>());
}

TEST(Passphrase, ReadsEveryCostInTheBoundsAndNoOther) {
  for (const char* const good :
       {"scrypt:14", "scrypt:17", "scrypt:20", "pbkdf2:100000", "pbkdf2:600000", "pbkdf2:10000000"})
    EXPECT_TRUE(parse_kdf(good)) << good;
  for (const char* const bad :
       {"", "scrypt", "scrypt:", "scrypt:13", "scrypt:21", "scrypt:63", "scrypt:017", "scrypt:+17",
        "scrypt:17 ", "Scrypt:17", "pbkdf2:99999", "pbkdf2:10000001", "pbkdf2:4294967296",
        "pbkdf2:1e6", "md5:1", ":17"}) {
    const auto kdf = parse_kdf(bad);
    ASSERT_FALSE(kdf) << bad;
    EXPECT_EQ(code_of(kdf), Errc::parameters);
  }
}

TEST(Passphrase, HoldsEachParameterOfAKdfAgainstItsBounds) {
  using Kind = PassphraseKdf::Kind;
  EXPECT_TRUE(check_kdf({Kind::scrypt, 17, 8, 1}));
  EXPECT_TRUE(check_kdf({Kind::scrypt, 17, 8, 4}));
  EXPECT_FALSE(check_kdf({Kind::scrypt, 17, 0, 1}));
  EXPECT_FALSE(check_kdf({Kind::scrypt, 17, 16, 1}));
  EXPECT_FALSE(check_kdf({Kind::scrypt, 17, 8, 0}));
  EXPECT_FALSE(check_kdf({Kind::scrypt, 17, 8, 5}));
  EXPECT_TRUE(check_kdf({Kind::pbkdf2_hmac_sha256, 100'000, 0, 0}));
  EXPECT_FALSE(check_kdf({Kind::pbkdf2_hmac_sha256, 100'000, 8, 0}));
  EXPECT_FALSE(check_kdf({Kind::pbkdf2_hmac_sha256, 100'000, 0, 1}));
  EXPECT_FALSE(check_kdf({std::bit_cast<Kind>(std::uint8_t{3}), 17, 8, 1}));
}

struct Verdict {
  int exit = 0;
  std::size_t warnings = 0;
};

Verdict verdict(std::string_view passphrase, bool strict = false) {
  Findings findings;
  const auto result = check_passphrase(as_octets(passphrase), strict, findings);
  for (const Finding& finding : findings)
    EXPECT_EQ(finding.text.find(passphrase), std::string::npos);
  return {exit_of(result), findings.size()};
}

TEST(Passphrase, RefusesTheShortTheLongAndControlCharacters) {
  EXPECT_EQ(verdict("").exit, 10);
  EXPECT_EQ(verdict("Ab1!xyz").exit, 10);
  EXPECT_EQ(verdict("Ab1!xyzw").exit, 0);
  EXPECT_EQ(verdict(std::string(1024, 'a')).exit, 0);
  EXPECT_EQ(verdict(std::string(1025, 'a')).exit, 10);
  for (const char control : {'\n', '\r', '\t', '\0', '\x1f', '\x7f'})
    EXPECT_EQ(verdict(std::string("Ulp#2011^Pass*Word") + control).exit, 10);
}

TEST(Passphrase, AdvisesTwelveOctetsOutOfThreeClasses) {
  EXPECT_EQ(verdict("Ulp#2011^Pass*Word&~!").warnings, 0U);
  EXPECT_EQ(verdict("abcdefGHIJ12").warnings, 0U);
  EXPECT_EQ(verdict("abcdefGHIJ1").warnings, 1U);
  EXPECT_EQ(verdict("abcdefghij12").warnings, 1U);
  EXPECT_EQ(verdict("abcdefGHIJ1", true).exit, 10);
  EXPECT_EQ(verdict("abcdefGHIJ12", true).exit, 0);
}

TEST(Passphrase, TellsOctetsOutsideAscii) {
  Findings findings;
  ASSERT_TRUE(check_passphrase(as_octets("Gr\xC3\xBC\xC3\x9F"
                                         "e2011abc"),
                               true, findings));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "KL-NONASCII");
}

}  // namespace
}  // namespace touchstone::keyring
