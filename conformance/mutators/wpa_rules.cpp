#include "conformance/mutators/wpa_rules.h"

#include "conformance/mutators/text_lines.h"

namespace touchstone::conformance::mutators {

namespace {

constexpr WpaRule rows[] = {
    // What wpa_supplicant refuses
    {"WS-01", "WS-SYNTAX", "blanks around =", "eap=", "eap = TLS|eap =TLS|eap\t=TLS"},
    {"WS-01", "WS-SYNTAX", "a line that says nothing", "eap=", "eap|TLS|eap TLS|=TLS"},
    {"WS-01", "WS-SYNTAX", "a blank before a text",
     "identity=", "identity= \"x\"|identity=\t\"x\"|identity= 78"},
    {"WS-01", "WS-SYNTAX", "no value at all",
     "eapol_flags=", "eapol_flags=|identity=|eap=|eapol_flags= 0|eapol_flags=#0"},
    {"WS-01", "WS-SYNTAX", "no value outside", "ap_scan=", "ap_scan=|ap_scan= 0|ctrl_interface="},
    {"WS-01", "WS-SYNTAX", "a line that is no setting",
     "ap_scan=", "ap_scan|ap_scan =0|ap scan=0|network = {"},
    {"WS-01", "WS-BLOCK", "a bracket that nobody opened", "ap_scan=", "}|network={}={"},
    {"WS-01", "WS-BLOCK", "a bracket that nobody closes", "", "network={|network={\n# }|cred={"},
    {"WS-01", "WS-BLOCK", "a network in a network", "eap=", "network={|cred={"},
    {"WS-01", "WS-BLOCK", "a block that nobody knows", "ap_scan=", "networks={|Network={|foo={"},
    {"WS-01", "WS-FIELD", "an unknown field", "eap=", "colour=1|EAP=TLS|eaps=TLS|ap_scan=0"},
    {"WS-01", "WS-FIELD", "an unknown field outside",
     "ap_scan=", "AP_SCAN=0|identity=\"x\"|scan=1|ap_scan2=0"},
    {"WS-01", "WS-VALUE", "a text without quotation marks",
     "identity=", "identity=test@test.se|identity=mgu1|identity='x'|identity=(x)"},
    {"WS-01", "WS-VALUE", "half a text",
     "identity=", "identity=\"x|identity=x\"|identity=\"x\"y|identity=P\"x|identity=p\"x\""},
    {"WS-01", "WS-VALUE", "hexadecimal digits that are none",
     "identity=", "identity=123|identity=0x12|identity=1g|identity=12 34"},
    {"WS-01", "WS-VALUE", "a number that is none", "eapol_flags=",
     "eapol_flags=x|eapol_flags=\"0\"|eapol_flags=0x|eapol_flags=08|eapol_flags=1.0|"
     "eapol_flags=0 0|eapol_flags=NULL|eapol_flags=-"},
    {"WS-01", "WS-VALUE", "a number out of its range",
     "eapol_flags=", "disabled=3|mode=5|scan_ssid=2|macsec_port=65535|ocv=-1|mka_priority=256"},
    {"WS-01", "WS-VALUE", "a number outside that is none",
     "ap_scan=", "ap_scan=x|ap_scan=\"0\"|eapol_version=4|eapol_version=0|fast_reauth=yes"},
    {"WS-01", "WS-KEYMGMT", "unknown key management", "key_mgmt=",
     "key_mgmt=IEEE802.1X|key_mgmt=ieee8021x|key_mgmt=|key_mgmt=IEEE8021X,NONE|key_mgmt=NULL|"
     "key_mgmt=IEEE8021X # \"wired\""},
    {"WS-01", "WS-METHOD", "an unknown method",
     "eap=", "eap=TLZ|eap=tls|eap=TLS,PEAP|eap=\"TLS\"|eap=TLS EAP"},
    {"WS-01", "WS-NUL", "a NUL", "eap=", std::string_view("eap=TLS\0", 8)},
    {"WS-01", "WS-BOM", "a byte order mark", "", ""},
    {"WS-01", "WS-LONGLINE", "a line of which a part is dropped", "ap_scan=", ""},
    {"WS-01", "WS-LONGLINE", "a line in a network of which a part is dropped", "eap=", ""},

    // What it takes, and what then does not work
    {"WS-02", "WS-NONETWORK", "no network that is used", "eap=", "eap=TLS\ndisabled=1"},
    {"WS-04", "WS-NOCA", "any server is believed", "ca_cert=", "|ca_cert=NULL|#ca_cert=\"x\""},
    {"WS-02", "WS-NOIDENTITY", "no identity", "identity=", "|identity=NULL"},
    {"WS-02", "WS-NOKEY", "no certificate of its own", "client_cert=", "|client_cert=NULL"},
    {"WS-02", "WS-NOKEY", "no key", "private_key=", "|private_key=NULL"},
    {"WS-02", "WS-WIRELESS", "key management of radio",
     "key_mgmt=", "|key_mgmt=WPA-EAP|key_mgmt=NONE"},
    {"PA-12", "WS-OTHERMETHOD", "another method", "eap=", "eap=PEAP|eap=TLS PEAP|eap=TTLS|"},
    {"WS-02", "WS-EAPOLFLAGS", "flags of radio",
     "eapol_flags=", "|eapol_flags=3|eapol_flags=0x1|eapol_flags=-1"},
    {"WS-02", "WS-APSCAN", "a scan for access points", "ap_scan=", "|ap_scan=1|ap_scan=2"},
    {"ST-01", "WS-CONTROL", "no status", "ctrl_interface=", "|#ctrl_interface=/x"},
    {"WS-05", "WS-REPEATED", "twice the same field", "eap=", "eap=PEAP\neap=TLS"},
    {"WS-05", "WS-REPEATED", "twice the same text", "identity=", "identity=\"x\"\nidentity=\"y\""},
    {"TM-05", "WS-NOTIME", "dates are not looked at", "eap=",
     "eap=TLS\nphase1=\"tls_disable_time_checks=1\"|eap=TLS\nphase1=\"a=1 "
     "tls_disable_time_checks=1 b=2\""},
};

/// A comment that does not fit, behind what fits.
std::string long_line(std::string_view said) {
  return std::string(said) + " #" + std::string(2000, '-');
}

}  // namespace

std::span<const WpaRule> wpa_rules() {
  return rows;
}

bool apply(const WpaRule& rule, std::string& text, const Choice& choice) {
  if (rule.code == "WS-BOM") {
    text.insert(0, "\xEF\xBB\xBF");
    return true;
  }
  if (rule.code == "WS-LONGLINE")
    return spoil_line(text, rule.start, long_line(rule.start == "eap=" ? "eap=TLS" : "ap_scan=0"),
                      choice, Indent::ignored);
  return spoil_line(text, rule.start, rule.lines, choice, Indent::ignored);
}

}  // namespace touchstone::conformance::mutators
