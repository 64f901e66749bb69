#pragma once
// What is known of applications, commands, AVPs and result codes: rows of the .def files beside
// this header, each with its clause. Enumerators, lookups and the pages in docs/ are made from the
// rows.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace touchstone::diameter {

/// RFC 6733 §4.2 and §4.3: basic and derived data formats.
enum class DataType : std::uint8_t {
  octet_string,
  integer32,
  unsigned32,
  unsigned64,
  enumerated,
  utf8_string,
  identity,
  uri,
  address,
  time,
  ip_filter_rule,
  grouped,
};

/// Whether a rule wants the M bit set, clear, or does not care (RFC 6733 §4.5).
enum class MandatoryBit : std::uint8_t { must, must_not, may };

struct AvpDefinition {
  std::uint32_t code;
  std::string_view name;
  DataType type;
  MandatoryBit mandatory;
  std::string_view clause;
};

struct CommandDefinition {
  std::uint32_t code;
  std::uint32_t application;  ///< 0 for the base protocol
  std::string_view request_name;
  std::string_view answer_name;
  bool proxiable;
  std::string_view clause;
};

enum AvpCode : std::uint32_t {
#define TOUCHSTONE_AVP(enumerator, code, name, type, mandatory, clause) enumerator = (code),
#include "reference/diameter/avps.def"
#undef TOUCHSTONE_AVP
};

/// Octets of the least data that an AVP of the row may have: what its type needs, and the fixed
/// part of a Registration Request or Reply (RFC 3344 §3.3, §3.4).
[[nodiscard]] constexpr std::uint8_t least_size(const AvpDefinition& row) noexcept {
  switch (row.type) {
    case DataType::integer32:
    case DataType::unsigned32:
    case DataType::enumerated:
    case DataType::time:
      return 4;
    case DataType::address:
      return 6;
    case DataType::unsigned64:
      return 8;
    default:
      return row.code == avp_mip_reg_request ? 24 : row.code == avp_mip_reg_reply ? 20 : 0;
  }
}

enum CommandCode : std::uint32_t {
#define TOUCHSTONE_COMMAND(enumerator, code, application, request, answer, proxiable, clause) \
  enumerator = (code),
#include "reference/diameter/commands.def"
#undef TOUCHSTONE_COMMAND
};

enum ResultCode : std::uint32_t {
#define TOUCHSTONE_RESULT(enumerator, code, clause) enumerator = (code),
#include "reference/diameter/result_codes.def"
#undef TOUCHSTONE_RESULT
};

inline constexpr std::uint32_t application_base = 0;
inline constexpr std::uint32_t application_mobile_ipv4 = 2;     ///< RFC 4004 §3.1
inline constexpr std::uint32_t application_relay = 0xFFFFFFFF;  ///< RFC 6733 §2.4

/// Rows in ascending code; the vendor is always 0: this house defines no AVP of its own.
[[nodiscard]] std::span<const AvpDefinition> avp_definitions() noexcept;
[[nodiscard]] const AvpDefinition* find_avp(std::uint32_t code) noexcept;
[[nodiscard]] const CommandDefinition* find_command(std::uint32_t code) noexcept;
/// `success`, `missing_avp` and so on; empty for a code without a row.
[[nodiscard]] std::string_view result_code_name(std::uint32_t code) noexcept;

}  // namespace touchstone::diameter
