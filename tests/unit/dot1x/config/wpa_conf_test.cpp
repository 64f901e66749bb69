#include "reference/dot1x/config/wpa_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace touchstone::dot1x::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string good =
    "ctrl_interface=/var/run/wpa_supplicant\n"
    "ap_scan=0\n"
    "network={\n"
    "\tkey_mgmt=IEEE8021X\n"
    "\teap=TLS\n"
    "\tidentity=\"test@test.se\"\n"
    "\tca_cert=\"/etc/wpa_cert/cacert.pem\"\n"
    "\tclient_cert=\"/etc/wpa_cert/client.pem\"\n"
    "\tprivate_key=\"/etc/wpa_cert/key.pem\"\n"
    "\teapol_flags=0\n"
    "}\n";

WpaReading read(std::string_view text) {
  return read_wpa_conf(copy_secret(as_octets(text)));
}

/// `line:CODE` for each finding.
std::vector<std::string> found(std::string_view text) {
  std::vector<std::string> codes;
  for (const Finding& one : read(text).findings)
    codes.push_back(std::to_string(one.line) + ":" + std::string(one.code));
  return codes;
}

/// The good file with a part replaced.
std::string with(std::string_view part, std::string_view by) {
  std::string text = good;
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

TEST(WpaConf, ReadsAGoodFile) {
  const WpaReading reading = read(good);
  EXPECT_THAT(reading.findings, IsEmpty());
  EXPECT_TRUE(reading.accepted && reading.loads);
  EXPECT_EQ(reading.network, 1U);
  EXPECT_EQ(as_text(*reading.document.string(1, "identity")), "test@test.se");
  EXPECT_EQ(reading.document.string(1, "private_key_passwd"), std::nullopt);
}

TEST(WpaConf, SaysWhatWpaSupplicantRefusesAndWhere) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {with("eap=TLS", "eap = TLS"), "5:WS-SYNTAX"},
      {with("eap=TLS", "nonsense"), "5:WS-SYNTAX"},
      {with("\"test@test.se\"", " \"x\""), "6:WS-SYNTAX"},
      {with("eap=TLS", "disabled=3"), "5:WS-VALUE"},
      {with("ap_scan=0", "ap_scan=no"), "2:WS-VALUE"},
      {with("eap=TLS", "eap=TLS\n\tcolour=1"), "6:WS-FIELD"},
      {with("ap_scan=0", "ap_scan=0\nidentity=\"x\""), "3:WS-FIELD"},
      {with("eap=TLS", "eap=TLS TLZ"), "5:WS-METHOD"},
      {with("IEEE8021X", "IEEE8021X IEEE802.1X"), "4:WS-KEYMGMT"},
      {with("\"test@test.se\"", "test@test.se"), "6:WS-VALUE"},
      {with("\"test@test.se\"", "\"test@test.se"), "6:WS-VALUE"},
      {with("eapol_flags=0", "eapol_flags=0\n\tpriority=high"), "11:WS-VALUE"},
      {with("}\n", ""), "10:WS-BLOCK"},
      {good + "}\n", "12:WS-BLOCK"},
      {with("eap=TLS", std::string("eap=TLS\0", 8)), "5:WS-NUL"},
      {"\xEF\xBB\xBF" + good, "1:WS-BOM"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_THAT(found(text), testing::Contains(expected)) << text;
    EXPECT_FALSE(read(text).loads) << text;
    EXPECT_FALSE(read(text).accepted) << text;
  }
}

TEST(WpaConf, SaysWhatLoadsAllTheSame) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {with("eap=TLS", "eap=TLS\n\tphase2="), "6:WS-SYNTAX"},
      {with("ap_scan=0", "ap_scan= 0"), "2:WS-SYNTAX"},
      {with("eap=TLS", "eap=TLS #" + std::string(2000, '-')), "5:WS-LONGLINE"},
      {with("ap_scan=0", "ap_scan=0 #" + std::string(510, '-')), "2:WS-LONGLINE"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_THAT(found(text), ElementsAre(expected)) << text;
    EXPECT_TRUE(read(text).loads) << text;
    EXPECT_FALSE(read(text).accepted) << text;
  }
}

