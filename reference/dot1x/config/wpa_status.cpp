#include "reference/dot1x/config/wpa_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "reference/base/defect.h"

namespace touchstone::dot1x::config {
namespace {

constexpr std::string_view group_address = "01:80:c2:00:00:03";  // IEEE 802.1X, 7.8
constexpr std::size_t max_value = 256;
constexpr int eap_tls = 13;

std::string_view name_of_method(int method) {
  switch (method) {
    case 4:
      return "MD5";
    case eap_tls:
      return "EAP-TLS";
    case 21:
      return "EAP-TTLS";
    case 25:
      return "EAP-PEAP";
    default:
      return "unknown";
  }
}

/// Fills a reading from the lines of a text.
class Reading {
 public:
  StatusReading run(std::string_view text) {
    if (text.size() > max_status) return refuse("expected at most 64 KiB");
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (!take(text.substr(0, end))) return std::move(reading_);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (reading_.lines.empty()) return refuse("expected the lines of a status, found none");
    judge();
    return std::move(reading_);
  }

 private:
  StatusReading refuse(std::string why) {
    reading_.verdict = PortVerdict::unknown;
    reading_.reason = std::move(why);
    return std::move(reading_);
  }

  bool wrong(std::string why) {
    reading_.reason = fmt::format("line {}: {}", number_, why);
    return false;
  }

  bool take(std::string_view line) {
    ++number_;
    if (line.ends_with('\r') && !TOUCHSTONE_DEFECT("ST-07.carriage_return")) line.remove_suffix(1);
    if (line.empty()) return true;
    if (line.find('\0') != std::string_view::npos) return wrong("expected no NUL octet");
    constexpr std::string_view selected = "Selected interface '";
    if (line.starts_with(selected) && line.ends_with('\'')) {
      if (line.size() > selected.size() + 64) return wrong("expected the name of an interface");
      reading_.interface = line.substr(selected.size(), line.size() - selected.size() - 1);
      return true;
    }
    if (line.starts_with("FAIL")) return wrong("wpa_supplicant answered FAIL");
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) return wrong("expected key=value");
    if (line.size() - equals - 1 > max_value + (TOUCHSTONE_DEFECT("ST-08.long") ? 1 : 0))
      return wrong("expected at most 256 octets of value");
    const std::string_view key = line.substr(0, equals);
    if (TOUCHSTONE_DEFECT("ST-02.empty") && equals + 1 == line.size()) return true;
    if (reading_.value(key) && !TOUCHSTONE_DEFECT("ST-08.twice"))
      return wrong("expected each key once");
    reading_.lines.emplace_back(key, line.substr(equals + 1));
    return true;
  }

  void judge() {
    const auto pae = reading_.value("Supplicant PAE state");
    if (!pae) {
      reading_.reason = "expected the line Supplicant PAE state";
      return;
    }
    reading_.wired =
        reading_.value("bssid") == group_address || TOUCHSTONE_DEFECT("ST-05.any_link");
    if (*pae != "AUTHENTICATED" || !agrees()) {
      reading_.verdict = PortVerdict::not_authenticated;
      if (reading_.reason.empty()) reading_.reason = fmt::format("the port is {}", *pae);
      return;
    }
    judge_cipher();
    const auto method = reading_.method();
    reading_.verdict = method == eap_tls || TOUCHSTONE_DEFECT("ST-04.any_method")
                           ? PortVerdict::authenticated
                           : PortVerdict::other_method;
    if (method != eap_tls)
      reading_.reason = fmt::format("expected method 13 (EAP-TLS), found {}",
                                    reading_.value("selectedMethod").value_or("none"));
  }

  bool agrees() {
    constexpr std::pair<std::string_view, std::string_view> wanted[] = {
        {"wpa_state", "COMPLETED"}, {"suppPortStatus", "Authorized"}, {"EAP state", "SUCCESS"}};
    for (const auto& [key, value] : wanted)
      if (reading_.value(key) != value &&
          !(TOUCHSTONE_DEFECT("ST-03.port") && key == "suppPortStatus")) {
        reading_.reason = fmt::format("{} is {}", key, reading_.value(key).value_or("not told"));
        return false;
      }
    return true;
  }

