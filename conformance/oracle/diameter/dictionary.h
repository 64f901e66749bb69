#pragma once
// What the judge knows of each AVP: its name, its type and the rule of its M bit, one row each with
// the clause it comes from.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace touchstone::conformance::oracle::diameter {

/// Formats of RFC 6733 §4.2, §4.3.
enum class AvpType {
  octet_string,
  unsigned32,
  unsigned64,
  enumerated,
  time,
  utf8_string,
  address,
  diameter_identity,
  diameter_uri,
  ip_filter_rule,
  grouped,
};

enum class MBit { must, must_not };

struct AvpRow {
  std::uint32_t code = 0;
  std::string_view name;
  AvpType type = AvpType::octet_string;
  MBit m_bit = MBit::must;
  std::string_view clause;
};

/// All rows, by code. All of them are of vendor 0.
[[nodiscard]] std::span<const AvpRow> avp_rows();

/// The row, or null. There is none for a vendor other than 0.
[[nodiscard]] const AvpRow* find_avp(std::uint32_t code, std::uint32_t vendor = 0);

/// "Origin-Host 264", or "AVP 60000" and the vendor for one without a row.
[[nodiscard]] std::string name_of_avp(std::uint32_t code, std::uint32_t vendor = 0);

/// "AMR", "CEA", "command 999 request".
[[nodiscard]] std::string name_of_command(std::uint32_t command, bool is_request);

}  // namespace touchstone::conformance::oracle::diameter
