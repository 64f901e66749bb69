#pragma once
// The configurations of the command `ipsec` as they stand in a tree (003 §6.1.8), and where their
// files are.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/result.h"
#include "reference/ipsec/config/file_view.h"
#include "reference/ipsec/config/ifcfg.h"
#include "reference/ipsec/config/psk.h"

namespace touchstone::mediagateway {

/// One configuration: what its ifcfg file says.
using Connection = ipsec::config::IpsecInterface;

namespace ipsec_places {
inline constexpr std::string_view folder = "/etc/racoon";
inline constexpr std::string_view racoon_conf = "/etc/racoon/racoon.conf";
inline constexpr std::string_view racoon_link = "/etc/racoon.conf";  ///< Y-03
inline constexpr std::string_view psk = "/etc/racoon/psk.txt";
inline constexpr std::string_view certificates = "/etc/racoon/certs";
inline constexpr std::string_view ca = "/etc/racoon/certs/ca.pem";
inline constexpr std::string_view certificate = "/etc/racoon/certs/mgu_cert.pem";
inline constexpr std::string_view private_key = "/etc/racoon/certs/mgu_key.pem";
}  // namespace ipsec_places

/// `/etc/racoon/10.0.0.2.conf`; of an IPv6 address each colon is an underscore (RF-08).
[[nodiscard]] std::string peer_path(const ipsec::config::Address& peer);

class IpsecTree {
 public:
  /// `files` gives the files of the tree and outlives this object.
  explicit IpsecTree(ipsec::config::FileView& files) : files_(&files) {}

  /// The folder of the ifcfg files: /etc/sysconfig/network-scripts, or the /etc/sysconf/... of the
  /// document where only that one is there (Y-04).
  [[nodiscard]] std::string scripts();
  [[nodiscard]] std::string ifcfg_path(std::string_view name);

  /// The configurations that the command made, in the order of their names. Errors: a file that
  /// cannot be read, bad_file.
  Result<std::vector<Connection>> connections();
  /// no_such_name.
  Result<Connection> connection(std::string_view name);

  [[nodiscard]] bool has(std::string_view path);
  /// The octets of a file, nothing if it is not there. Errors: unreadable, too_large.
  Result<std::optional<SecretOctets>> read(std::string_view path);
  /// The address that ifcfg-DEVICE of the tree gives, nothing without one.
  [[nodiscard]] std::optional<ipsec::config::Address> address_of(std::string_view device);
  /// The folder of the policies that are in force, one file a configuration; empty after a reboot.
  [[nodiscard]] std::string active_folder();
  [[nodiscard]] std::string active_path(std::string_view name);
  [[nodiscard]] bool is_active(std::string_view name) { return has(active_path(name)); }
  [[nodiscard]] ipsec::config::FileView& files() const { return *files_; }

 private:
  ipsec::config::FileView* files_;
};

}  // namespace touchstone::mediagateway
