#include "conformance/oracle/dot1x/wpa_status.h"

#include <algorithm>

#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::dot1x {

namespace {

constexpr std::string_view group_address = "01:80:c2:00:00:03";
constexpr std::size_t longest_value = 256;

std::string name_of(int method) {
  switch (method) {
    case 4:
      return "MD5";
    case 13:
      return "EAP-TLS";
    case 21:
      return "EAP-TTLS";
    case 25:
      return "EAP-PEAP";
    default:
      return "unknown";
  }
}

std::string value_of(const StatusReading& reading, std::string_view key) {
  for (const auto& [name, value] : reading.lines)
    if (name == key) return value;
  return {};
}

bool has(const StatusReading& reading, std::string_view key) {
  return std::ranges::any_of(reading.lines, [&](const auto& line) { return line.first == key; });
}

/// False when the text is no status.
bool take(StatusReading& reading, std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return true;
  constexpr std::string_view selected = "Selected interface '";
  if (line.starts_with(selected) && line.ends_with('\'')) {
    reading.interface = line.substr(selected.size(), line.size() - selected.size() - 1);
    return true;
  }
  const auto equals = line.find('=');
  if (line.starts_with("FAIL") || line.contains('\0') || equals == std::string_view::npos ||
      equals == 0)
    return false;
  const std::string key(line.substr(0, equals));
  const std::string value(line.substr(equals + 1));
  const bool twice = has(reading, key) && !TOUCHSTONE_ORACLE_DEFECT("status.twice");
  const bool long_one = value.size() > longest_value && !TOUCHSTONE_ORACLE_DEFECT("status.long");
  reading.lines.emplace_back(key, value);
  return !twice && !long_one;
}

bool is_weak(const StatusReading& reading) {
  const std::string version = value_of(reading, "eap_tls_version");
  const std::string cipher = value_of(reading, "EAP TLS cipher");
  const bool old = version == "TLSv1" || version == "TLSv1.0" || version == "TLSv1.1" ||
                   version.starts_with("SSL");
  const bool sha1 = cipher.ends_with("-SHA") || cipher.ends_with("_SHA");
  const bool other = cipher.ends_with("-MD5") || cipher.contains("RC4");
  return old || (sha1 && !TOUCHSTONE_ORACLE_DEFECT("status.sha1")) || other;
}

/// The number in front of `13 (EAP-TLS)`; -1 for anything else.
int method_of(const std::string& text) {
  const std::string number = text.substr(0, text.find(' '));
  if (number.empty() || number.size() > 9 ||
      !std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }))
    return -1;
  return std::stoi(number);
}

}  // namespace

std::vector<std::string> status_lines(const PortStatus& status, bool newer) {
  std::vector<std::string> lines;
  const auto say = [&](const std::string& key, const std::string& value, bool told = true) {
    if (told) lines.push_back(key + "=" + value);
  };
  say("bssid", std::string(group_address));
  say("freq", "0");
  say("ssid", "");
  say("id", "0");
  say("mode", "station");
  say("pairwise_cipher", "NONE");
  say("group_cipher", "NONE");
  say("key_mgmt", "IEEE 802.1X (no WPA)");
  say("wpa_state", status.wpa_state);
  say("ip_address", status.ip_address, !status.ip_address.empty());
  say("address", status.address);
  say("Supplicant PAE state", status.pae_state);
  say("suppPortStatus", status.authorized ? "Authorized" : "Unauthorized");
  say("EAP state", status.eap_state);
  if (status.method)
    say("selectedMethod", std::to_string(*status.method) + " (" + name_of(*status.method) + ")");
  say("eap_tls_version", status.tls_version, newer && !status.tls_version.empty());
  say("EAP TLS cipher", status.cipher, !status.cipher.empty());
  say("tls_session_reused", status.reused ? "1" : "0", newer && !status.cipher.empty());
  say("eap_session_id", status.session_id, newer && !status.session_id.empty());
  say("uuid", status.uuid, newer && !status.uuid.empty());
  return lines;
}

StatusReading read_status(std::string_view text) {
  StatusReading reading;
  reading.verdict = "unknown";
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!take(reading, text.substr(0, end))) return reading;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!has(reading, "Supplicant PAE state")) return reading;
  reading.wired = value_of(reading, "bssid") == group_address;
  const bool port = value_of(reading, "suppPortStatus") == "Authorized" ||
                    TOUCHSTONE_ORACLE_DEFECT("status.any-port");
  const bool open = value_of(reading, "Supplicant PAE state") == "AUTHENTICATED" && port &&
                    value_of(reading, "EAP state") == "SUCCESS" &&
                    value_of(reading, "wpa_state") == "COMPLETED";
  if (!open) {
    reading.verdict = "not authenticated";
    return reading;
  }
  const bool tls = method_of(value_of(reading, "selectedMethod")) == 13 ||
                   TOUCHSTONE_ORACLE_DEFECT("status.any-method");
  reading.verdict = tls ? "authenticated" : "other method";
  reading.weak = is_weak(reading);
  return reading;
}

}  // namespace touchstone::conformance::oracle::dot1x
