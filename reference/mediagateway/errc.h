#pragma once
// Why a command of the media gateway changes nothing.

#include <system_error>

namespace touchstone::mediagateway {

enum class Errc {
  bad_address = 1,  ///< exit 2
  bad_name,         ///< exit 2: an identity or a server name that cannot be written
  broken_file,      ///< exit 6: a file of ours that a hand has changed beyond understanding
  bad_file,         ///< exit 6: a certificate or a key that cannot be used
  mismatch,         ///< exit 7: key, certificate and root do not belong together
  foreign_file,     ///< exit 9: a file that somebody made by hand, which --force replaces
  no_password,      ///< exit 2: an encrypted key without a password, or the other way round
  no_server,        ///< exit 2: no NTP server is stored
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::mediagateway

template <>
struct std::is_error_code_enum<touchstone::mediagateway::Errc> : std::true_type {};