  /// Names of OpenSSL: a cipher that ends in -SHA takes SHA-1; one without GCM, CCM, POLY1305 or a
  /// longer SHA is older than TLS 1.2.
  void judge_cipher() {
    const auto cipher = reading_.value("EAP TLS cipher");
    const auto version = reading_.value("eap_tls_version");
    const bool old = version && (*version == "TLSv1" || *version == "TLSv1.0" ||
                                 *version == "TLSv1.1" || version->starts_with("SSL"));
    const bool sha1 = cipher && (cipher->ends_with("-SHA") || cipher->ends_with("_SHA")) &&
                      !TOUCHSTONE_DEFECT("ST-09.sha1");
    const bool weak =
        sha1 ||
        (cipher && (cipher->ends_with("-MD5") || cipher->find("RC4") != std::string_view::npos));
    if (old || weak)
      reading_.findings.push_back(make_finding(
          rule(Rule::weak_tls), 0, 0,
          fmt::format("{}, found {}", rule(Rule::weak_tls).text, old ? *version : *cipher)));
  }

  StatusReading reading_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::string_view name_of(PortVerdict verdict) noexcept {
  switch (verdict) {
    case PortVerdict::authenticated:
      return "authenticated";
    case PortVerdict::other_method:
      return "other method";
    case PortVerdict::not_authenticated:
      return "not authenticated";
    case PortVerdict::unknown:
      return "unknown";
  }
  return "unknown";
}

std::optional<std::string_view> StatusReading::value(std::string_view key) const {
  const auto found = std::ranges::find(lines, key, &std::pair<std::string, std::string>::first);
  if (found == lines.end()) return std::nullopt;
  return found->second;
}

std::optional<int> StatusReading::method() const {
  const std::string_view text = value("selectedMethod").value_or("");
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || (end != text.data() + text.size() && *end != ' '))
    return std::nullopt;
  return number;
}

std::string print_status(const PortStatus& status, StatusFormat format) {
  const bool newer = format == StatusFormat::v2_10 || TOUCHSTONE_DEFECT("ST-01.newer");
  std::string text;
  const auto say = [&text](std::string_view key, std::string_view value) {
    text += fmt::format("{}={}\n", key, value);
  };
  if (!status.interface.empty()) text += fmt::format("Selected interface '{}'\n", status.interface);
  say("bssid", group_address);
  say("freq", "0");
  say("ssid", "");
  say("id", "0");
  say("mode", "station");
  say("pairwise_cipher", "NONE");
  say("group_cipher", "NONE");
  say("key_mgmt", "IEEE 802.1X (no WPA)");
  say("wpa_state", status.wpa_state);
  if (!status.ip_address.empty()) say("ip_address", status.ip_address);
  say("address", status.address);
  say("Supplicant PAE state", status.pae_state);
  say("suppPortStatus", status.authorized ? "Authorized" : "Unauthorized");
  say("EAP state", status.eap_state);
  if (status.method)
    say("selectedMethod", fmt::format("{} ({})", *status.method, name_of_method(*status.method)));
  if (newer && !status.tls_version.empty()) say("eap_tls_version", status.tls_version);
  if (!status.cipher.empty()) say("EAP TLS cipher", status.cipher);
  if (newer && !status.cipher.empty()) say("tls_session_reused", status.reused ? "1" : "0");
  if (newer && !status.eap_session_id.empty()) say("eap_session_id", status.eap_session_id);
  if (newer && !status.uuid.empty()) say("uuid", status.uuid);
  return text;
}

StatusReading read_status(std::string_view text) {
  return Reading().run(text);
}

}  // namespace touchstone::dot1x::config
