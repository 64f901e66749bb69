#include "reference/diameter/dictionary.h"

#include <algorithm>
#include <array>

#include "reference/diameter/dictionary_tables.h"

namespace touchstone::diameter {
namespace {

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

static_assert(std::ranges::adjacent_find(commands, std::ranges::greater_equal{},
                                         &CommandDefinition::code) == commands.end());
static_assert(std::ranges::adjacent_find(results, std::ranges::greater_equal{},
                                         &ResultDefinition::code) == results.end());

}  // namespace

std::span<const AvpDefinition> avp_definitions() noexcept {
  return tables::avps;
}

const AvpDefinition* find_avp(std::uint32_t code) noexcept {
  const std::uint8_t position = tables::position_of(code);
  return position == tables::no_position ? nullptr : &tables::avps[position];
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
