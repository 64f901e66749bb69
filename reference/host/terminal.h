#pragma once
// Passphrases from a person or from a descriptor (KU-15).

#include <memory>
#include <optional>

#include "reference/base/passphrase_source.h"

namespace touchstone::host {

enum class TerminalErrc {
  no_terminal = 1,  ///< exit 10: there is no /dev/tty to ask at
  no_entry,         ///< exit 10: the input ended before a line, or it could not be read
  too_long,         ///< exit 10: more octets than any passphrase may have
};
[[nodiscard]] std::error_code make_error_code(TerminalErrc code) noexcept;

/// Asks at /dev/tty without echo, or reads one line an entry from `descriptor`, never more of it
/// than the line, so that two sources may share one descriptor. The descriptor stays open.
std::unique_ptr<PassphraseSource> open_passphrase_source(std::optional<int> descriptor);

}  // namespace touchstone::host

template <>
struct std::is_error_code_enum<touchstone::host::TerminalErrc> : std::true_type {};
