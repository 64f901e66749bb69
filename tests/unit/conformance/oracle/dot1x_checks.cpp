// The oracle of port authentication, ntp.conf and syslog held against what wpa_supplicant said, and
// against cases written by hand from the documents and manuals.

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

#include "conformance/oracle/dot1x/ntp_conf.h"
#include "conformance/oracle/dot1x/wpa_conf.h"
#include "conformance/oracle/dot1x/wpa_status.h"
#include "conformance/oracle/ipsec/syslog.h"
#include "tests/support/tree.h"
#include "tests/unit/conformance/oracle/checks.h"

namespace touchstone::conformance::oracle {

namespace {

using Json = nlohmann::json;

std::string read_fixture(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/" + name), std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A line in the place of another of a good file, and the codes that it earns.
struct Row {
  std::string_view part;
  std::string_view by;
  const char* codes;
};

constexpr std::string_view good =
    "ctrl_interface=/run/wpa\nap_scan=0\nnetwork={\nkey_mgmt=IEEE8021X\neap=TLS\neapol_flags=0\n"
    "identity=\"a\"\nca_cert=\"b\"\nclient_cert=\"c\"\nprivate_key=\"d\"\n}\n";

constexpr Row rows[] = {
    {"eap=TLS", "eap=TLS", "-"},
    {"eap=TLS", "eap = TLS", "WS-SYNTAX WS-OTHERMETHOD"},
    {"eap=TLS", "eap=TLZ", "WS-METHOD WS-OTHERMETHOD"},
    {"eap=TLS", "eap=PEAP", "WS-OTHERMETHOD"},
    {"eap=TLS", "eap=TLS\nphase1=\"tls_disable_time_checks=1\"", "WS-NOTIME"},
    {"eap=TLS", "eap=PEAP\neap=TLS", "WS-REPEATED"},
    {"ap_scan=0", "ap_scan=1\nap_scan=0", "WS-REPEATED"},
    {"ca_cert=\"b\"\n", "", "WS-NOCA"},
    {"identity=\"a\"\n", "", "WS-NOIDENTITY"},
    {"key_mgmt=IEEE8021X\n", "", "WS-WIRELESS"},
    {"eapol_flags=0\n", "", "WS-EAPOLFLAGS"},
    {"private_key=\"d\"\n", "", "WS-NOKEY"},
    {"ap_scan=0\n", "", "WS-APSCAN"},
    {"ctrl_interface=/run/wpa\n", "", "WS-CONTROL"},
    {"eap=TLS", "eap=TLS\ndisabled=1", "WS-NONETWORK"},
    {"\n}\n", "\n", "WS-BLOCK"},
    {"identity=\"a\"", "identity=\"a#\"b\"", "-"},
    {"identity=\"a\"", "identity=abc", "WS-VALUE"},
};

std::string codes_of(const ipsec::Verdict& verdict) {
  std::string text;
  for (const ipsec::Remark& one : verdict.remarks)
    text += (text.empty() ? "" : " ") + one.code;
  return text.empty() ? "-" : text;
}

std::string spoilt(const Row& row) {
  std::string text(good);
  const auto at = text.find(row.part);
  return text.replace(at, row.part.size(), row.by);
}

void add_wpa(std::vector<Check>& checks) {
  for (const Json& one : Json::parse(read_fixture("dot1x/verdicts/wpa_supplicant.json"))) {
    const std::string text = one.at("config");
    const bool taken = one.at("verdict") == "accept";
    checks.push_back({fmt::format("wpa_supplicant: {:.60}", text), [text, taken] {
                        const auto reading = dot1x::read_wpa_conf(text);
                        return differ(text, taken, reading.verdict.daemon_takes());
                      }});
  }
  for (const Row& row : rows)
    checks.push_back({fmt::format("wpa_supplicant.conf {}", row.codes), [&row] {
                        const auto reading = dot1x::read_wpa_conf(spoilt(row));
                        return differ(std::string(row.by), std::string(row.codes),
                                      codes_of(reading.verdict));
                      }});
  checks.push_back({"a long line is told", [] {
                      const std::string text(good);
                      const auto reading =
                          dot1x::read_wpa_conf("#" + std::string(600, '-') + "\n" + text);
                      return differ("long", std::string("WS-LONGLINE"), codes_of(reading.verdict));
                    }});
}

/// A status in one line, `;` for line ends, and its verdict.
struct StatusRow {
  const char* text;
  const char* verdict;
  bool weak;
};

constexpr StatusRow status_rows[] = {
    {"wpa_state=COMPLETED;Supplicant PAE state=AUTHENTICATED;suppPortStatus=Authorized;EAP "
     "state=SUCCESS;selectedMethod=13 (EAP-TLS);EAP TLS cipher=ECDHE-RSA-AES256-SHA",
     "authenticated", true},
    {"wpa_state=COMPLETED;Supplicant PAE state=AUTHENTICATED;suppPortStatus=Unauthorized;EAP "
     "state=SUCCESS;selectedMethod=13 (EAP-TLS)",
     "not authenticated", false},
    {"wpa_state=COMPLETED;Supplicant PAE state=AUTHENTICATED;suppPortStatus=Authorized;EAP "
     "state=SUCCESS;selectedMethod=25 (EAP-PEAP)",
     "other method", false},
    {"wpa_state=COMPLETED;wpa_state=COMPLETED;Supplicant PAE state=AUTHENTICATED", "unknown",
     false},
    {"FAIL", "unknown", false},
};

std::string status_row(const StatusRow& row) {
  std::string text(row.text);
  for (char& c : text)
    if (c == ';') c = '\n';
  const auto reading = dot1x::read_status(text);
  return first_of({differ(row.text, std::string(row.verdict), reading.verdict),
                   differ(row.text, row.weak, reading.weak)});
}

void add_status(std::vector<Check>& checks) {
  for (const StatusRow& row : status_rows)
    checks.push_back({fmt::format("status: {}", row.verdict), [&row] { return status_row(row); }});
  checks.push_back({"status: 257 octets", [] {
                      const auto reading = dot1x::read_status("Supplicant PAE state=HELD\nssid=" +
                                                              std::string(257, 'x'));
                      return differ("long", std::string("unknown"), reading.verdict);
                    }});
}

void add_ntp(std::vector<Check>& checks) {
  for (const char* address : {"192.168.1.10", "2001:db8::7", "127.0.0.1"})
    checks.push_back({fmt::format("a server: {}", address),
                      [address] { return differ(address, true, dot1x::is_ntp_address(address)); }});
  for (const char* address : {"0.0.0.0", "224.0.1.1", "10.1", "ff02::101", "::", "fe80::1%eth0",
                              "ntp.example", "10.0.0.1:123", ""})
    checks.push_back({fmt::format("no server: {}", address), [address] {
                        return differ(address, false, dot1x::is_ntp_address(address));
                      }});
  checks.push_back({"ntp.conf", [] {
                      const auto conf = dot1x::read_ntp_conf(
                          "# x\nserver -4 10.0.0.1 iburst # y\n#server 10.0.0.2\ntinker panic 0\n");
                      return first_of({differ("servers", conf.servers.size(), std::size_t{1}),
                                       differ("panic", true, conf.takes_any_step)});
                    }});
  checks.push_back({"lines that are kept", [] {
                      return first_of(
                          {differ("kept", true, dot1x::keeps_lines("a\nb\n", "a\nx\nb\n")),
                           differ("lost", false, dot1x::keeps_lines("a\nb\n", "b\na\n"))});
                    }});
}

void add_syslog(std::vector<Check>& checks) {
  checks.push_back({"syslog: the sample of 003", [] {
                      const auto log =
                          ipsec::read_syslog(read_fixture("ipsec/racoonctl/syslog-003.txt"));
                      if (log.messages.size() != 4 || !log.broken.empty())
                        return std::string("wanted four whole messages");
                      return first_of({differ("spi", 227461701U, log.messages[2].value("spi", 0U)),
                                       differ("peer", std::string("10.105.68.60[500]"),
                                              log.messages[0].value("peer", ""))});
                    }});
  checks.push_back({"syslog: an SPI that is two", [] {
                      const auto log = ipsec::read_syslog(
                          "May  5 06:05:40 h racoon: INFO: IPsec-SA established: ESP/Transport "
                          "10.0.0.1[0]->10.0.0.2[0] spi=256(0x101)\n");
                      return differ("broken", std::size_t{1}, log.broken.size());
                    }});
}

}  // namespace

void add_dot1x_checks(std::vector<Check>& checks) {
  add_wpa(checks);
  add_status(checks);
  add_ntp(checks);
  add_syslog(checks);
}

}  // namespace touchstone::conformance::oracle
