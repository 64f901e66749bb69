#include "reference/mediagateway/ipsec_wish.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/base/exit_class.h"
#include "reference/mediagateway/ipsec_errc.h"
#include "tests/unit/mediagateway/ipsec_scene.h"

namespace touchstone::mediagateway {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// The exit code for a wish that `change` makes of a good one, 0 where it is taken.
template <class Change>
int code_of(Change change, MemoryTree memory = {}) {
  CreateWish wanted = wish();
  change(wanted);
  IpsecTree tree(memory);
  const auto checked = check_create(wanted, tree);
  return checked ? 0 : exit_code(checked.error());
}

template <class Change>
std::string text_of(Change change) {
  CreateWish wanted = wish();
  change(wanted);
  MemoryTree memory;
  IpsecTree tree(memory);
  const auto checked = check_create(wanted, tree);
  return checked ? "" : checked.error().detail;
}

std::vector<std::string> warnings(const CreateWish& wanted) {
  MemoryTree memory;
  IpsecTree tree(memory);
  std::vector<std::string> codes;
  const auto checked = check_create(wanted, tree);
  if (checked)
    for (const auto& one : checked->warnings)
      codes.emplace_back(one.finding.code);
  return codes;
}

TEST(IpsecWish, TakesTransportWithAnAddressAndATunnelWithANetwork) {
  MemoryTree memory;
  IpsecTree tree(memory);
  const auto transport = check_create(wish(), tree);
  ASSERT_TRUE(transport);
  EXPECT_FALSE(transport->connection.tunnel());
  CreateWish wanted = wish();
  wanted.network = "192.168.2.0/24";
  const auto tunnel = check_create(wanted, tree);
  ASSERT_TRUE(tunnel);
  EXPECT_TRUE(tunnel->connection.tunnel());
  wanted.network = "192.168.1.200/32";
  EXPECT_TRUE(check_create(wanted, tree)->connection.tunnel()) << "a tunnel to one address";
}

TEST(IpsecWish, RefusesNamesThatAreNoNickname) {
  for (const char* name : {"", "a-b", "a,b", "a b", "../x", "a\n", "\xC3\xA4"})
    EXPECT_EQ(code_of([&](CreateWish& one) { one.name = name; }), 2) << name;
  EXPECT_EQ(code_of([](CreateWish& one) { one.name.reset(); }), 2);
  EXPECT_EQ(code_of([](CreateWish& one) { one.name = std::string(33, 'a'); }), 2);
  EXPECT_EQ(code_of([](CreateWish& one) { one.name = std::string(32, 'Z'); }), 0);
}

TEST(IpsecWish, RefusesAddressesThatAreNoHost) {
  for (const char* text : {"", "host", "192.168.1", "192.168.1.256", "0.0.0.0", "224.0.0.1",
                           "192.168.1.200;", "192.168.1.200 ", "192.168.1.100", "ff02::1",
                           "fd00::1", "192.168.1.200/32", "192.168.1.200[500]"})
    EXPECT_EQ(code_of([&](CreateWish& one) { one.destination = text; }), 2) << text;
  EXPECT_EQ(code_of([](CreateWish& one) { one.destination.reset(); }), 2);
}

TEST(IpsecWish, RefusesNetworksAndShowsTheCorrectedForm) {
  for (const char* text : {"192.168.2.0", "192.168.2.0/33", "192.168.2.0/", "x/24", "0.0.0.0/0",
                           "192.168.2.0/24 ", "192.168.1.100/32", "fd00::/64", "192.168.2.0/-1"})
    EXPECT_EQ(code_of([&](CreateWish& one) { one.network = text; }), 2) << text;
  EXPECT_THAT(text_of([](CreateWish& one) { one.network = "192.168.2.7/24"; }),
              HasSubstr("192.168.2.0/24"));
  EXPECT_EQ(code_of([](CreateWish& one) {
              one.network = "0.0.0.0/0";
              one.any_network = true;
            }),
            0);
  EXPECT_EQ(code_of([](CreateWish& one) {
              one.network = "192.168.2.0/24";
              one.destination.reset();
            }),
            2);
}

TEST(IpsecWish, TakesPortsWithAProtocolThatHasThem) {
  const auto ports = [](const char* protocol, const char* port) {
    return code_of([&](CreateWish& one) {
      one.protocol = protocol;
      one.destination_port = port;
    });
  };
  for (const char* protocol : {"sctp", "132", "tcp", "udp", "dccp"})
    EXPECT_EQ(ports(protocol, "2816"), 0) << protocol;
  for (const char* protocol : {"icmp", "1", "any", "256", "nonsense", "", "-1", "sctp;"})
    EXPECT_EQ(ports(protocol, "2816"), 2) << protocol;
  for (const char* port : {"0", "65536", "", "x", "2816-2818", "-1", "80;"})
    EXPECT_EQ(ports("tcp", port), 2) << port;
  EXPECT_EQ(code_of([](CreateWish& one) { one.source_port = "80"; }), 2) << "of no protocol";
}

TEST(IpsecWish, KnowsNamesOfTheTree) {
  MemoryTree memory;
  memory.files["/etc/protocols"] = "sctp 132 SCTP # x\nown 253 OWN\n";
  memory.files["/etc/services"] = "# x\nmgcp-gateway 2427/udp mgcp\n";
  const auto with = [&](const char* protocol, const char* port) {
    return code_of(
        [&](CreateWish& one) {
          one.protocol = protocol;
          if (port != nullptr) one.destination_port = port;
        },
        memory);
  };
  EXPECT_EQ(with("own", nullptr), 0);
  EXPECT_EQ(with("OWN", nullptr), 0);
  EXPECT_EQ(with("SCTP", "mgcp"), 0);
  EXPECT_EQ(with("sctp", "ssh"), 2);
}

TEST(IpsecWish, FindsTheAddressOfEth0) {
  const auto bare = [](CreateWish& one) { one.source.reset(); };
  EXPECT_EQ(code_of(bare), 3);
  MemoryTree memory;
  memory.files["/etc/sysconfig/network-scripts/ifcfg-eth0"] = "DEVICE=eth0\nIPADDR=10.1.1.1\n";
  EXPECT_EQ(code_of(bare, memory), 0);
  EXPECT_EQ(code_of([](CreateWish& one) {
              one.source.reset();
              one.eth0 =
                  ipsec::config::parse_address("10.1.1.2", ipsec::config::AddressForm::exact);
            }),
            0);
}

TEST(IpsecWish, RefusesKeysThatWouldNotBeRead) {
  for (const char* key :
       {"", " leading", "trailing ", "two\nlines", "tab\tin", "0x123", "0x", "0xzz"})
    EXPECT_EQ(code_of([&](CreateWish& one) { one.destination_key = secret(key); }), 2) << key;
  EXPECT_EQ(code_of([](CreateWish& one) { one.destination_key = secret(std::string(1001, 'k')); }),
            2);
  const std::string shown =
      text_of([](CreateWish& one) { one.destination_key = secret("pass\nword"); });
  EXPECT_EQ(shown.find("pass"), std::string::npos);
}

TEST(IpsecWish, WarnsOfWeakKeysAndAlgorithms) {
  CreateWish wanted = wish();
  EXPECT_THAT(warnings(wanted), testing::ElementsAre("ML-WEAK"));
  wanted.profile = "modern";
  EXPECT_THAT(warnings(wanted), testing::IsEmpty());
  wanted.source_key = secret("another key of enough octets");
  EXPECT_THAT(warnings(wanted), testing::ElementsAre("ML-PSKDIFF"));
  wanted.source_key = secret("a key of enough octets");
  EXPECT_THAT(warnings(wanted), testing::IsEmpty());
  wanted.destination_key = secret("short");
  EXPECT_THAT(warnings(wanted), Contains("ML-PSKSHORT"));
  wanted.destination_key = secret("0x00112233445566778899");
  EXPECT_THAT(warnings(wanted), Contains("ML-PSKHEX"));
}

TEST(IpsecWish, WantsOneWayToKnowThePeer) {
  const auto none = [](CreateWish& one) { one.destination_key.reset(); };
  EXPECT_EQ(code_of(none), 2);
  MemoryTree memory;
  memory.files[std::string(ipsec_places::private_key)] = "key";
  EXPECT_EQ(code_of(none, memory), 0) << "certificates in place";
  EXPECT_EQ(code_of([](CreateWish& one) { one.certificates = true; }), 2) << "both";
  const auto source_alone = [](CreateWish& one) {
    one.source_key = std::move(one.destination_key);
    one.destination_key.reset();
  };
  EXPECT_EQ(code_of(source_alone), 2);
  memory.files[std::string(ipsec_places::psk)] = "192.168.1.200 a key of before\n";
  EXPECT_EQ(code_of(source_alone, memory), 0);
}

TEST(IpsecWish, RefusesWhatIsThereAlready) {
  MemoryTree memory;
  ASSERT_EQ(create(memory, wish()), "");
  EXPECT_EQ(code_of([](CreateWish&) {}, memory), 9);
  EXPECT_EQ(code_of([](CreateWish& one) { one.name = "other"; }, memory), 9);
  EXPECT_THAT(create(memory, wish("other")), HasSubstr("head")) << "names the first";
  EXPECT_EQ(create(memory, wish("other", "192.168.1.201")), "");
  MemoryTree hand;
  hand.files["/etc/racoon/192.168.1.200.conf"] = "# by hand\n";
  EXPECT_EQ(code_of([](CreateWish&) {}, hand), 9);
  MemoryTree device;
  device.files["/etc/sysconfig/network-scripts/ifcfg-eth0"] = "DEVICE=eth0\n";
  EXPECT_EQ(code_of([](CreateWish& one) { one.name = "eth0"; }, device), 9);
}

}  // namespace
}  // namespace touchstone::mediagateway
