#include "reference/diameter/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>

#include "reference/base/exit_class.h"
#include "reference/diameter/config_codes.h"
#include "reference/diameter/config_uri.h"
#include "reference/diameter/errc.h"
#include "tests/support/tree.h"

namespace touchstone::diameter {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ConfigSurroundings safe{.has_certificate = true, .has_ipsec = true};
/// A server that earns no finding.
const std::string server =
    "URI=aaa://kms.example\nStackType=SERVER\nRealm=example\nPeerTable.0.URI=aaa://gw.example\n";

struct Reading {
  Result<Config> config;
  Findings findings;

  [[nodiscard]] std::vector<std::string> codes() const {
    std::vector<std::string> list;
    for (const Finding& finding : findings)
      list.emplace_back(finding.code);
    return list;
  }
};

Reading read(std::string_view text, const ConfigOptions& options = {.surroundings = safe}) {
  Findings findings;
  auto config = parse_config(as_octets(text), options, findings);
  return {std::move(config), std::move(findings)};
}

std::string fixture(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/diameter/valid/") + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The text must be refused, with `code` among the findings at `line`.
void expect_refused(const std::string& text, std::string_view code, std::uint64_t line) {
  const Reading reading = read(text);
  ASSERT_FALSE(reading.config.has_value()) << text;
  EXPECT_EQ(reading.config.error().code, make_error_code(Errc::configuration));
  EXPECT_EQ(exit_code(reading.config.error()), 6);
  EXPECT_THAT(reading.findings,
              testing::Contains(testing::AllOf(testing::Field(&Finding::code, code),
                                               testing::Field(&Finding::line, line))))
      << text;
}

TEST(DiameterConfig, ReadsEveryPropertyOfTable1) {
  const Reading reading = read(fixture("table_1.conf"));
  ASSERT_TRUE(reading.config.has_value()) << reading.config.error().detail;
  const Config& config = *reading.config;
  EXPECT_EQ(config.uri, (NodeUri{false, "127.0.0.1", 2045}));
  EXPECT_EQ(config.stack_type, StackType::server);
  EXPECT_EQ(config.realm, "onramp.com");
  EXPECT_EQ(config.vendor_id, 27611U);
  EXPECT_EQ(config.product_name, "KMS");
  EXPECT_THAT(config.applications, ElementsAre(ConfiguredApplication{}));
  EXPECT_THAT(config.inband_security, ElementsAre(SecurityId::tls, SecurityId::no_inband_security));
  EXPECT_THAT(config.peers, ElementsAre(ConfiguredPeer{
                                {false, "server.onramp.com", std::nullopt}, "onramp.com", true}));
  EXPECT_THAT(reading.codes(), ElementsAre("KL-IPURI"));
}

TEST(DiameterConfig, TakesTheMinimumOfBothSides) {
  const Reading kms = read("URI=aaa://10.50.4.40\nStackType=SERVER\nRealm=onramp.com\n");
  ASSERT_TRUE(kms.config.has_value());
  EXPECT_THAT(kms.config->applications, ElementsAre(ConfiguredApplication{}));
  EXPECT_EQ(kms.config->product_name, "KMS");
  EXPECT_THAT(kms.codes(), ElementsAre("KL-OPENPEERS", "KL-IPURI"));
  const Reading kmc = read(
      "URI=aaa://10.50.4.41\nStackType=CLIENT\nRealm=onramp.com\nPeerTable.0.URI=aaa://10.50.4.40\n"
      "PeerTable.0.Realm=onramp.com\nPeerTable.0.PeerConnecting=true\n");
  ASSERT_TRUE(kmc.config.has_value());
  EXPECT_EQ(kmc.config->product_name, "KMC");
  EXPECT_TRUE(kmc.config->peers.at(0).connecting);
  EXPECT_FALSE(read(server).config->peers.at(0).connecting);
}

TEST(DiameterConfig, InstalledFilesNameEachOther) {
  const Reading kms = read(fixture("diameter_server.conf"), {});
  const Reading kmc = read(fixture("diameter_client.conf"), {});
  ASSERT_TRUE(kms.config && kmc.config);
  EXPECT_EQ(kms.config->peers.at(0).uri, kmc.config->uri);
  EXPECT_EQ(kmc.config->peers.at(0).uri, kms.config->uri);
  EXPECT_EQ(kms.config->realm, kmc.config->realm);
  EXPECT_THAT(kms.codes(), ElementsAre("KL-CLEARTEXT", "KL-IPURI", "KL-IPURI"));
}

TEST(DiameterConfig, RefusesBadUris) {  // NC-01
  for (const char* uri : {"http://kms.example",
                          "aaa://",
                          "aaa://kms.example:0",
                          "aaa://kms.example:65536",
                          "aaa://kms.example:abc",
                          "aaa://kms.example:",
                          "aaa://:3868",
                          "aaa:/kms.example",
                          "AAA://kms.example",
                          "aaa://10.50.4.400",
                          "aaa://kms_1.example",
                          "aaa://-a.example",
                          "aaa://kms..example",
                          "aaa://kms.example;transport=sctp",
                          "aaa://kms.example/x",
                          "aaa://[::1",
                          "aaa://[1:2]",
                          "aaa://[::1::2]",
                          "aaa://[g::1]",
                          "aaa://kms.example.",
                          "aaa://user@kms.example",
                          "aaa://kms.example:03868"})
    expect_refused("# first\nURI=" + std::string(uri) + "\nStackType=SERVER\nRealm=example\n",
                   "URI", 2);
  expect_refused("StackType=SERVER\nRealm=example\n", "MISSING", 0);
}

TEST(DiameterConfig, TakesAddressesAndOptionsWithAFinding) {
  for (const char* host : {"10.0.0.1", "[::1]", "[2001:db8::192.0.2.1]", "[1:2:3:4:5:6:7:8]"}) {
    const Reading reading = read("URI=aaas://" + std::string(host) + ":5868\n" + server.substr(22));
    ASSERT_TRUE(reading.config.has_value()) << host << reading.config.error().detail;
    EXPECT_EQ(reading.config->uri, (NodeUri{true, host, 5868}));
    EXPECT_THAT(reading.codes(), ElementsAre("KL-IPURI"));
  }
  const Reading option = read("URI=aaa://kms.example:3868;transport=tcp\n" + server.substr(22));
  ASSERT_TRUE(option.config.has_value());
  EXPECT_EQ(print_uri(option.config->uri), "aaa://kms.example:3868");
  EXPECT_THAT(option.codes(), ElementsAre("KL-URIOPT"));
  EXPECT_EQ(option.findings.at(0).column, 27U);
}

TEST(DiameterConfig, RefusesWordsItDoesNotKnow) {  // NC-02, NC-08, NC-10
  for (const char* line : {"StackType=server", "StackType=PROXY", "PeerTable.0.PeerConnecting=yes",
                           "PeerTable.0.PeerConnecting=TRUE", "InbandSecurityIds.0.SecurityId=SSL",
                           "SupportedApplicationIds.0.ApplicationIdType=auth"}) {
    const std::string rest = std::string_view(line).starts_with("Stack")
                                 ? "URI=aaa://kms.example\nRealm=example\n"
                                 : server;
    expect_refused(std::string(line) + "\n" + rest, "CHOICE", 1);
  }
}

TEST(DiameterConfig, ReadsTheNodesThatAPeerMayAskFor) {
  const Reading reading = read(server + "PeerTable.0.NodeRange=0x00000000-0x0000ffff,0x0001a2b3\n");
  ASSERT_TRUE(reading.config.has_value());
  EXPECT_TRUE(reading.codes().empty());
  EXPECT_THAT(reading.config->peers.at(0).nodes,
              ElementsAre(NodeRange{0, 0xFFFF}, NodeRange{0x0001A2B3, 0x0001A2B3}));
  EXPECT_EQ(*read(print_config(*reading.config)).config, *reading.config);
  EXPECT_TRUE(read(server).config->peers.at(0).nodes.empty());
  for (const char* value : {"0x1-0x2", "0x00000002-0x00000001", "all"})
    expect_refused(server + "PeerTable.0.NodeRange=" + value + "\n", "NODES", 5);
}

TEST(DiameterConfig, RefusesBrokenIndices) {  // NC-03
  for (const char* name : {"PeerTable.x.URI", "PeerTable.-1.URI", "PeerTable.4294967296.URI",
                           "PeerTable..URI", "PeerTable.01.URI", "PeerTable.x", "PeerTable.1 .URI"})
    expect_refused(server + name + "=aaa://b.example\n", "INDEX", 5);
  expect_refused(server + "PeerTable.1=aaa://b.example\n", "SYNTAX", 5);
  expect_refused(server + "PeerTable.1.Realm=example\n", "MISSING", 5);
  EXPECT_TRUE(read(server + "PeerTable.4294967295.URI=aaa://b.example\n").config.has_value());
}

TEST(DiameterConfig, NotesAGapOfIndices) {  // NC-04
  const Reading reading = read(server + "PeerTable.2.URI=aaa://b.example\n");
  ASSERT_TRUE(reading.config.has_value());
  EXPECT_EQ(reading.config->peers.size(), 2U);
  EXPECT_THAT(reading.codes(), ElementsAre("KL-INDEXGAP"));
}

TEST(DiameterConfig, RefusesAPropertyTwice) {  // NC-05
  expect_refused(server + "Realm=example\n", "DUPLICATE", 5);
  expect_refused(server +
                     "SupportedApplicationIds.0.ApplicationId=2\n"
                     "SupportedApplicationIds.0.ApplicationID=2\n",
                 "DUPLICATE", 6);
}

TEST(DiameterConfig, WantsApplication2) {  // NC-06
  const std::string id = "SupportedApplicationIds.0.ApplicationId=";
  expect_refused(server + id + "16777217\n", "APPLICATION", 0);
  expect_refused(server + id + "2\nSupportedApplicationIds.0.ApplicationIdType=Acct\n",
                 "APPLICATION", 0);
  expect_refused(server + "SupportedApplicationIds.0.ApplicationIdType=Auth\n", "MISSING", 5);
  EXPECT_TRUE(read(server + id + "4\nSupportedApplicationIds.1.ApplicationId=2\n").config);
}

TEST(DiameterConfig, RefusesNumbersOutOfRange) {  // NC-07
  for (const char* number : {"-1", "4294967296", "0x1", "1.0", "+1", "00", "1 2"})
    expect_refused(server + "VendorId=" + number + "\n", "NUMBER", 5);
  EXPECT_EQ(read(server + "VendorId=4294967295\n").config->vendor_id, 4294967295U);
}

TEST(DiameterConfig, RefusesLinesThatAreNoProperties) {  // NC-09
  using namespace std::string_literals;
  expect_refused(server + "Realm\n", "SYNTAX", 5);
  expect_refused(server + "=example\n", "SYNTAX", 5);
  expect_refused(server + "ProductName=\n", "SYNTAX", 5);
  expect_refused(server + "ProductName=  \n", "SYNTAX", 5);
  expect_refused(server + "ProductName=K\0S\n"s, "CHARSET", 5);
  expect_refused(server + "ProductName=K\xC3\xA4S\n", "CHARSET", 5);
  expect_refused(server + "ProductName=" + std::string(1'000'000, 'x') + "\n", "TOOLONG", 5);
  expect_refused(std::string(max_config_octets + 1, '\n'), "TOOLONG", 0);
}

TEST(DiameterConfig, WantsACertificateForTls) {  // NC-10
  const std::string tls = server + "InbandSecurityIds.0.SecurityId=TLS\n";
  EXPECT_THAT(read(tls).codes(), IsEmpty());
  const Reading bare = read(tls, {});
  EXPECT_FALSE(bare.config.has_value());
  EXPECT_THAT(bare.codes(), ElementsAre("CERTIFICATE"));
}

TEST(DiameterConfig, NotesKeysInClear) {
  const auto open = [](const std::string& text, bool ipsec) {
    const Reading reading =
        read(text, {.surroundings = {.has_certificate = true, .has_ipsec = ipsec}});
    return reading.codes() == std::vector<std::string>{"KL-CLEARTEXT"};
  };
  const std::string none = "InbandSecurityIds.1.SecurityId=NO_INBAND_SECURITY\n";
  const std::string tls = "InbandSecurityIds.0.SecurityId=TLS\n";
  EXPECT_TRUE(open(server, false));
  EXPECT_FALSE(open(server, true));
  EXPECT_TRUE(open(server + tls + none, false));
  EXPECT_FALSE(open(server + tls, false));
  EXPECT_FALSE(open("URI=aaas://kms.example\n" + server.substr(22), false));
}

TEST(DiameterConfig, ComparesTheUriWithTheComputer) {  // DC-12
  const std::vector<std::string> own = {"KMS.example", "10.0.0.1"};
  ConfigOptions options{.surroundings = {true, true, own}};
  EXPECT_THAT(read(server, options).codes(), IsEmpty());
  const std::vector<std::string> other = {"other.example"};
  options.surroundings.own_hosts = other;
  EXPECT_THAT(read(server, options).codes(), ElementsAre("HOST"));
  options.strict = true;
  EXPECT_EQ(exit_code(read(server, options).config.error()), 13);
  options.strict = false;  // loopback is every computer's own
  const std::string rest = server.substr(server.find("StackType"));
  EXPECT_THAT(read("URI=aaa://127.0.0.2\n" + rest, options).codes(), ElementsAre("KL-IPURI"));
  EXPECT_THAT(read("URI=aaa://127.example\n" + rest, options).codes(), ElementsAre("HOST"));
}

TEST(DiameterConfig, NotesLayoutAndUnknownNames) {
  EXPECT_THAT(read(server + "Colour=blue\nuri=aaa://x.example\nPeerTable.0.Port=1\n").codes(),
              ElementsAre("KL-UNKNOWN", "KL-UNKNOWN", "KL-UNKNOWN"));
  EXPECT_THAT(read(server + "VendorId = 1\n ProductName=a b\n\n  # Realm=x\r\n").codes(),
              ElementsAre("KL-SPACE", "KL-SPACE", "KL-CRLF"));
  const Reading alias = read(server + "SupportedApplicationIds.0.ApplicationID=2\n");
  EXPECT_THAT(alias.codes(), ElementsAre("KL-ALIAS"));
  EXPECT_EQ(print_finding("f", alias.findings.at(0)),
            "f:5:27: KL-ALIAS: expected the spelling ApplicationId");
}

TEST(DiameterConfig, StrictModeRefusesWhatTolerantModeNotes) {
  for (const char* line : {"Colour=blue\n", "VendorId= 1\n", "PeerTable.2.URI=aaa://b.example\n",
                           "PeerTable.1.URI=aaa://10.0.0.1\n"}) {
    EXPECT_TRUE(read(server + line).config.has_value()) << line;
    const Reading strict = read(server + line, {.strict = true, .surroundings = safe});
    ASSERT_FALSE(strict.config.has_value()) << line;
    EXPECT_EQ(exit_code(strict.config.error()), 13);
    EXPECT_EQ(strict.findings.at(0).severity, Severity::error);
  }
  EXPECT_TRUE(read(server, {.strict = true, .surroundings = safe}).config.has_value());
  const Reading open =
      read(server.substr(0, server.find("Peer")), {.strict = true, .surroundings = safe});
  EXPECT_THAT(open.codes(), ElementsAre("KL-OPENPEERS"));
  EXPECT_FALSE(open.config.has_value());
}

TEST(DiameterConfig, TellsThePlaceOfTheFirstFault) {
  const Reading reading = read(server + "VendorId=x\nColour=blue\nRealm=example\n");
  ASSERT_FALSE(reading.config.has_value());
  EXPECT_EQ(reading.config.error().offset, server.size() + 9);
  EXPECT_EQ(reading.config.error().detail, "NUMBER: expected a decimal number up to 4294967295");
  EXPECT_THAT(reading.codes(), ElementsAre("NUMBER", "KL-UNKNOWN", "DUPLICATE"));
}

TEST(DiameterConfig, BoundsItsFindings) {
  std::string text = server;
  for (int i = 0; i < 20'000; ++i)
    text += "no property\n";
  const Reading reading = read(text);
  EXPECT_FALSE(reading.config.has_value());
  EXPECT_EQ(reading.findings.size(), 1001U);
  EXPECT_EQ(reading.findings.back().text, "19000 further findings");
}

TEST(DiameterConfig, EveryTruncationIsReadOrRefused) {
  const std::string whole = fixture("table_1.conf");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Reading reading = read(whole.substr(0, size));
    EXPECT_TRUE(reading.config.has_value() || !reading.findings.empty());
    // StackType is the last line: without all of it nothing is complete.
    EXPECT_EQ(reading.config.has_value(), size == whole.size() - 1) << size;
  }
}

TEST(DiameterConfig, EveryChangedOctetIsReadOrRefused) {
  const std::string whole = fixture("table_1.conf");
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const char octet : {'\0', '\n', ' ', '=', '.', '9', 'z', '\x7F', '\xFF'}) {
      std::string changed = whole;
      changed[at] = octet;
      const Reading reading = read(changed);
      if (!reading.config) {
        EXPECT_FALSE(reading.findings.empty());
      } else {
        EXPECT_EQ(*read(print_config(*reading.config)).config, *reading.config);
      }
    }
}

Config made_config(std::mt19937& random) {
  const auto pick = [&](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  const auto uri = [&] {
    const char* hosts[] = {"kms.example", "10.1.2.3", "[2001:db8::7]", "a"};
    NodeUri made{pick(2) == 1, hosts[pick(4)], std::nullopt};
    if (pick(2) == 1) made.port = static_cast<std::uint16_t>(1 + pick(65535));
    return made;
  };
  Config config{uri(),        pick(2) == 1 ? StackType::client : StackType::server,
                "r.example",  static_cast<std::uint32_t>(random()),
                "Product #1", {},
                {},           {}};
  for (std::uint32_t n = pick(3); n > 0; --n)
    config.applications.push_back({ApplicationIdType::acct, pick(5), pick(3)});
  config.applications.push_back({});
  for (std::uint32_t n = pick(3); n > 0; --n)
    config.inband_security.push_back(pick(2) == 1 ? SecurityId::tls
                                                  : SecurityId::no_inband_security);
  for (std::uint32_t n = 1 + pick(12); n > 0; --n)
    config.peers.push_back({uri(), pick(2) == 1 ? "p.example" : "", pick(2) == 1});
  return config;
}

TEST(DiameterConfig, ReadsWhatItPrints) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    const Config config = made_config(random);
    const Reading reading = read(print_config(config));
    ASSERT_TRUE(reading.config.has_value()) << print_config(config);
    EXPECT_EQ(*reading.config, config);
  }
}

