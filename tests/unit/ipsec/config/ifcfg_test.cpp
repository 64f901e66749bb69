#include "reference/ipsec/config/ifcfg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string ifcfg = "DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n";
const std::string keys = "IKE_PSK=0123456789abcdef\n";

IfcfgReading read(std::string_view text, std::optional<std::string_view> secrets = keys,
                  std::optional<std::uint32_t> mode = 0600) {
  IfcfgFiles files{.name = "ipsec0", .ifcfg = as_octets(text)};
  if (secrets) files.keys = as_octets(*secrets);
  files.keys_mode = mode;
  return read_ifcfg(files);
}
std::vector<std::string> told(std::string_view text,
                              std::optional<std::string_view> secrets = keys) {
  return codes(read(text, secrets).findings);
}

TEST(Ifcfg, ReadsTheFilesOfTheGuide) {
  const auto reading = read(ifcfg);
  EXPECT_THAT(codes(reading.findings), IsEmpty());
  EXPECT_TRUE(reading.accepted);
  EXPECT_EQ(print_address(*reading.interface.destination), "10.0.0.2");
  EXPECT_EQ(reading.interface.method, IkeMethod::psk);
  EXPECT_EQ(as_text(reading.interface.psk), "0123456789abcdef");
  EXPECT_TRUE(reading.interface.on_boot);
  EXPECT_FALSE(reading.interface.tunnel());
}

TEST(Ifcfg, TakesTheOneLineFormOfTheGuide) {
  const auto reading = read("DST=10.0.0.2 TYPE=IPSEC ONBOOT=yes IKE_METHOD=PSK\n");
  EXPECT_TRUE(reading.accepted);
  EXPECT_THAT(codes(reading.findings), ElementsAre("KL-ONELINE"));
}

TEST(Ifcfg, TellsEachFault) {
  EXPECT_THAT(told("DST=10.0.0.2\nONBOOT=yes\nIKE_METHOD=PSK\n"), ElementsAre("IF-TYPE"));
  EXPECT_THAT(told("TYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n"), ElementsAre("IF-DST"));
  EXPECT_THAT(told("DST=gw\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\n"), ElementsAre("IF-DST"));
  EXPECT_THAT(told(ifcfg, std::nullopt), ElementsAre("IF-NOKEY"));
  EXPECT_THAT(told(ifcfg, "IKE_PSK=short\n"), ElementsAre("ML-PSKSHORT"));
  EXPECT_THAT(told(ifcfg, "IKE_PSK=two words\n"), Contains("IF-COMMAND"));
  EXPECT_THAT(told(ifcfg + "IKE_PSK=0123456789abcdef\n"), ElementsAre("IF-KEYPLACE"));
  EXPECT_THAT(told(ifcfg + "SRCNET=10.1.0.0/24\n"), ElementsAre("IF-HALFNET"));
  EXPECT_THAT(told(ifcfg + "SRCNET=10.1.0.0/24\nDSTNET=10.1.0.0/24\n"), ElementsAre("IF-SAMENET"));
  EXPECT_THAT(told(ifcfg + "SRCNET=10.1.0.9/24\nDSTNET=10.2.0.0/24\n"), ElementsAre("IF-NET"));
  EXPECT_THAT(told(ifcfg + "KEY_AH=x\n"), Contains("IF-BOTHKEYINGS"));
  EXPECT_THAT(told(ifcfg + "AH_PROTO=none\nESP_PROTO=none\n"), ElementsAre("IF-NONE"));
  EXPECT_THAT(told(ifcfg + "AH_PROTO=none\nESP_PROTO=aes\n"), IsEmpty());
  EXPECT_THAT(told(ifcfg + "ESP_PROTO=bogus\n"), ElementsAre("IF-ALGORITHM"));
  EXPECT_THAT(told(ifcfg + "IKE_DHGROUP=7\n"), ElementsAre("IF-DHGROUP"));
  EXPECT_THAT(told(ifcfg + "IKE_DHGROUP=14\nIKE_ENC=aes\nIKE_AUTH=sha1\n"), IsEmpty());
  EXPECT_THAT(told(ifcfg + "COLOUR=red\n"), ElementsAre("IF-UNKNOWN"));
  EXPECT_THAT(told(ifcfg + "DST=10.0.0.3\n"), ElementsAre("IF-TWICE"));
  EXPECT_THAT(told("DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=IKEV2\n"),
              ElementsAre("IF-METHOD"));
  EXPECT_THAT(told("DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=X509\n"),
              ElementsAre("IF-NOCERT"));
  EXPECT_THAT(told("DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=no\nIKE_METHOD=PSK\n"),
              ElementsAre("IF-ONBOOT"));
  EXPECT_THAT(codes(read(ifcfg, keys, 0644).findings), ElementsAre("IF-KEYMODE"));
}

