#pragma once
// What a command line itself can do wrong.

#include <system_error>

namespace touchstone::commands {

enum class Errc {
  usage = 1,      ///< 2: unknown option, missing or impossible argument (KU-26)
  no_passphrase,  ///< 10: nothing was typed, or the passphrases are used up
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::commands

template <>
struct std::is_error_code_enum<touchstone::commands::Errc> : std::true_type {};
