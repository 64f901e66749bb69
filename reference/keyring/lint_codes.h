#pragma once
// The registry of the codes with which findings are told (requirements, "Lint codes").

#include <cstdint>
#include <span>
#include <string_view>

#include "reference/base/finding.h"

namespace touchstone::keyring {

/// One enumerator a row of lint_codes.def.
enum class Lint {
#define TOUCHSTONE_LINT(enumerator, code, severity, clause, text) enumerator,
#include "reference/keyring/lint_codes.def"
#undef TOUCHSTONE_LINT
};

using LintCode = FindingCode<Lint>;

/// All rows, in the order of the file.
[[nodiscard]] std::span<const LintCode> lint_codes() noexcept;
[[nodiscard]] const LintCode& lint_code(Lint lint) noexcept;
/// The row of `code`, or null.
[[nodiscard]] const LintCode* find_lint_code(std::string_view code) noexcept;

/// touchstone::make_finding() of the row of `lint`.
[[nodiscard]] Finding make_finding(Lint lint, std::uint64_t line = 0, std::uint64_t column = 0,
                                   std::string_view detail = {});

}  // namespace touchstone::keyring
