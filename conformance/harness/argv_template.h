#pragma once
// Argument lists with placeholders: how a manifest says what a command looks like.
//
//   ["import_keys", "-m", "{master}", ["-i", "{input}"], ["-b", "{?backup}"]]
//
// `{name}` is the argument `name` of the operation, `{pixit.name}` a value of [pixit]. A nested
// array is a group: it is left out when one of its placeholders is absent, null or false, and is
// repeated for a list. `{?name}` is a condition alone: it gives no text, and a token that becomes
// empty by it, or by a value of true, is left out. `{name:file}` is the name of a file that holds
// the argument, `{name:output}` that of a file which the command makes; the tier exec makes both
// (conformance/adapters/exec/file_bridge.h), elsewhere they have no value.

#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/adapter.h"
#include "reference/base/result.h"

namespace touchstone::conformance::harness {

struct ArgvTemplate {
  struct Element {
    bool group = false;
    std::vector<std::string> tokens;  ///< exactly one outside a group
  };
  std::vector<Element> elements;

  /// From the JSON form of the array shown above.
  static Result<ArgvTemplate> parse(const Json& array);

  /// The names in the braces, conditions too, each once and in order.
  [[nodiscard]] std::vector<std::string> placeholders() const;

  /// The arguments for one operation. Error: a placeholder outside a group that has no value.
  [[nodiscard]] Result<std::vector<std::string>> render(const Json& args, const Json& pixit) const;
};

/// What can be wrong with a manifest or a template.
enum class ManifestErrc {
  syntax = 1,   ///< not TOML, or a value of another type
  unknown_key,  ///< a table, key or capability that the format does not have
  missing,      ///< a required key, or a capability without an answer
  value,        ///< a value outside its set
  placeholder,  ///< an argument that the operation did not give
};
[[nodiscard]] std::error_code make_error_code(ManifestErrc code) noexcept;

}  // namespace touchstone::conformance::harness

template <>
struct std::is_error_code_enum<touchstone::conformance::harness::ManifestErrc> : std::true_type {};
