#pragma once
// The oracle's reading of ntp.conf: which servers ntpd would ask.

#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::oracle::dot1x {

struct NtpConf {
  std::vector<std::string> servers;  ///< of server lines, in their order, without options
  bool takes_any_step = false;       ///< tinker panic 0: a clock that is off by years is set
};

/// Lines of words, `#` begins a comment (ntp.conf(5)).
[[nodiscard]] NtpConf read_ntp_conf(std::string_view text);

/// Whether `text` may be given to localNTP: the literal of one host's IPv4 or IPv6 address, with no
/// port, zone or name (TM-07).
[[nodiscard]] bool is_ntp_address(std::string_view text);

/// Whether every line of `before` stands in `after`, in its order and octet for octet.
[[nodiscard]] bool keeps_lines(std::string_view before, std::string_view after);

}  // namespace touchstone::conformance::oracle::dot1x
