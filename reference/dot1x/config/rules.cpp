#include "reference/dot1x/config/rules.h"

namespace touchstone::dot1x::config {
namespace {

constexpr RuleRow rows[] = {
#define TOUCHSTONE_DOT1X_RULE(enumerator, code, severity, clause, text) \
  {Rule::enumerator, code, Severity::severity, clause, text},
#include "reference/dot1x/config/rules.def"
#undef TOUCHSTONE_DOT1X_RULE
};

}  // namespace

std::span<const RuleRow> rules() noexcept {
  return rows;
}

const RuleRow& rule(Rule id) noexcept {
  return rows[static_cast<std::size_t>(id)];
}

}  // namespace touchstone::dot1x::config
