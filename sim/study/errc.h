#pragma once
// What can be wrong with the files of a study.

#include <system_error>

namespace touchstone::sim::study {

enum class Errc {
  syntax = 1,   ///< 6: no TOML, or no JSON
  unknown_key,  ///< 6: a key that the format does not have
  missing,      ///< 6: a key that it needs
  value,        ///< 6: a value that is not allowed there
  place,        ///< 6: a parameter that the scenario has no place for
  report,       ///< 6: not the report of a run
};
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

}  // namespace touchstone::sim::study

template <>
struct std::is_error_code_enum<touchstone::sim::study::Errc> : std::true_type {};
