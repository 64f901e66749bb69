#pragma once
// The 20 octets that every Diameter message begins with (RFC 6733 §3).
//
//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |    Version    |                 Message Length                |
// | R P E T r r r r|                  Command Code                |
// |                         Application-ID                        |
// |                      Hop-by-Hop Identifier                    |
// |                      End-to-End Identifier                    |
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

#include <cstddef>
#include <cstdint>

#include "reference/base/octets.h"
#include "reference/base/result.h"

namespace touchstone::diameter {

inline constexpr std::size_t header_size = 20;
inline constexpr std::uint8_t protocol_version = 1;
/// A message longer than this is refused by its length alone, before it is buffered. The largest
/// message of the key exchange is under 1 KiB; the field could say 16 MiB.
inline constexpr std::uint32_t max_message_size = 64 * 1024;

enum CommandFlag : std::uint8_t {
  flag_request = 0x80,
  flag_proxiable = 0x40,
  flag_error = 0x20,
  flag_retransmitted = 0x10,
  flags_reserved = 0x0F,  ///< sent as zero, ignored when received
};

struct Header {
  std::uint32_t length = 0;  ///< octets of the whole message, padding included; a multiple of 4
  std::uint8_t flags = 0;
  std::uint32_t command = 0;  ///< 24 bits
  std::uint32_t application = 0;
  std::uint32_t hop_by_hop = 0;
  std::uint32_t end_to_end = 0;

  [[nodiscard]] bool is_request() const noexcept { return (flags & flag_request) != 0; }
  [[nodiscard]] bool is_proxiable() const noexcept { return (flags & flag_proxiable) != 0; }
  [[nodiscard]] bool is_error() const noexcept { return (flags & flag_error) != 0; }
  [[nodiscard]] bool is_retransmitted() const noexcept { return (flags & flag_retransmitted) != 0; }

  friend bool operator==(const Header&, const Header&) = default;
};

/// The header at the front of `octets` (at least 20). Version and length are decoded, not judged:
/// what an answer must say about them needs the identifiers (errc.h, framing.h).
struct DecodedHeader {
  std::uint8_t version = 0;
  Header header;
};
Result<DecodedHeader> decode_header(OctetView octets);

}  // namespace touchstone::diameter
