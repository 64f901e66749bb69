#pragma once
// The rows of avps.def as tables, and where a code stands in them. For dictionary.cpp and
// grammar.cpp, which compile other tables by these positions; everybody else asks dictionary.h.

#include <algorithm>
#include <array>

#include "reference/diameter/dictionary.h"

namespace touchstone::diameter::tables {

inline constexpr auto octet_string = DataType::octet_string;
inline constexpr auto unsigned32 = DataType::unsigned32;
inline constexpr auto enumerated = DataType::enumerated;
inline constexpr auto utf8_string = DataType::utf8_string;
inline constexpr auto identity = DataType::identity;
inline constexpr auto uri = DataType::uri;
inline constexpr auto address = DataType::address;
inline constexpr auto ip_filter_rule = DataType::ip_filter_rule;
inline constexpr auto time = DataType::time;
inline constexpr auto unsigned64 = DataType::unsigned64;
inline constexpr auto grouped = DataType::grouped;
inline constexpr auto must = MandatoryBit::must;
inline constexpr auto must_not = MandatoryBit::must_not;
inline constexpr auto may = MandatoryBit::may;

inline constexpr auto avps = std::to_array<AvpDefinition>({
#define TOUCHSTONE_AVP(enumerator, code, name, type, mandatory, clause) \
  {code, name, type, mandatory, clause},
#include "reference/diameter/avps.def"
#undef TOUCHSTONE_AVP
});

static_assert(std::ranges::adjacent_find(avps, std::ranges::greater_equal{},
                                         &AvpDefinition::code) == avps.end());

// AVP codes lie in a narrow range, so a table of positions answers in one step: every AVP of every
// message is looked up.
inline constexpr std::uint32_t code_limit = 512;
inline constexpr std::uint8_t no_position = avps.size();  ///< one behind the last
static_assert(avps.back().code < code_limit && avps.size() < 256);

constexpr std::array<std::uint8_t, code_limit> make_positions() {
  std::array<std::uint8_t, code_limit> positions{};
  positions.fill(no_position);
  for (std::size_t i = 0; i < avps.size(); ++i) {
    positions[avps[i].code] = static_cast<std::uint8_t>(i);
  }
  return positions;
}
inline constexpr auto positions = make_positions();

/// Where the row of `code` stands, or no_position.
[[nodiscard]] constexpr std::uint8_t position_of(std::uint32_t code) noexcept {
  return code < code_limit ? positions[code] : no_position;
}

}  // namespace touchstone::diameter::tables
