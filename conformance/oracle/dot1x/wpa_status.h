#pragma once
// The oracle's reading of what `wpa_cli status` prints, and its printer (003 §5.4.4).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace touchstone::conformance::oracle::dot1x {

/// A wired port as its supplicant tells of it; empty texts are not told.
struct PortStatus {
  std::string interface;
  std::string wpa_state;
  std::string ip_address;
  std::string address;
  std::string pae_state;
  bool authorized = false;
  std::string eap_state;
  std::optional<int> method;
  std::string tls_version;
  std::string cipher;
  bool reused = false;
  std::string session_id;
  std::string uuid;
};

/// Lines `key=value` in the order of the document; `newer`: with those of wpa_supplicant 2.10.
[[nodiscard]] std::vector<std::string> status_lines(const PortStatus& status, bool newer);

struct StatusReading {
  std::string verdict;  ///< "authenticated", "other method", "not authenticated", "unknown"
  std::string interface;
  std::vector<std::pair<std::string, std::string>> lines;  ///< of one that is not unknown
  bool wired = false;
  bool weak = false;  ///< ML-WEAKTLS: authenticated, by a TLS or a cipher of yesterday
};

[[nodiscard]] StatusReading read_status(std::string_view text);

}  // namespace touchstone::conformance::oracle::dot1x
