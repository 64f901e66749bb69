#include "reference/ipsec/config/psk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

PskReading read(std::string_view text, std::optional<std::uint32_t> mode = {}) {
  return read_psk(as_octets(text), Profile::strict, mode);
}

const std::string good =
    "# peers\n"
    "10.0.0.2\tcorrect horse battery\n"
    "\n"
    "gw.example  0x00112233445566778899aabbccddeeff\n";

TEST(Psk, ReadsAnIdentifierAndTheRestOfTheLine) {
  const auto reading = read(good);
  EXPECT_TRUE(reading.accepted);
  EXPECT_THAT(reading.findings, IsEmpty());
  ASSERT_THAT(reading.entries, SizeIs(2));
  EXPECT_EQ(as_text(reading.find("10.0.0.2")->key), "correct horse battery");
  EXPECT_THAT(reading.find("gw.example")->key, SizeIs(16));
  EXPECT_EQ(reading.find("10.0.0"), nullptr);
  EXPECT_EQ(reading.find("# peers"), nullptr);
}

TEST(Psk, FindsTheFirstOfTwoAndTheWildCardLast) {
  const auto reading =
      read("* everybody has this key\na first key of sixteen\na second key 0123456\n");
  EXPECT_EQ(as_text(reading.find("a")->key), "first key of sixteen");
  EXPECT_EQ(as_text(reading.find("b")->key), "everybody has this key");
  EXPECT_THAT(codes(reading.findings), ElementsAre("RC-PSKWILD", "RC-PSKTWICE"));
}

TEST(Psk, TellsWhatIsWrongWithALine) {
  EXPECT_THAT(codes(read("10.0.0.2\n").findings), ElementsAre("RC-PSKFORM"));
  EXPECT_THAT(codes(read(" 10.0.0.2 0123456789abcdef\n").findings), ElementsAre("RC-PSKFORM"));
  EXPECT_THAT(codes(read("a 0123456789abcdef \n").findings), ElementsAre("RC-PSKBLANK"));
  EXPECT_THAT(codes(read("a 0123456789abcdef\r\n").findings), ElementsAre("RC-PSKBLANK"));
  EXPECT_THAT(codes(read("a 0x123\n").findings), ElementsAre("RC-PSKHEX"));
  EXPECT_THAT(codes(read("a short\n").findings), ElementsAre("ML-PSKSHORT"));
  EXPECT_THAT(codes(read("a " + std::string(1022, 'k') + "\n").findings),
              ElementsAre("RC-PSKLONG"));
  EXPECT_THAT(codes(read(good, 0640).findings), ElementsAre("RC-PSKMODE"));
  EXPECT_TRUE(read(good, 0600).accepted);
  EXPECT_FALSE(read_psk(as_octets(good), Profile::daemon, 0604).accepted)
      << "racoon has no keys at all then";
}

TEST(Psk, KeepsWhatOthersWroteWhenAKeyIsSet) {
  const SecretOctets changed =
      set_psk(as_octets(good + "10.0.0.2 old second row\n10.0.0.20 another peer here\n"),
              "10.0.0.2", as_octets("the new key of all"));
  EXPECT_EQ(as_text(changed),
            "# peers\n10.0.0.2 the new key of all\n\n"
            "gw.example  0x00112233445566778899aabbccddeeff\n10.0.0.20 another peer here\n");
  EXPECT_EQ(as_text(set_psk(changed, "10.0.0.2", as_octets("the new key of all"))),
            as_text(changed));
  EXPECT_EQ(as_text(remove_psk(set_psk(as_octets(good), "x", as_octets("k")), "x")), good);
  EXPECT_EQ(as_text(set_psk(as_octets("a b"), "x", as_octets("k"))), "a b\nx k\n");
}

}  // namespace
}  // namespace touchstone::ipsec::config
