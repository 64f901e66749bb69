// The search for secrets finds what is planted, in each form, and nothing else.

#include "conformance/harness/leak_scan.h"

#include <gmock/gmock.h>

#include "conformance/harness/base64.h"

namespace touchstone::conformance::harness {
namespace {

constexpr std::string_view key_digits = "3f7ad1529be4067c58b19e2304d86fa5";

LeakScan scan_for_key() {
  LeakScan scan;
  scan.add(*from_hex(key_digits));
  return scan;
}

TEST(LeakScan, ProvesItself) {
  EXPECT_TRUE(leak_scan_proves_itself());
}

TEST(LeakScan, FindsEachForm) {
  const Octets key = *from_hex(key_digits);
  LeakScan scan = scan_for_key();
  EXPECT_EQ(scan.find_in("x" + std::string(as_text(key))), "raw");
  EXPECT_EQ(scan.find_in("key=3F7AD1529BE4067C58B19E2304D86FA5."), "hexadecimal");
  for (std::size_t lead = 0; lead < 3; ++lead) {
    Octets around(lead, 1);
    around.insert(around.end(), key.begin(), key.end());
    EXPECT_EQ(scan.find_in(to_base64(around) + "AAAA"), "base64") << lead;
  }
}

TEST(LeakScan, IsQuietOnPartsAndOtherTexts) {
  LeakScan scan = scan_for_key();
  EXPECT_FALSE(scan.find_in("3f7ad1529be4067c58b19e2304d86fa"));
  EXPECT_FALSE(scan.find_in("KL-HEXLEN: expected 32 digits"));
  EXPECT_FALSE(scan.find_in(""));
}

TEST(LeakScan, LearnsKeysFromArguments) {
  LeakScan scan;
  scan.learn_arguments(
      {{"network", {{"pwdh", key_digits}}},
       {"nodes", {{1, "00112233445566778899aabbccddeeff", 1, 0}}},
       {"passphrases", {"correct horse"}},
       {"octets_b64", to_base64(as_octets("base, 0xa1b2c3d4e5f60718293a4b5c6d7e8f90\n"))}});
  EXPECT_EQ(scan.secrets(), 4U);
  EXPECT_TRUE(scan.find_in("typed correct horse again"));
  EXPECT_TRUE(scan.find_in("A1B2C3D4E5F60718293A4B5C6D7E8F90"));
}

TEST(LeakScan, LeavesOutWhatCannotBeToldFromChance) {
  LeakScan scan;
  scan.add(Octets(16, 0));
  scan.add(as_octets("short"));
  EXPECT_EQ(scan.secrets(), 0U);
}

TEST(LeakScan, CountsWhatItSaw) {
  LeakScan scan = scan_for_key();
  (void)scan.find_in("12345");
  EXPECT_EQ(scan.scanned_octets(), 5U);
}

}  // namespace
}  // namespace touchstone::conformance::harness
