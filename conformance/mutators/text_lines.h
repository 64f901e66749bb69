#pragma once
// One line of a text in the place of another: what most rules about text files do.

#include <string>
#include <string_view>

#include "conformance/mutators/keyring_lines.h"

namespace touchstone::conformance::mutators {

/// Whether blanks in front of a line are part of what it begins with.
enum class Indent : std::uint8_t { counts, ignored };

/// A line that begins with `start` becomes one of the `lines`, which a | divides; an empty start
/// adds one of them at the end. `choice` names the line and what it becomes. False when no line
/// begins so; `text` is then as it was.
[[nodiscard]] bool spoil_line(std::string& text, std::string_view start, std::string_view lines,
                              const Choice& choice, Indent indent);

}  // namespace touchstone::conformance::mutators
