#include <gtest/gtest.h>

#include "reference/dot1x/config/wpa_conf.h"

namespace touchstone::dot1x::config {
namespace {

const std::string hand_made =
    "# by hand\r\n"
    "ctrl_interface=/run/wpa # here\n"
    "\n"
    "network={\n"
    "\tsomething_new=1\n"
    "\tidentity=\"old\"   # who\n"
    "}\n"
    "cred={\n"
    "\tidentity=\"other\"\n"
    "}";

WpaDocument document(std::string_view text) {
  return read_wpa_conf(copy_secret(as_octets(text))).document;
}

std::string changed(std::string_view text, std::size_t block, std::string_view key,
                    std::string_view value) {
  return std::string(as_text(set_field(document(text), block, key, as_octets(value))));
}

std::string replaced(std::string text, std::string_view part, std::string_view by) {
  return text.replace(text.find(part), part.size(), by);
}

TEST(WpaEdit, ReplacesAValueAndNothingElse) {
  EXPECT_EQ(changed(hand_made, 1, "identity", "\"new\""),
            replaced(hand_made, "\"old\"", "\"new\""));
  EXPECT_EQ(changed(hand_made, 2, "identity", "\"new\""),
            replaced(hand_made, "\"other\"", "\"new\""));
  EXPECT_EQ(changed(hand_made, 0, "ctrl_interface", "DIR=/x"),
            replaced(hand_made, "/run/wpa", "DIR=/x"));
}

TEST(WpaEdit, MovesACommentThatTheValueWouldTakeIn) {
  const std::string odd = replaced(hand_made, "\"old\"   # who", "Aa #b\" # c");
  const std::string edited = changed(odd, 1, "identity", "\"new\"");
  EXPECT_EQ(edited,
            replaced(hand_made, "\tidentity=\"old\"   # who", "#b\" # c\n\tidentity=\"new\""));
  EXPECT_EQ(as_text(*document(edited).string(1, "identity")), "new");
  EXPECT_EQ(changed("ap_scan=1 # \"", 0, "ap_scan", "0"), "# \"\nap_scan=0\n");
}

TEST(WpaEdit, AddsALineWhereItBelongs) {
  EXPECT_EQ(changed(hand_made, 1, "eap", "TLS"),
            replaced(hand_made, "}\ncred", "\teap=TLS\n}\ncred"));
  EXPECT_EQ(changed(hand_made, 0, "ap_scan", "0"),
            replaced(hand_made, "network={", "ap_scan=0\nnetwork={"));
  EXPECT_EQ(changed("fast_reauth=1", 0, "ap_scan", "0"), "fast_reauth=1\nap_scan=0\n");
  EXPECT_EQ(changed("", 0, "ap_scan", "0"), "ap_scan=0\n");
}

TEST(WpaEdit, RemovesEveryLineOfAField) {
  const std::string twice = replaced(hand_made, "\tsomething", "\tidentity=\"a\"\n\tsomething");
  const SecretOctets without = remove_field(document(twice), 1, "identity");
  EXPECT_EQ(as_text(without), replaced(hand_made, "\tidentity=\"old\"   # who\n", ""));
}

TEST(WpaEdit, KeepsEveryOctetOfWhatItReads) {
  const WpaDocument read = document(hand_made);
  std::string joined;
  for (const WpaLine& line : read.lines)
    joined += as_text(read.text).substr(line.begin, line.size);
  EXPECT_EQ(joined, hand_made);
}

EapTls settings() {
  return {.identity = "test@test.se",
          .ca_cert = "/etc/wpa_cert/cacert.pem",
          .client_cert = "/etc/wpa_cert/client.pem",
          .private_key = "/etc/wpa_cert/key.pem"};
}

TEST(WpaEdit, WritesAFileThatSaysWhatWasMeant) {
  const EapTlsText text = print_eap_tls(settings());
  EXPECT_EQ(text.after, "");
  const WpaReading reading = read_wpa_conf(copy_secret(as_octets(text.before)));
  EXPECT_TRUE(reading.findings.empty()) << reading.findings[0].text;
  const auto value = [&](std::string_view key) {
    return std::string(as_text(*reading.document.string(1, key)));
  };
  EXPECT_EQ(value("identity"), settings().identity);
  EXPECT_EQ(value("ca_cert"), settings().ca_cert);
  EXPECT_EQ(value("client_cert"), settings().client_cert);
  EXPECT_EQ(value("private_key"), settings().private_key);
  EXPECT_EQ(reading.document.find(1, "domain_match"), nullptr);
}

TEST(WpaEdit, PutsThePasswordBetweenItsHalves) {
  EapTls wanted = settings();
  wanted.has_password = true;
  wanted.server_name = "radius.example";
  for (const std::string& password : {std::string("Client \"key\" # 42"), std::string("\"")}) {
    const EapTlsText halves = print_eap_tls(wanted);
    const WpaReading reading =
        read_wpa_conf(copy_secret(as_octets(halves.before + password + halves.after)));
    EXPECT_TRUE(reading.findings.empty());
    EXPECT_EQ(as_text(*reading.document.string(1, "private_key_passwd")), password);
    EXPECT_EQ(as_text(*reading.document.string(1, "domain_match")), "radius.example");
  }
}

}  // namespace
}  // namespace touchstone::dot1x::config
