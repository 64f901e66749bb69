#include "reference/ipsec/config/setkey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::SizeIs;

const std::string key16 = "0x00112233445566778899aabbccddeeff";
const std::string key20 = "0x000102030405060708090a0b0c0d0e0f10111213";

SetkeyReading read(std::string_view text, Profile profile = Profile::strict) {
  return read_setkey(secret(text), profile);
}
bool setkey_takes(std::string_view text) {
  return read(text, Profile::daemon).accepted;
}
std::vector<std::string> strict_codes(std::string_view text) {
  return codes(read(text).findings);
}

struct Vector {
  std::string line;
  bool accepted;
};
std::vector<Vector> vectors() {
  std::vector<Vector> list;
  for (const auto& row : nlohmann::json::parse(fixture("ipsec/verdicts/setkey.json")))
    list.push_back({row.at("line"), row.at("verdict") == "accept"});
  return list;
}

TEST(Setkey, AgreesWithEveryRecordedVerdict) {
  const auto list = vectors();
  ASSERT_THAT(list, SizeIs(35));
  for (const Vector& one : list)
    EXPECT_EQ(setkey_takes(one.line), one.accepted) << one.line;
}

TEST(Setkey, KeepsTheVerdictWhateverStandsBetweenTheWords) {
  static const std::vector<std::string> fillers = {" ", "\n", "\t", "  # x; -P \"\n", "\n\n"};
  std::mt19937 random(33);
  for (const Vector& one : vectors()) {
    if (one.line.starts_with('#')) continue;
    for (int i = 0; i < 40; ++i) {
      std::string text = fillers[random() % fillers.size()];
      bool policy = false;
      for (std::size_t at = 0; at < one.line.size(); ++at) {
        const char c = one.line[at];
        policy = policy || one.line.compare(at, 3, "-P ") == 0;
        // A comment cuts a policy in two; blanks and line ends do not.
        const auto pick = policy ? random() % 3 : random() % fillers.size();
        if (c == ' ') text += fillers[pick];
        if (c != ' ' || policy) text += c;
      }
      ASSERT_EQ(setkey_takes(text), one.accepted) << text;
    }
  }
}

TEST(Setkey, StopsAtAnOctetThatItDoesNotKnow) {
  for (const char* text : {"flush;\r\n", "flush; {", "flush; \"x", "flush; -x;",
                           "spdadd 10.0.0.1 10.0.0.2 any -P out none, ;", "flush; _;"})
    EXPECT_FALSE(setkey_takes(text)) << text;
  EXPECT_FALSE(setkey_takes(std::string("flush;\0", 7)));
}

TEST(Setkey, ReadsNothingBehindExit) {
  EXPECT_TRUE(setkey_takes("flush; exit; garbage {"));
  EXPECT_FALSE(setkey_takes("exit garbage;"));
}

TEST(Setkey, ReadsPoliciesAsLibipsecDoes) {
  const auto with = [](const std::string& policy) {
    return setkey_takes("spdadd 10.0.0.1 10.0.0.2 any -P " + policy + ";");
  };
  for (const char* good :
       {"in", "fwd none", "out prio 5 none", "out prio -5 none", "out priority low none",
        "in prio high + 3 discard", "out prio def-4 ipsec", "out ipsec esp/transport",
        "out ipsec esp/transport/", "out ipsec ah/transport//use",
        "out ipsec esp/tunnel/10.0.0.1-10.0.0.2", "out ipsec esp/tunnel/10.0.0.1-10.0.0.2/",
        "out ipsec esp/tunnel/10.0.0.1[1]-10.0.0.2[2]/unique:7",
        "out ipsec esp/transport/me-any/require", "out entrust", "out bypass",
        "out none esp/tunnel", "out\n ipsec\n\tesp/transport//use"})
    EXPECT_TRUE(with(good)) << good;
  for (const char* bad :
       {"", "up", "out maybe", "out prio none", "out prio low 5 none", "out prio 4294967296 none",
        "out prio high + 1073741825 none", "out ipsec esp", "out ipsec esp/",
        "out ipsec esp/transport//", "out ipsec esp/tunnel", "out ipsec esp/tunnel/me-any/require",
        "out ipsec esp/tunnel/10.0.0.1-::1/require",
        "out ipsec esp/tunnel/10.0.0.1[1]-10.0.0.2/require",
        "in ipsec esp/transport/me-any/require", "out ipsec esp/other//use",
        "out ipsec esp/tunnel/10.0.0.1-name/require"})
    EXPECT_FALSE(with(bad)) << bad;
}

