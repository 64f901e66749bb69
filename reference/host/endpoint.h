#pragma once
// An IPv4 address and a port.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::host {

struct Endpoint {
  std::uint32_t address = 0;  ///< 127.0.0.1 is 0x7F000001; 0 listens on every address
  std::uint16_t port = 0;     ///< 0 lets the system choose

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `127.0.0.1:3868`, and `0.0.0.0:0`; Errc::endpoint otherwise.
Result<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string print_endpoint(const Endpoint& endpoint);

/// IPv4 addresses that `host`, a name or a literal, stands for; may ask a name server and wait for
/// it. Empty when it is not known.
[[nodiscard]] std::vector<std::uint32_t> addresses_of(const std::string& host);

/// What this computer is called: its name, its addresses, and the names of loopback (DC-12).
[[nodiscard]] std::vector<std::string> own_hosts();

}  // namespace touchstone::host
