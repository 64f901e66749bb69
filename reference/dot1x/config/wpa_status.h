#pragma once
// What `wpa_cli status` prints (003 5.4.4): a printer and a reader, of the lines that the document
// shows and of those that wpa_supplicant 2.10 adds.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/dot1x/config/rules.h"

namespace touchstone::dot1x::config {

enum class StatusFormat : std::uint8_t {
  seed,  ///< the sixteen lines of 003: wpa_supplicant before 2.4
  v2_10  ///< with eap_tls_version, tls_session_reused, eap_session_id and uuid
};

/// A wired port as its supplicant sees it.
struct PortStatus {
  std::string interface = {};  ///< "" when it was chosen by -i, and is not said
  std::string wpa_state = "COMPLETED";
  std::string ip_address = {};  ///< "" for none
  std::string address = {};
  std::string pae_state = "AUTHENTICATED";
  bool authorized = true;
  std::string eap_state = "SUCCESS";
  std::optional<int> method = {};   ///< EAP type, such as 13
  std::string tls_version = {};     ///< "TLSv1.2"; "" before there is one
  std::string cipher = {};          ///< "" before there is one
  bool reused = false;              ///< the TLS session
  std::string eap_session_id = {};  ///< hexadecimal; "" before there is one
  std::string uuid = {};
};

/// Octet for octet what wpa_cli prints, a line feed after each line.
[[nodiscard]] std::string print_status(const PortStatus& status, StatusFormat format);

enum class PortVerdict : std::uint8_t {
  authenticated,      ///< ST-03: all four lines agree, and the method is EAP-TLS
  other_method,       ///< authenticated by another one (ST-04)
  not_authenticated,  ///< the port is not open, or not yet
  unknown,            ///< not a status (ST-08)
};
[[nodiscard]] std::string_view name_of(PortVerdict verdict) noexcept;

struct StatusReading {
  PortVerdict verdict = PortVerdict::unknown;
  std::string reason;                                      ///< of every verdict but authenticated
  std::string interface;                                   ///< "" when it is not said
  std::vector<std::pair<std::string, std::string>> lines;  ///< verbatim, in their order
  Findings findings;
  bool wired = false;  ///< the BSSID is the group address of 802.1X (ST-05)

  /// The value of a key; nothing without it.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view key) const;
  /// The number of selectedMethod, or nothing.
  [[nodiscard]] std::optional<int> method() const;
};

inline constexpr std::size_t max_status = 64 * 1024;

/// Takes keys in any order, keys that it does not know, CRLF and blank lines. Ends on every input.
[[nodiscard]] StatusReading read_status(std::string_view text);

}  // namespace touchstone::dot1x::config
