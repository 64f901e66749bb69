#include "conformance/oracle/dot1x/wpa_conf.h"

#include <algorithm>
#include <array>

#include "conformance/oracle/dot1x/wpa_fields.h"
#include "conformance/oracle/dot1x/wpa_text.h"
#include "conformance/oracle/oracle_defect.h"
#include "reference/base/octets.h"

namespace touchstone::conformance::oracle::dot1x {

namespace {

constexpr std::size_t most_octets = 1 << 20;

constexpr std::array<std::string_view, 24> key_managements = {"WPA-PSK",
                                                              "WPA-EAP",
                                                              "IEEE8021X",
                                                              "NONE",
                                                              "WPA-NONE",
                                                              "FT-PSK",
                                                              "FT-EAP",
                                                              "FT-EAP-SHA384",
                                                              "WPA-PSK-SHA256",
                                                              "WPA-EAP-SHA256",
                                                              "WPS",
                                                              "SAE",
                                                              "FT-SAE",
                                                              "OSEN",
                                                              "WPA-EAP-SUITE-B",
                                                              "WPA-EAP-SUITE-B-192",
                                                              "FILS-SHA256",
                                                              "FILS-SHA384",
                                                              "FT-FILS-SHA256",
                                                              "FT-FILS-SHA384",
                                                              "OWE",
                                                              "DPP",
                                                              "CCKM",
                                                              "PASN"};

constexpr std::array<std::string_view, 25> eap_methods = {
    "MD5", "TLS",  "MSCHAPV2",   "PEAP",          "TTLS",  "GTC",         "OTP",
    "SIM", "LEAP", "PSK",        "AKA",           "AKA'",  "FAST",        "TEAP",
    "PAX", "SAKE", "GPSK",       "WSC",           "IKEV2", "VENDOR-TEST", "TNC",
    "PWD", "EKE",  "UNAUTH-TLS", "WFA-UNAUTH-TLS"};

std::vector<std::string> words_of(std::string_view value) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < value.size();) {
    const auto end = std::min(value.find_first_of(" \t", at), value.size());
    if (end > at) words.emplace_back(value.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

template <std::size_t size>
bool knows_all(const std::vector<std::string>& words,
               const std::array<std::string_view, size>& known) {
  return std::ranges::all_of(words, [&](const std::string& word) {
    return std::ranges::find(known, word) != known.end();
  });
}

/// A password may stand as its NT hash.
bool is_hash(std::string_view key, std::string_view value) {
  if (key != "password" && key != "machine_password") return false;
  return value.starts_with("hash:") && value.size() == 37 && wpa_string(value.substr(5));
}

class Reader {
 public:
  WpaReading run(std::string_view text) {
    if (text.size() > most_octets) {
      stop("WS-TOOLARGE", 0);
      return out_;
    }
    if (text.starts_with("\xEF\xBB\xBF")) note("WS-BOM", Weight::refused);
    while (!text.empty() && !out_.verdict.stopped) {
      const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
      ++number_;
      line(text.substr(0, end));
      text.remove_prefix(end);
    }
    if (!out_.verdict.stopped && open_) stop("WS-BLOCK", number_);
    if (!out_.verdict.stopped) judge_wpa(out_);
    return out_;
  }

 private:
  void note(std::string_view code, Weight weight) { out_.verdict.note(code, weight, number_); }

  void stop(std::string_view code, std::uint64_t line) {
    out_.verdict.note(code, Weight::refused, line);
    out_.verdict.stopped = true;
  }

  void line(std::string_view whole) {
    if (whole.contains('\0')) return stop("WS-NUL", number_);
    const std::size_t most = open_ ? line_in_block : line_outside;
    if (whole.size() > most && !TOUCHSTONE_ORACLE_DEFECT("wpa.long")) {
      note("WS-LONGLINE", Weight::error);
      whole = whole.substr(0, most);
    }
    const std::string_view said = said_of(whole);
    if (said.empty()) return;
    if (open_ && said == "}") {
      open_ = false;
    } else if (!open_ && opens(said)) {
      out_.blocks.push_back({std::string(said.substr(0, said.size() - 2)), number_, {}});
      open_ = true;
    } else if ((!open_ && said == "}") ||
               (said.ends_with("={") && !(open_ && said.contains('"')))) {
      stop("WS-BLOCK", number_);
    } else if (!open_ || out_.blocks.back().word == "network") {
      setting(said);
    }
  }

  static bool opens(std::string_view said) {
    return said == "network={" || said == "cred={" ||
           (said.starts_with("blob-base64-") && said.ends_with("={"));
  }

  void setting(std::string_view said) {
    const auto equals = said.find('=');
    const std::string_view key = said.substr(0, equals);
    const bool misses = equals == std::string_view::npos || key.empty();
    if (misses || key.find_first_of(" \t\"") != std::string_view::npos)
      return note("WS-SYNTAX", Weight::refused);
    const std::string_view value = said.substr(equals + 1);
    WpaBlock& block = open_ ? out_.blocks.back() : out_.outside;
    if (block.find(key) != nullptr && !TOUCHSTONE_ORACLE_DEFECT("wpa.repeated"))
      note("WS-REPEATED", Weight::warning);
    block.settings.push_back({std::string(key), std::string(value), number_});
    const auto field = wpa_field(open_, key);
    if (!field) return note("WS-FIELD", Weight::refused);
    judge(*field, key, value);
  }

  void judge(const WpaField& field, std::string_view key, std::string_view value) {
    const bool blank = value.empty() || value.starts_with(' ') || value.starts_with('\t');
    if (open_ && key == "key_mgmt") {
      const auto words = words_of(value);
      if (words.empty() || !knows_all(words, key_managements))
        return note("WS-KEYMGMT", Weight::refused);
    } else if (open_ && key == "eap") {
      if (!knows_all(words_of(value), eap_methods)) return note("WS-METHOD", Weight::refused);
    } else if (field.kind == WpaKind::text) {
      const bool taken = value == "NULL" || wpa_string(value) || is_hash(key, value);
      if (!taken && !blank) return note("WS-VALUE", Weight::refused);
      if (!taken) return note("WS-SYNTAX", Weight::refused);
    } else if (field.kind == WpaKind::number) {
      const auto number = wpa_number(value);
      const bool inside = number && *number >= field.least && *number <= field.most;
      const bool any = number && TOUCHSTONE_ORACLE_DEFECT("wpa.range");
      if (!inside && !any) return note("WS-VALUE", Weight::refused);
    }
    if (blank) note("WS-SYNTAX", Weight::error);
  }

  WpaReading out_;
  std::uint64_t number_ = 0;
  bool open_ = false;
};

Json fields_of(const WpaBlock& block, bool in_network) {
  Json fields = Json::object();
  for (const WpaSetting& one : block.settings) {
    const auto field = wpa_field(in_network, one.key);
    const WpaSetting& last = *block.find(one.key);
    if (in_network && is_wpa_secret(one.key)) {
      fields[one.key] = true;
    } else if (field && field->kind == WpaKind::number) {
      fields[one.key] = wpa_number(last.value).value_or(0);
    } else if (field && field->kind == WpaKind::text) {
      const auto text = block.text(one.key);
      if (text) fields[one.key] = to_hex(as_octets(*text));
    } else {
      fields[one.key] = last.value;
    }
  }
  return fields;
}

}  // namespace

const WpaSetting* WpaBlock::find(std::string_view key) const {
  const bool first = TOUCHSTONE_ORACLE_DEFECT("wpa.first");
  const WpaSetting* found = nullptr;
  for (const WpaSetting& one : settings)
    if (one.key == key && (found == nullptr || !first)) found = &one;
  return found;
}

std::optional<std::string> WpaBlock::text(std::string_view key) const {
  const WpaSetting* setting = find(key);
  if (setting == nullptr || setting->value == "NULL") return std::nullopt;
  return wpa_string(setting->value);
}

std::int64_t WpaBlock::number(std::string_view key, std::int64_t otherwise) const {
  const WpaSetting* setting = find(key);
  return setting == nullptr ? otherwise : wpa_number(setting->value).value_or(otherwise);
}

std::vector<std::string> WpaBlock::words(std::string_view key) const {
  const WpaSetting* setting = find(key);
  return setting == nullptr ? std::vector<std::string>() : words_of(setting->value);
}

const WpaBlock* WpaReading::network() const {
  for (const WpaBlock& block : blocks)
    if (block.word == "network" && block.number("disabled", 0) == 0) return &block;
  return nullptr;
}

WpaReading read_wpa_conf(std::string_view text) {
  return Reader().run(text);
}

bool is_wpa_secret(std::string_view key) {
  constexpr std::array<std::string_view, 16> secrets = {"password",
                                                        "psk",
                                                        "pin",
                                                        "pin2",
                                                        "private_key_passwd",
                                                        "private_key2_passwd",
                                                        "machine_password",
                                                        "machine_private_key_passwd",
                                                        "machine_pin",
                                                        "sae_password",
                                                        "mka_cak",
                                                        "wep_key0",
                                                        "wep_key1",
                                                        "wep_key2",
                                                        "wep_key3",
                                                        "dpp_netaccesskey"};
  return std::ranges::find(secrets, key) != secrets.end();
}

Json wpa_json(const WpaReading& reading) {
  Json networks = Json::array();
  int counts = -1;
  for (const WpaBlock& block : reading.blocks) {
    if (block.word != "network") continue;
    if (&block == reading.network()) counts = static_cast<int>(networks.size());
    networks.push_back(fields_of(block, true));
  }
  return {{"outside", fields_of(reading.outside, false)},
          {"networks", std::move(networks)},
          {"counts", counts}};
}

}  // namespace touchstone::conformance::oracle::dot1x