TEST(WpaConf, SaysWhatLoadsAndDoesNotWork) {
  EXPECT_THAT(found(with("\tca_cert=\"/etc/wpa_cert/cacert.pem\"\n", "")),
              ElementsAre("3:WS-NOCA"));
  EXPECT_THAT(found(with("\tidentity=\"test@test.se\"\n", "")), ElementsAre("3:WS-NOIDENTITY"));
  EXPECT_THAT(found(with("\tprivate_key=\"/etc/wpa_cert/key.pem\"\n", "")),
              ElementsAre("3:WS-NOKEY"));
  EXPECT_THAT(found(with("\tkey_mgmt=IEEE8021X\n", "")), ElementsAre("3:WS-WIRELESS"));
  EXPECT_THAT(found(with("eap=TLS", "eap=TLS\n\tdisabled=1")), ElementsAre("0:WS-NONETWORK"));
  EXPECT_TRUE(read(with("\tca_cert=\"/etc/wpa_cert/cacert.pem\"\n", "")).loads);
}

TEST(WpaConf, WarnsOfWhatWorksAllTheSame) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {with("eapol_flags=0", "eapol_flags=3"), "3:WS-EAPOLFLAGS"},
      {with("\teapol_flags=0\n", ""), "3:WS-EAPOLFLAGS"},
      {with("ap_scan=0", "ap_scan=1"), "0:WS-APSCAN"},
      {with("ctrl_interface=/var/run/wpa_supplicant\n", ""), "0:WS-CONTROL"},
      {with("eap=TLS", "eap=TLS\n\teap=TLS"), "6:WS-REPEATED"},
      {with("eap=TLS", "eap=TLS\n\tphase1=\"tls_disable_time_checks=1\""), "6:WS-NOTIME"},
      {with("eap=TLS", "eap=PEAP"), "3:WS-OTHERMETHOD"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_THAT(found(text), ElementsAre(expected)) << text;
    EXPECT_TRUE(read(text).accepted) << text;
  }
}

TEST(WpaConf, TakesWhatWpaSupplicantTakes) {
  EXPECT_THAT(found(with("\"test@test.se\"", "74657374")), IsEmpty());
  EXPECT_THAT(found(with("eap=TLS", "eap=TLS # the only one")), IsEmpty());
  EXPECT_THAT(found(with("eap=TLS", "password=NULL\n\teap=TLS")), IsEmpty());
  const std::string hash = "password=hash:0123456789abcdef0123456789abcdef\n\teap=TLS";
  EXPECT_THAT(found(with("eap=TLS", hash)), IsEmpty());
  EXPECT_THAT(found(with("eapol_flags=0", "eapol_flags=0x0")), IsEmpty());
  std::string crlf;
  for (const char c : good)
    crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_THAT(found(crlf), IsEmpty());
  EXPECT_THAT(found("cred={\n\tanything=goes\n}\nblob-base64-x={\nAAAA\n}\n" + good), IsEmpty());
  EXPECT_EQ(read("cred={\n}\n" + good).network, 2U);
}

TEST(WpaConf, EndsOnHostileFiles) {
  EXPECT_THAT(found(std::string(max_wpa_conf + 1, 'a')), ElementsAre("0:WS-TOOLARGE"));
  EXPECT_FALSE(read(std::string(max_wpa_conf, 'a')).loads);
  EXPECT_LE(read(std::string(max_wpa_conf, '\n')).findings.size(), 3U);
  std::string many;
  for (int i = 0; i < 20000; ++i)
    many += "a=\n";
  EXPECT_EQ(read(many).findings.size(), 1000U);
  for (std::size_t size = 0; size < good.size(); ++size)
    static_cast<void>(read(std::string_view(good).substr(0, size)));
}

TEST(WpaConf, NeverTellsAValue) {
  const std::string text = with("\"/etc/wpa_cert/key.pem\"", "s3cret");
  for (const Finding& one : read(text).findings)
    EXPECT_EQ(one.text.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace touchstone::dot1x::config