TEST(DiameterConfig, KnowsTheDefaultPorts) {
  const NodeUri clear{false, "a", std::nullopt};
  const NodeUri secure{true, "a", std::nullopt};
  EXPECT_EQ(port_of(clear, PortProfile::rfc3588), 3868);
  EXPECT_EQ(port_of(clear, PortProfile::rfc6733), 3868);
  EXPECT_EQ(port_of(secure, PortProfile::rfc3588), 3868);
  EXPECT_EQ(port_of(secure, PortProfile::rfc6733), 5868);
  EXPECT_EQ(port_of(secure, PortProfile::rfc6733, 5658), 5658);
  EXPECT_EQ(port_of({true, "a", 7}, PortProfile::rfc6733), 7);
}

TEST(DiameterConfig, ThePageHasEveryPropertyAndCode) {
  std::ifstream in(tests::tree_path("docs/formats/diameter-conf.md"));
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  for (const FindingCode<ConfigCode>& row : config_codes())
    EXPECT_NE(page.find("`" + std::string(row.code) + "`"), std::string::npos) << row.code;
  for (const ConfigProperty& row : config_properties()) {
    const std::string name = row.group.empty()
                                 ? std::string(row.name)
                                 : std::string(row.group) + ".N." + std::string(row.name);
    EXPECT_NE(page.find("| `" + name + "` |"), std::string::npos) << name;
  }
}

TEST(DiameterConfig, KnowsNamesFromAddresses) {
  for (const char* good : {"::", "::1", "1::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::8"})
    EXPECT_TRUE(is_ipv6(good)) << good;
  for (const char* bad : {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::",
                          "1::2::3", "1:2:3:4:5:6:7:8::", "::1.2.3", "1.2.3.4::", "g::", "1:"})
    EXPECT_FALSE(is_ipv6(bad)) << bad;
  EXPECT_FALSE(is_ipv4("1.2.3.256") || is_ipv4("1.2.3") || is_ipv4("1.2.3.4.5") || is_ipv4(""));
  EXPECT_FALSE(is_host_name(std::string(64, 'a')) || is_host_name("a.") || is_host_name("1.2"));
}

}  // namespace
}  // namespace touchstone::diameter
