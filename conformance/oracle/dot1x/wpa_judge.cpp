// What a file that wpa_supplicant takes does not do on a wired port, or does unsafely.

#include <algorithm>

#include "conformance/oracle/dot1x/wpa_conf.h"
#include "conformance/oracle/oracle_defect.h"

namespace touchstone::conformance::oracle::dot1x {

namespace {

bool has_word(const WpaBlock& block, std::string_view key, std::string_view word) {
  return std::ranges::count(block.words(key), word) > 0;
}

/// Set, and not to NULL; whatever it is.
bool is_set(const WpaBlock& block, std::string_view key) {
  const WpaSetting* setting = block.find(key);
  return setting != nullptr && setting->value != "NULL";
}

void judge_tls(const WpaBlock& network, Verdict& verdict) {
  const auto note = [&](std::string_view code, Weight weight) {
    verdict.note(code, weight, network.line);
  };
  const bool server_is_checked = is_set(network, "ca_cert") || is_set(network, "ca_path");
  if (!server_is_checked && !TOUCHSTONE_ORACLE_DEFECT("wpa.no-ca")) note("WS-NOCA", Weight::error);
  const bool own = is_set(network, "client_cert") && is_set(network, "private_key");
  if (!own && network.number("engine", 0) != 1) note("WS-NOKEY", Weight::error);
  const auto phase1 = network.text("phase1");
  if (phase1 && phase1->contains("tls_disable_time_checks=1") &&
      !TOUCHSTONE_ORACLE_DEFECT("wpa.time"))
    verdict.note("WS-NOTIME", Weight::warning, network.find("phase1")->line);
}

}  // namespace

void judge_wpa(WpaReading& reading) {
  Verdict& verdict = reading.verdict;
  if (reading.outside.number("ap_scan", 1) != 0) verdict.note("WS-APSCAN", Weight::warning, 0);
  if (reading.outside.find("ctrl_interface") == nullptr)
    verdict.note("WS-CONTROL", Weight::warning, 0);
  const WpaBlock* network = reading.network();
  if (network == nullptr) return verdict.note("WS-NONETWORK", Weight::error, 0);
  const auto note = [&](std::string_view code, Weight weight) {
    verdict.note(code, weight, network->line);
  };
  if (!has_word(*network, "key_mgmt", "IEEE8021X") && !TOUCHSTONE_ORACLE_DEFECT("wpa.wireless"))
    note("WS-WIRELESS", Weight::error);
  if (!is_set(*network, "identity") && !TOUCHSTONE_ORACLE_DEFECT("wpa.identity"))
    note("WS-NOIDENTITY", Weight::error);
  if (network->number("eapol_flags", 3) != 0 && !TOUCHSTONE_ORACLE_DEFECT("wpa.flags"))
    note("WS-EAPOLFLAGS", Weight::warning);
  const auto methods = network->words("eap");
  const bool tls = std::ranges::count(methods, "TLS") > 0;
  if (!tls || methods.size() != 1) note("WS-OTHERMETHOD", Weight::warning);
  if (tls) judge_tls(*network, verdict);
}

}  // namespace touchstone::conformance::oracle::dot1x
