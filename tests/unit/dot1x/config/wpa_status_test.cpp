#include "reference/dot1x/config/wpa_status.h"

#include <gtest/gtest.h>

namespace touchstone::dot1x::config {
namespace {

/// 003 5.4.4, with the blank lines of the listing.
const std::string sample =
    "Selected interface 'eth0'\n\nbssid=01:80:c2:00:00:03\n\nfreq=0\n\nssid=\n\nid=0\n\n"
    "mode=station\n\npairwise_cipher=NONE\n\ngroup_cipher=NONE\n\n"
    "key_mgmt=IEEE 802.1X (no WPA)\n\nwpa_state=COMPLETED\n\nip_address=10.105.68.5\n\n"
    "address=00:08:5d:79:1f:3e\n\nSupplicant PAE state=AUTHENTICATED\n\n"
    "suppPortStatus=Authorized\n\nEAP state=SUCCESS\n\nselectedMethod=13 (EAP-TLS)\n\n"
    "EAP TLS cipher=ECDHE-RSA-AES256-SHA\n";

PortStatus seed() {
  return {.interface = "eth0",
          .ip_address = "10.105.68.5",
          .address = "00:08:5d:79:1f:3e",
          .method = 13,
          .tls_version = "TLSv1.2",
          .cipher = "ECDHE-RSA-AES256-SHA"};
}

std::string without_blank_lines(std::string text) {
  for (std::size_t at; (at = text.find("\n\n")) != std::string::npos;)
    text.erase(at, 1);
  return text;
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

TEST(WpaStatus, PrintsTheSampleOfTheDocument) {
  EXPECT_EQ(print_status(seed(), StatusFormat::seed), without_blank_lines(sample));
}

TEST(WpaStatus, PrintsWhatWpaSupplicant2_10Adds) {
  PortStatus status = seed();
  status.interface = "";
  status.cipher = "ECDHE-RSA-AES256-GCM-SHA384";
  status.eap_session_id = "0d00";
  status.uuid = "b1a5";
  EXPECT_TRUE(print_status(status, StatusFormat::v2_10)
                  .ends_with("selectedMethod=13 (EAP-TLS)\neap_tls_version=TLSv1.2\n"
                             "EAP TLS cipher=ECDHE-RSA-AES256-GCM-SHA384\ntls_session_reused=0\n"
                             "eap_session_id=0d00\nuuid=b1a5\n"));
  EXPECT_TRUE(print_status(status, StatusFormat::v2_10).starts_with("bssid="));
}

TEST(WpaStatus, ReadsTheSampleVerbatim) {
  const StatusReading reading = read_status(sample);
  EXPECT_EQ(reading.verdict, PortVerdict::authenticated) << reading.reason;
  EXPECT_EQ(reading.interface, "eth0");
  EXPECT_EQ(reading.lines.size(), 16U);
  EXPECT_EQ(reading.value("ssid"), "");
  EXPECT_EQ(reading.value("key_mgmt"), "IEEE 802.1X (no WPA)");
  EXPECT_EQ(reading.method(), 13);
  EXPECT_TRUE(reading.wired);
  ASSERT_EQ(reading.findings.size(), 1U);
  EXPECT_EQ(reading.findings[0].code, "ML-WEAKTLS") << "SHA-1";
}

TEST(WpaStatus, ReadsWhatItPrintsInEachState) {
  PortStatus connecting = seed();
  connecting.wpa_state = "ASSOCIATED";
  connecting.pae_state = "CONNECTING";
  connecting.authorized = false;
  connecting.eap_state = "IDLE";
  connecting.method.reset();
  connecting.cipher = "";
  PortStatus held = connecting;
  held.pae_state = "HELD";
  held.eap_state = "FAILURE";
  PortStatus logoff = seed();
  logoff.pae_state = "LOGOFF";
  logoff.authorized = false;
  for (const StatusFormat format : {StatusFormat::seed, StatusFormat::v2_10}) {
    EXPECT_EQ(read_status(print_status(seed(), format)).verdict, PortVerdict::authenticated);
    for (const PortStatus& status : {connecting, held, logoff})
      EXPECT_EQ(read_status(print_status(status, format)).verdict, PortVerdict::not_authenticated);
  }
}

TEST(WpaStatus, OneLineThatDisagreesIsEnough) {
  for (const auto& [line, other] : std::vector<std::pair<std::string, std::string>>{
           {"wpa_state=COMPLETED", "wpa_state=ASSOCIATED"},
           {"state=AUTHENTICATED", "state=AUTHENTICATING"},
           {"Status=Authorized", "Status=Unauthorized"},
           {"EAP state=SUCCESS", "EAP state=FAILURE"},
           {"EAP state=SUCCESS\n", ""},
           {"wpa_state=COMPLETED\n", ""}})
    EXPECT_EQ(read_status(replaced(sample, line, other)).verdict, PortVerdict::not_authenticated)
        << other;
}

TEST(WpaStatus, KnowsEapTlsFromOtherMethods) {
  for (const char* method : {"selectedMethod=25 (EAP-PEAP)", "selectedMethod=130", "a=b",
                             "selectedMethod=13x", "selectedMethod="})
    EXPECT_EQ(read_status(replaced(sample, "selectedMethod=13 (EAP-TLS)", method)).verdict,
              PortVerdict::other_method)
        << method;
}

TEST(WpaStatus, TakesAnyOrderAndKeysThatItDoesNotKnow) {
  std::string text = "p2p_device_address=x\nuuid=y\r\n\r\n" + sample;
  text = replaced(text, "EAP state=SUCCESS\n", "") + "EAP state=SUCCESS";
  EXPECT_EQ(read_status(text).verdict, PortVerdict::authenticated);
}

TEST(WpaStatus, IsUnknownWhenItIsNoStatus) {
  for (const std::string& text :
       {std::string(), std::string("\n\n"), std::string("FAIL\n"), std::string("nonsense\n"),
        std::string("=x\n"), sample + "freq=0\n", sample + "long=" + std::string(257, 'x') + "\n",
        replaced(sample, "Supplicant PAE state=AUTHENTICATED\n", ""),
        sample + std::string("a=\0b\n", 5), std::string(max_status + 1, '\n'),
        std::string("Failed to connect to non-global ctrl_iface: (nil)\n")}) {
    const StatusReading reading = read_status(text);
    EXPECT_EQ(reading.verdict, PortVerdict::unknown) << text.substr(0, 60);
    EXPECT_FALSE(reading.reason.empty());
  }
  EXPECT_EQ(read_status(sample + "long=" + std::string(256, 'x')).verdict,
            PortVerdict::authenticated);
}

TEST(WpaStatus, MindsOldTls) {
  const std::string good = replaced(sample, "AES256-SHA", "AES256-GCM-SHA384");
  EXPECT_TRUE(read_status(good).findings.empty());
  EXPECT_EQ(read_status(good + "eap_tls_version=TLSv1.1\n").findings.size(), 1U);
  EXPECT_TRUE(read_status(good + "eap_tls_version=TLSv1.3\n").findings.empty());
}

}  // namespace
}  // namespace touchstone::dot1x::config
