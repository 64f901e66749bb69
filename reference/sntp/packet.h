#pragma once
// The one message of NTP (RFC 4330 §4, RFC 5905 §7.3).

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "reference/base/octets.h"
#include "reference/sntp/timestamp.h"

namespace touchstone::sntp {

inline constexpr std::size_t packet_octets = 48;
inline constexpr std::size_t max_datagram = 1024;  ///< with extensions and MAC, which are ignored
inline constexpr std::uint16_t port = 123;

enum class Mode : std::uint8_t {
  reserved,
  symmetric_active,
  symmetric_passive,
  client,
  server,
  broadcast,
  control,
  secret,
};

/// Leap indicator 3: the clock was never set, or too long ago.
inline constexpr std::uint8_t leap_unsynchronized = 3;

struct Packet {
  std::uint8_t leap = 0;     ///< 0 to 3
  std::uint8_t version = 4;  ///< 0 to 7
  Mode mode = Mode::client;
  std::uint8_t stratum = 0;
  std::int8_t poll = 0;               ///< log2 of seconds
  std::int8_t precision = 0;          ///< log2 of seconds
  std::uint32_t root_delay = 0;       ///< 16.16 s
  std::uint32_t root_dispersion = 0;  ///< 16.16 s
  std::array<std::uint8_t, 4> reference_id = {};
  Timestamp reference = {};
  Timestamp originate = {};
  Timestamp receive = {};
  Timestamp transmit = {};

  friend bool operator==(const Packet&, const Packet&) = default;
};

/// The first 48 octets; what follows them (extensions, MAC) is not looked at. Nothing for a shorter
/// datagram or one over max_datagram.
[[nodiscard]] std::optional<Packet> decode(OctetView datagram);
[[nodiscard]] Octets encode(const Packet& packet);

/// The reference identifier as text, a kiss code of stratum 0 for one; what is no printable ASCII
/// becomes a question mark, zeros at the end are left out.
[[nodiscard]] std::string print_code(const std::array<std::uint8_t, 4>& id);

}  // namespace touchstone::sntp
