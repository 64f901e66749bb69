#pragma once
// Why the command `ipsec` refuses. One enumerator, one reason, one exit code (IC-08 to IC-10).

#include <system_error>

namespace touchstone::mediagateway {

enum class IpsecErrc {
  usage = 1,        ///< exit 2: a value that cannot be, or that does not fit the others
  no_such_name,     ///< exit 3: no configuration has this name
  no_address,       ///< exit 3: the address of eth0 is not known
  name_exists,      ///< exit 9: a configuration has this name
  peer_exists,      ///< exit 9: another configuration has this peer (RF-05)
  hand_made,        ///< exit 9: a file stands that the command did not make
  bad_file,         ///< exit 6: a file that its own program would refuse
  bad_certificate,  ///< exit 6: not one certificate or key in PEM that is fit for use (CE-09)
  wrong_key,        ///< exit 7: the private key is not that of the certificate (PA-22)
  not_active,       ///< exit 8: the state does not allow it
};
[[nodiscard]] std::error_code make_error_code(IpsecErrc code) noexcept;

}  // namespace touchstone::mediagateway

template <>
struct std::is_error_code_enum<touchstone::mediagateway::IpsecErrc> : std::true_type {};
