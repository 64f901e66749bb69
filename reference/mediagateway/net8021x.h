#pragma once
// Port authentication by EAP-TLS (003 5.3.3): what net8021x checks, and the files that it wants.

#include <chrono>
#include <optional>
#include <string>

#include "reference/base/finding.h"
#include "reference/mediagateway/tree_plan.h"

namespace touchstone::mediagateway {

inline constexpr std::string_view wpa_conf = "/etc/wpa_supplicant.conf";
inline constexpr std::string_view wpa_cert_folder = "/etc/wpa_cert";
inline constexpr std::size_t max_identity = 253;  ///< of a RADIUS User-Name
inline constexpr std::size_t max_password = 256;

/// A file that the user named.
struct GivenFile {
  std::string option;  ///< "-l", for messages
  std::string name;    ///< absolute
  SecretOctets octets;
};

struct Net8021xRequest {
  GivenFile ca_cert;
  GivenFile client_cert;
  GivenFile private_key;
  std::optional<GivenFile> password;  ///< of the key: the first line of the file
  std::string identity;
  std::string server_name;  ///< that the server's certificate has to have, or empty
  std::string interface = "eth0";
  bool modern = false;      ///< a key under 2048 bits is an error
  bool allow_weak = false;  ///< not even then
  bool activate = false;    ///< the service starts with the gateway
  bool force = false;       ///< replace a file that somebody made for other methods
  std::chrono::sys_seconds now;
};

struct Net8021xPlan {
  TreePlan plan;
  /// Warnings, with the file that each is about.
  std::vector<std::pair<std::string, Finding>> findings;
};

/// `standing` is /etc/wpa_supplicant.conf as it is, nothing when there is none. A file for EAP-TLS
/// on one network is changed field by field and keeps whatever else is in it; any other is an
/// Errc::foreign_file (exit 9) without `force`. Errors besides: bad_name, no_password (2), bad_file
/// (6), mismatch (7); nothing is planned then.
Result<Net8021xPlan> plan_net8021x(const Net8021xRequest& request,
                                   const std::optional<SecretOctets>& standing);

/// Port authentication no longer starts with the gateway; the files stay.
[[nodiscard]] TreePlan plan_net8021x_off();

}  // namespace touchstone::mediagateway
