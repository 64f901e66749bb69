#pragma once
// Faults of received octets, before the rules of a command are asked (grammar.h).

#include <system_error>

namespace touchstone::diameter {

enum class Errc {
  header_truncated = 1,  ///< fewer than 20 octets
  avp_truncated,         ///< an AVP header is cut off
  avp_length,            ///< AVP Length under its header, or past the end (5014)
  message_length,        ///< under 20, not a multiple of 4, or over the limit (5015)
  version,               ///< not 1 (5011)
  answer,                ///< an AMA that does not fit its request (mobile_ip.h)
  configuration,         ///< diameter_*.conf; the finding tells line and code
  configuration_strict,  ///< the same, for a deviation that strict mode alone refuses
};

[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::diameter

template <>
struct std::is_error_code_enum<touchstone::diameter::Errc> : std::true_type {};
