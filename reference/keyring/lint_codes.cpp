#include "reference/keyring/lint_codes.h"

#include <algorithm>
#include <array>

namespace touchstone::keyring {
namespace {

constexpr auto rows = std::to_array<LintCode>({
#define TOUCHSTONE_LINT(enumerator, code, severity, clause, text) \
  {Lint::enumerator, code, Severity::severity, clause, text},
#include "reference/keyring/lint_codes.def"
#undef TOUCHSTONE_LINT
});

}  // namespace

std::span<const LintCode> lint_codes() noexcept {
  return rows;
}

const LintCode& lint_code(Lint lint) noexcept {
  return rows[static_cast<std::size_t>(lint)];
}

const LintCode* find_lint_code(std::string_view code) noexcept {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const LintCode& candidate) { return candidate.code == code; });
  return row == rows.end() ? nullptr : &*row;
}

Finding make_finding(Lint lint, std::uint64_t line, std::uint64_t column, std::string_view detail) {
  return touchstone::make_finding(lint_code(lint), line, column, detail);
}

}  // namespace touchstone::keyring
