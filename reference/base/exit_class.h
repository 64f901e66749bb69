#pragma once
// The exit codes of the commands (docs/operations.md), as an error condition: every
// error category maps its codes to one of them, and a main only asks for it.

#include <system_error>

#include "reference/base/result.h"

namespace touchstone {

/// One enumerator an exit code. 0 is "ok, also nothing to do" and has no enumerator.
enum class ExitClass {
  internal = 1,     ///< our own fault
  usage = 2,        ///< unknown option, missing or impossible argument
  file = 3,         ///< file missing, unreadable, of a wrong kind or with bad permissions
  signature = 4,    ///< signature or MAC bad
  decryption = 5,   ///< decryption failed or wrong key
  format = 6,       ///< the octets are not what the format says
  manifest = 7,     ///< manifest and content differ
  conflict = 8,     ///< merge conflict, or the state forbids it
  exists = 9,       ///< the output exists
  passphrase = 10,  ///< passphrase wrong or refused
  busy = 11,        ///< another run holds the lock
  write = 12,       ///< a write failed; nothing was changed
  findings = 13,    ///< lint findings under --strict
  refused = 14,     ///< the other side said no
  no_answer = 15,   ///< the other side said nothing, or cannot help now
};

[[nodiscard]] const std::error_category& exit_class_category() noexcept;
[[nodiscard]] std::error_condition make_error_condition(ExitClass value) noexcept;

/// One lower-case word for an exit code, as error lines and JSON show it: "ok", "usage", ... ;
/// "internal" for anything else.
[[nodiscard]] std::string exit_class_name(int exit_code);

/// The exit code of a command that ends with `error`: 1..15, and 1 for a code that no category
/// maps.
[[nodiscard]] int exit_code(const Error& error) noexcept;

}  // namespace touchstone

template <>
struct std::is_error_condition_enum<touchstone::ExitClass> : std::true_type {};
