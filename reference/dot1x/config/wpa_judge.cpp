#include "reference/dot1x/config/wpa_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "reference/base/defect.h"

namespace touchstone::dot1x::config {
namespace {

constexpr std::array<std::string_view, 24> key_mgmt_words = {"WPA-PSK",
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

constexpr std::array<std::string_view, 25> methods = {
    "MD5", "TLS",  "MSCHAPV2",   "PEAP",          "TTLS",  "GTC",         "OTP",
    "SIM", "LEAP", "PSK",        "AKA",           "AKA'",  "FAST",        "TEAP",
    "PAX", "SAKE", "GPSK",       "WSC",           "IKEV2", "VENDOR-TEST", "TNC",
    "PWD", "EKE",  "UNAUTH-TLS", "WFA-UNAUTH-TLS"};

std::vector<std::string_view> words_of(std::string_view value) {
  std::vector<std::string_view> words;
  while (!value.empty()) {
    const std::size_t end = std::min(value.find_first_of(" \t"), value.size());
    if (end > 0) words.push_back(value.substr(0, end));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return words;
}

template <std::size_t count>
bool all_known(std::string_view value, const std::array<std::string_view, count>& known) {
  const auto words = words_of(value);
  return !words.empty() && std::ranges::all_of(words, [&](std::string_view word) {
    return std::ranges::find(known, word) != known.end();
  });
}

/// A password may stand as its NT hash.
bool is_password_hash(std::string_view key, std::string_view value) {
  constexpr std::size_t digits = 32;
  if (key != "password" && key != "machine_password") return false;
  return value.starts_with("hash:") && value.size() == 5 + digits && from_hex(value.substr(5));
}

bool is_blank(std::string_view value) {
  return value.empty() || value.front() == ' ' || value.front() == '\t';
}

/// The rule for which wpa_supplicant refuses `value`, if any.
std::optional<Rule> broken_rule(FieldPlace place, std::string_view key, const FieldType& type,
                                std::string_view value) {
  const bool in_network = place == FieldPlace::network;
  if (in_network && key == "key_mgmt")
    return all_known(value, key_mgmt_words) ? std::nullopt : std::optional(Rule::key_mgmt);
  if (in_network && key == "eap")
    return value.empty() || all_known(value, methods) ? std::nullopt : std::optional(Rule::method);
  if (type.kind == FieldKind::string) {
    if (value == "NULL" || parse_string(value) || is_password_hash(key, value)) return std::nullopt;
    return is_blank(value) ? Rule::syntax : Rule::value;
  }
  if (type.kind != FieldKind::number) return std::nullopt;
  const auto number = parse_number(value);
  const bool inside = number && *number >= type.least && *number <= type.most;
  const bool taken = inside || (number && TOUCHSTONE_DEFECT("WS-01.any_number"));
  return taken ? std::nullopt : std::optional(Rule::value);
}

bool is_set(const WpaDocument& document, std::size_t block, std::string_view key) {
  const WpaLine* line = document.find(block, key);
  return line != nullptr && document.value_of(*line) != "NULL";
}

std::string_view value_of(const WpaDocument& document, std::size_t block, std::string_view key) {
  const WpaLine* line = document.find(block, key);
  return line == nullptr ? std::string_view() : document.value_of(*line);
}

std::int64_t number_or(const WpaDocument& document, std::size_t block, std::string_view key,
                       std::int64_t otherwise) {
  const WpaLine* line = document.find(block, key);
  return line == nullptr ? otherwise : parse_number(document.value_of(*line)).value_or(otherwise);
}

std::uint64_t line_of(const WpaDocument& document, const WpaLine& line) {
  return static_cast<std::uint64_t>(&line - document.lines.data()) + 1;
}

void judge_tls(WpaLog& log, const WpaDocument& document, std::size_t block, std::uint64_t line) {
  if (!is_set(document, block, "ca_cert") && !is_set(document, block, "ca_path") &&
      !TOUCHSTONE_DEFECT("WS-04.no_root"))
    log.note(Rule::no_ca, line, 0, false);
  const bool engine = number_or(document, block, "engine", 0) == 1;
  if (!engine &&
      (!is_set(document, block, "client_cert") || !is_set(document, block, "private_key")))
    log.note(Rule::no_key, line, 0, false);
  const auto phase1 = document.string(block, "phase1");
  if (phase1 && as_text(*phase1).find("tls_disable_time_checks=1") != std::string_view::npos &&
      !TOUCHSTONE_DEFECT("TM-05.time_checks"))
    log.note(Rule::time_checks, line_of(document, *document.find(block, "phase1")), 0, false);
}

void judge_network(WpaLog& log, const WpaDocument& document, std::size_t block,
                   std::uint64_t line) {
  const auto keys = words_of(value_of(document, block, "key_mgmt"));
  if (std::ranges::find(keys, "IEEE8021X") == keys.end()) log.note(Rule::wireless, line, 0, false);
  if (!is_set(document, block, "identity")) log.note(Rule::no_identity, line, 0, false);
  if (number_or(document, block, "eapol_flags", 3) != 0 && !TOUCHSTONE_DEFECT("WS-02.flags"))
    log.note(Rule::eapol_flags, line, 0, false);
  const auto chosen = words_of(value_of(document, block, "eap"));
  const bool tls = std::ranges::find(chosen, "TLS") != chosen.end();
  if ((!tls || chosen.size() != 1) && !TOUCHSTONE_DEFECT("PA-12.silent"))
    log.note(Rule::other_method, line, 0, false);
  if (tls) judge_tls(log, document, block, line);
}

void judge_repeated(WpaLog& log, const WpaDocument& document) {
  std::set<std::pair<std::size_t, std::string_view>> seen;
  for (const WpaLine& line : document.lines)
    if (line.kind == WpaLine::Kind::field && !seen.emplace(line.block, line.key).second &&
        !TOUCHSTONE_DEFECT("WS-05.twice"))
      log.note(Rule::repeated, line_of(document, line), 0, false);
}

}  // namespace

void WpaLog::note(Rule id, std::uint64_t line, std::uint64_t column, bool refused,
                  std::string_view detail) {
  constexpr std::size_t limit = 1000;
  const RuleRow& row = rule(id);
  if (refused) reading_.loads = false;
  if (row.tolerant == Severity::error) reading_.accepted = false;
  if (reading_.findings.size() < limit)
    reading_.findings.push_back(make_finding(row, line, column, detail));
}

void judge_field(WpaLog& log, FieldPlace place, std::string_view key, std::string_view value,
                 std::uint64_t line, std::uint64_t column) {
  const auto type = type_of(place, key);
  if (!type && TOUCHSTONE_DEFECT("WS-01.any_field")) return;
  if (!type) return log.note(Rule::field, line, column, true);
  const std::uint64_t at = column + key.size() + 1;
  const auto broken = broken_rule(place, key, *type, value);
  if (broken) return log.note(*broken, line, at, true);
  if (is_blank(value)) log.note(Rule::syntax, line, at, false);
}

void judge_whole(WpaLog& log, WpaReading& reading) {
  const WpaDocument& document = reading.document;
  judge_repeated(log, document);
  for (const std::size_t block : document.blocks("network"))
    if (reading.network == 0 && number_or(document, block, "disabled", 0) == 0)
      reading.network = block;
  if (number_or(document, 0, "ap_scan", 1) != 0) log.note(Rule::ap_scan, 0, 0, false);
  if (document.find(0, "ctrl_interface") == nullptr && !TOUCHSTONE_DEFECT("ST-01.control"))
    log.note(Rule::control, 0, 0, false);
  if (reading.network == 0) return log.note(Rule::no_network, 0, 0, false);
  const auto open = std::ranges::find_if(document.lines, [&](const WpaLine& line) {
    return line.kind == WpaLine::Kind::open && line.block == reading.network;
  });
  judge_network(log, document, reading.network, line_of(document, *open));
}

}  // namespace touchstone::dot1x::config
