#include "reference/diameter/dictionary.h"

#include <algorithm>
#include <array>

namespace touchstone::diameter {
namespace {

constexpr auto octet_string = DataType::octet_string;
constexpr auto unsigned32 = DataType::unsigned32;
constexpr auto enumerated = DataType::enumerated;
constexpr auto utf8_string = DataType::utf8_string;
constexpr auto identity = DataType::identity;
constexpr auto uri = DataType::uri;
constexpr auto address = DataType::address;
constexpr auto ip_filter_rule = DataType::ip_filter_rule;
constexpr auto grouped = DataType::grouped;
constexpr auto must = MandatoryBit::must;
constexpr auto must_not = MandatoryBit::must_not;

constexpr auto avps = std::to_array<AvpDefinition>({
#define TOUCHSTONE_AVP(enumerator, code, name, type, mandatory, clause) \
  {code, name, type, mandatory, clause},
#include "reference/diameter/avps.def"
#undef TOUCHSTONE_AVP
});

constexpr auto commands = std::to_array<CommandDefinition>({
#define TOUCHSTONE_COMMAND(enumerator, code, application, request, answer, proxiable, clause) \
  {code, application, request, answer, proxiable, clause},
#include "reference/diameter/commands.def"
#undef TOUCHSTONE_COMMAND
});

struct ResultDefinition {
  std::uint32_t code;
  std::string_view name;
};
constexpr auto results = std::to_array<ResultDefinition>({
#define TOUCHSTONE_RESULT(enumerator, code, clause) {code, #enumerator},
#include "reference/diameter/result_codes.def"
#undef TOUCHSTONE_RESULT
});

static_assert(std::ranges::adjacent_find(avps, std::ranges::greater_equal{},
                                         &AvpDefinition::code) == avps.end());
static_assert(std::ranges::adjacent_find(commands, std::ranges::greater_equal{},
                                         &CommandDefinition::code) == commands.end());
static_assert(std::ranges::adjacent_find(results, std::ranges::greater_equal{},
                                         &ResultDefinition::code) == results.end());

// AVP codes lie in a narrow range, so a table of positions answers in one step: every AVP of every
// message is looked up.
constexpr std::uint32_t table_size = 512;
static_assert(avps.back().code < table_size && avps.size() < 255);

constexpr std::array<std::uint8_t, table_size> make_positions() {
  std::array<std::uint8_t, table_size> positions{};
  positions.fill(255);
  for (std::size_t i = 0; i < avps.size(); ++i) {
    positions[avps[i].code] = static_cast<std::uint8_t>(i);
  }
  return positions;
}
constexpr auto positions = make_positions();

}  // namespace

std::span<const AvpDefinition> avp_definitions() noexcept {
  return avps;
}

const AvpDefinition* find_avp(std::uint32_t code) noexcept {
  if (code >= table_size || positions[code] == 255) return nullptr;
  return &avps[positions[code]];
}

const CommandDefinition* find_command(std::uint32_t code) noexcept {
  const auto* row = std::ranges::find(commands, code, &CommandDefinition::code);
  return row == commands.end() ? nullptr : row;
}

std::string_view result_code_name(std::uint32_t code) noexcept {
  const auto* row = std::ranges::find(results, code, &ResultDefinition::code);
  return row == results.end() ? std::string_view{} : row->name.substr(7);
}

}  // namespace touchstone::diameter