TEST(Setkey, TellsInStrictWhatSetkeyTakes) {
  const std::string keys = " -E aes-cbc " + key16 + " -A hmac-sha1 " + key20 + ";";
  const auto spd = [](const std::string& rest) { return "spdadd 10.0.0.1 10.0.0.2 " + rest; };
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"add 10.0.0.1 10.0.0.2 esp 0xff" + keys, "SK-SPI"},
      {"add 10.0.0.1 10.0.0.2 esp 0x100000000" + keys, "SK-SPI"},
      {"add 10.0.0.1 10.0.0.2 ah 4096 -E aes-cbc " + key16 + ";", "SK-ALGORITHM"},
      {"add 10.0.0.1 10.0.0.2 esp 4096 -E aes-cbc " + key16 + ";", "SK-NOAUTH"},
      {"add 10.0.0.1 10.0.0.2 esp 4096 -lh 10 -ls 20" + keys, "SK-LIFETIME"},
      {"add 10.0.0.1 ::2 esp 4096" + keys, "SK-FAMILIES"},
      {"add 10.0.0.1 10.0.0.2 esp 4096" + keys, "SK-NOPOLICY"},
      {"add 10.0.0.1 10.0.0.2 esp 4096 -E aes-cbc 0x" + std::string(40, '1') + ";", "SK-KEYSIZE"},
      {"add 10.0.0.1 10.0.0.2 esp 4096 -E aes-cbc 0x" + std::string(31, '1') + ";", "SK-ODDKEY"},
      {"add 10.0.0.1 10.0.0.2 esp 4096 -E aes-cbc \"abcdefghijklmnop\";", "SK-TEXTKEY"},
      {"add 10.0.0.1 10.0.0.2 esp 4096 -E des-cbc 0x" + std::string(16, '1') + ";", "SK-WEAK"},
      {spd("any -P out ipsec;"), "SK-EMPTY"},
      {spd("any -P out ipsec esp/transport/10.0.0.1-10.0.0.2/require;"), "SK-TRANSPORTENDS"},
      {spd("any -P out ipsec esp/transport//use;"), "SK-USE"},
      {spd("any -P out ipsec esp/transport//require;"), "SK-MIRROR"},
      {spd("any -P out none;") + spd("any -P out none;"), "SK-TWICE"},
      {spd("256 -P out none;"), "SK-PROTOCOLNUMBER"},
      {"spdadd 10.0.0.1 10.0.0.2[99999] tcp -P out none;", "SK-PORT"},
      {"spdadd 10.0.0.1 10.0.0.2[80] any -P out none;", "SK-NOPORTS"},
      {"spdadd 10.0.0.0/33 10.0.0.2 any -P out none;", "SK-PREFIX"},
      {"spdadd 10.0.0.9/24 10.0.0.2 any -P out none;", "SK-HOSTBITS"},
      {"spdadd 10.1 10.0.0.2 any -P out none;", "SK-SHORTADDRESS"},
      {"add 10.0.0.1 10.0.0.2 esp-old 4096" + keys, "SK-OBSOLETE"},
  };
  for (const auto& [text, code] : cases) {
    EXPECT_THAT(strict_codes(text), Contains(code)) << text;
    EXPECT_TRUE(setkey_takes(text)) << text;
  }
}

TEST(Setkey, FindsNoFaultInAWholeScript) {
  const std::string script =
      "flush; spdflush;\n"
      "spdadd 10.0.0.1 10.0.0.2[2816] sctp -P out ipsec esp/transport//require;\n"
      "spdadd 10.0.0.2[2816] 10.0.0.1 sctp -P in ipsec esp/transport//require;\n"
      "add 10.0.0.1 10.0.0.2 esp 4096 -E aes-cbc " +
      key16 + " -A hmac-sha1 " + key20 + ";\n";
  EXPECT_THAT(strict_codes(script), IsEmpty());
}

