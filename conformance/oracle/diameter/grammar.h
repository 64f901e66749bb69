#pragma once
// The command formats as rows, and everything that is wrong with a message by them. The rows are
// written from RFC 6733 and RFC 4004; both sides of an exchange are judged with them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/diameter/dictionary.h"
#include "conformance/oracle/diameter/message.h"

namespace touchstone::conformance::oracle::diameter {

/// How often an AVP may stand in a message or a group.
struct Occurrence {
  std::uint32_t code = 0;
  std::uint16_t least = 0;
  std::uint16_t most = 1;  ///< `unbounded` for a star
};
inline constexpr std::uint16_t unbounded = 0xFFFF;

struct CommandRow {
  std::uint32_t command = 0;
  bool is_request = false;
  bool may_be_proxied = false;  ///< PXY in the format: P is set, otherwise it is clear
  bool has_session = false;     ///< Session-Id is fixed behind the header (§8.8)
  std::uint32_t application = 0;
  std::span<const Occurrence> avps;
  std::string_view clause;
};

/// The format of a command, or null. An answer with the E bit has that of §7.2, whatever its
/// command.
[[nodiscard]] const CommandRow* find_command(std::uint32_t command, bool is_request);
[[nodiscard]] std::span<const Occurrence> error_answer_format();
/// The format of a group; empty for one without rules (Failed-AVP).
[[nodiscard]] std::span<const Occurrence> group_format(std::uint32_t code);

/// The values of a number that the documents give a meaning; an AVP without a row has no bounds.
struct ValueRange {
  std::uint32_t code = 0;
  std::uint32_t least = 0;
  std::uint32_t most = 0;
};
[[nodiscard]] const ValueRange* find_range(std::uint32_t code);

/// A way in which a message breaks its rules, and what a receiver may say about it.
struct Violation {
  std::uint32_t result_code = 0;  ///< the Result-Code that names it (RFC 6733 §7.1)
  std::uint32_t code = 0;         ///< of the AVP, 0 for the header
  std::uint32_t vendor = 0;
  std::vector<std::uint32_t> groups;  ///< round it, outermost first
  std::optional<Avp> avp;             ///< the one at fault, where there is one
  std::string what;                   ///< one line
  std::string_view clause;
};

/// Everything wrong with `message` as it was decoded from octets: bits of the header, flags,
/// values, unknown AVPs with M, occurrences, place of Session-Id. Faults of the frame are those of
/// decode.
[[nodiscard]] std::vector<Violation> violations_of(const Message& message);

/// True when `value` has the format of `type` (§4.2, §4.3): sizes, UTF-8, family of an address.
[[nodiscard]] bool has_format(AvpType type, OctetView value);

}  // namespace touchstone::conformance::oracle::diameter
