#pragma once
// Answers who asks for the time (RFC 4330 §6). It keeps nothing from one request to the next, and
// answers no datagram with a larger one.

#include <optional>

#include "reference/sntp/packet.h"

namespace touchstone::sntp {

struct ServerSettings {
  bool synchronized = true;  ///< false: leap 3 and stratum 0 with the code INIT, which nobody takes
  std::uint8_t leap = 0;     ///< 1 and 2 announce a leap second
  std::uint8_t stratum = 1;  ///< 1 to 15
  std::int8_t precision = -20;
  std::array<std::uint8_t, 4> reference_id = {'L', 'O', 'C', 'L'};
  Time reference = {};  ///< when the clock was last set
};

/// The answer to `request`, which arrived at `received`; `now` is when the answer goes. Nothing for
/// what is no request of a client: another mode, version 0 or over 4, a length under 48 octets.
[[nodiscard]] std::optional<Octets> answer(const ServerSettings& settings, OctetView request,
                                           Time received, Time now);

}  // namespace touchstone::sntp