TEST(Setkey, RefusesKeysOfAnotherLength) {
  EXPECT_FALSE(setkey_takes("add 10.0.0.1 10.0.0.2 ah 4096 -A hmac-sha1 " + key16 + ";"));
  EXPECT_FALSE(setkey_takes("add 10.0.0.1 10.0.0.2 ah 4096 -A keyed-md5 " + key16 + ";"));
  EXPECT_FALSE(setkey_takes("add 10.0.0.1 10.0.0.2 esp-old 4096 -r 4 -E null;"));
  EXPECT_TRUE(setkey_takes("add 10.0.0.1 10.0.0.2 esp 4096 -E null -A hmac-sha1 " + key20 + ";"));
}

TEST(Setkey, TellsPlacesAndGoesOnInStrict) {
  const auto reading = read("flush;\nfalse start;\nspdadd 10.0.0.1 10.0.0.2 any -P out\n what;\n");
  ASSERT_THAT(reading.findings, SizeIs(2));
  EXPECT_EQ(print_finding("f", reading.findings[0].finding).substr(0, 6), "f:2:1:");
  EXPECT_EQ(print_finding("f", reading.findings[1].finding).substr(0, 6), "f:4:2:");
}

TEST(Setkey, GivesPoliciesAndAssociations) {
  const auto reading = read(
      "spdadd 10.1.0.0/24[any] 10.2.0.0/16[80] tcp -P in ipsec "
      "esp/tunnel/10.0.0.2-10.0.0.1/unique:7 ah/transport//require;\n"
      "add 10.0.0.1 10.0.0.2 esp 0x1000 -m tunnel -E aes-cbc " +
      key16 + ";");
  ASSERT_THAT(reading.policies, SizeIs(1));
  const Policy& policy = reading.policies[0];
  EXPECT_EQ(print_address(*policy.from.address), "10.1.0.0");
  EXPECT_EQ(policy.from.prefix, 24U);
  EXPECT_EQ(policy.to.port, 80U);
  EXPECT_EQ(policy.protocol, 6U);
  ASSERT_THAT(policy.requests, SizeIs(2));
  EXPECT_EQ(policy.requests[0].unique, 7U);
  EXPECT_EQ(policy.requests[1].protocol, SaProtocol::ah);
  ASSERT_THAT(reading.associations, SizeIs(1));
  EXPECT_EQ(reading.associations[0].spi, 4096U);
  EXPECT_EQ(reading.associations[0].mode, SaMode::tunnel);
  EXPECT_THAT(reading.associations[0].cipher_key, SizeIs(16));
}

TEST(Setkey, PrintsWhatReadsAsTheSame) {
  for (const Vector& one : vectors()) {
    if (!one.accepted) continue;
    const auto first = read(one.line, Profile::daemon);
    const SecretOctets printed = print_setkey(first);
    const auto second = read(as_text(printed), Profile::daemon);
    EXPECT_TRUE(second.accepted);
    EXPECT_EQ(second.commands.size(), first.commands.size()) << one.line;
    EXPECT_EQ(as_text(print_setkey(second)), as_text(printed));
  }
}

TEST(Setkey, SurvivesEveryCutAndHostileText) {
  const std::string text =
      "spdadd -n 10.0.0.1/24[80] ::1 icmp 8,0 -ctx 1 2 \"a\" -P in prio 5 "
      "ipsec esp/tunnel/10.0.0.1-10.0.0.2/require;";
  for (std::size_t i = 0; i < text.size(); ++i) {
    read(text.substr(0, i));
    for (const char c : {'\0', '"', ';', '#', '-', '\n', '['}) {
      std::string changed = text;
      changed[i] = c;
      EXPECT_EQ(read(changed).accepted, read(changed).accepted);
    }
  }
  EXPECT_FALSE(setkey_takes(std::string(std::size_t{1} << 20, '-')));
  EXPECT_FALSE(setkey_takes(std::string(max_setkey_file + 1, '\n')));
  EXPECT_THAT(strict_codes(std::string(std::size_t{1} << 20, '{')), Contains("SK-OCTET"));
}

}  // namespace
}  // namespace touchstone::ipsec::config