TEST(Ifcfg, ReadsManualKeys) {
  const std::string manual =
      "DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nSPI_ESP_IN=0x200\n"
      "SPI_ESP_OUT=0x201\nESP_PROTO=aes\nAH_PROTO=none\n";
  EXPECT_THAT(told(manual, "KEY_ESP=0x00112233445566778899aabbccddeeff\n"), IsEmpty());
  EXPECT_THAT(told(manual, std::nullopt), ElementsAre("IF-NOKEYING"));
  EXPECT_THAT(
      told("DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nSPI_ESP_IN=7\nSPI_ESP_OUT=513\n", "KEY_ESP=x\n"),
      ElementsAre("IF-SPI"));
}

TEST(Ifcfg, PrintsWhatReadsAsTheSame) {
  auto reading = read(ifcfg + "SRCNET=10.1.0.0/24\nDSTNET=10.2.0.0/16\nAH_PROTO=none\n");
  reading.interface.psk = secret("it's $a `key` of mine");
  const IfcfgText text = print_ifcfg(reading.interface);
  const auto again = read(text.ifcfg, as_text(text.keys));
  EXPECT_THAT(codes(again.findings), IsEmpty());
  EXPECT_EQ(again.interface.source_network, reading.interface.source_network);
  EXPECT_EQ(again.interface.ah, "none");
  EXPECT_EQ(as_text(again.interface.psk), "it's $a `key` of mine");
  EXPECT_EQ(print_ifcfg(again.interface).ifcfg, text.ifcfg);
}

TEST(Ifcfg, KeepsWhatTheGatewaysCommandAdds) {
  IpsecInterface made;
  made.name = "head";
  made.source = parse_address("10.0.0.1", AddressForm::exact);
  made.destination = parse_address("10.0.0.2", AddressForm::exact);
  made.on_boot = true;
  made.method = IkeMethod::psk;
  made.of_gateway = true;
  made.profile = "modern";
  made.protocol = 132;
  made.source_port = 2816;
  made.destination_port = 2817;
  made.media = parse_address("10.0.1.1", AddressForm::exact);
  made.ah = "none";
  made.esp = "aes-cbc";
  const IfcfgText text = print_ifcfg(made);
  EXPECT_TRUE(text.keys.empty()) << "its key is in psk.txt";
  const IfcfgReading reading = read_ifcfg({.name = "head", .ifcfg = as_octets(text.ifcfg)});
  EXPECT_TRUE(reading.findings.empty());
  const IpsecInterface& again = reading.interface;
  EXPECT_TRUE(again.of_gateway);
  EXPECT_EQ(again.profile, "modern");
  EXPECT_EQ(again.protocol, 132U);
  EXPECT_EQ(again.source_port, 2816U);
  EXPECT_EQ(again.destination_port, 2817U);
  EXPECT_EQ(again.media, made.media);
  EXPECT_EQ(print_ifcfg(again).ifcfg, text.ifcfg);
}

TEST(Ifcfg, MindsNumbersOutOfRange) {
  const std::string text =
      "DST=10.0.0.2\nTYPE=IPSEC\nONBOOT=yes\nIKE_METHOD=PSK\nMGU_PROFILE=legacy\n"
      "MGU_PROTOCOL=256\nMGU_SRC_PORT=70000\n";
  const IfcfgReading reading = read_ifcfg({.name = "x", .ifcfg = as_octets(text)});
  ASSERT_EQ(reading.findings.size(), 2U);
  EXPECT_EQ(reading.findings[0].finding.code, "IF-NUMBER");
  EXPECT_FALSE(reading.accepted);
}

}  // namespace
}  // namespace touchstone::ipsec::config
