#pragma once
// The server from which the gateway takes its time (003 5.1): a few lines of /etc/ntp.conf that the
// command localNTP owns, and nothing else of that file (docs/decisions/0006).

#include <optional>
#include <string>
#include <string_view>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/mediagateway/tree_plan.h"

namespace touchstone::mediagateway {

inline constexpr std::string_view ntp_conf = "/etc/ntp.conf";
inline constexpr std::size_t max_ntp_conf = 1 << 20;

struct LocalNtp {
  std::string address;  ///< an IPv4 or IPv6 literal
  bool active = true;   ///< false: remembered, and commented out
  friend bool operator==(const LocalNtp&, const LocalNtp&) = default;
};

/// The address as it is written, or Errc::bad_address: names, ports, 0.0.0.0, multicast, broadcast
/// and reserved addresses are none (TM-07).
Result<std::string> parse_ntp_address(std::string_view text);

/// What our lines of the file say; nothing without them. Errc::broken_file when they are not as the
/// command leaves them: a hand has been there.
Result<std::optional<LocalNtp>> read_local_ntp(OctetView text);

/// The file with our lines saying `wanted`, or without them. Every other octet stays. Errors of
/// read_local_ntp(), and broken_file for a NUL.
Result<std::string> edit_local_ntp(OctetView text, const std::optional<LocalNtp>& wanted);

}  // namespace touchstone::mediagateway
