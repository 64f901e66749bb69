#pragma once
// TOML read into the JSON value model, so that one set of helpers checks manifests and catalogues.

#include <string_view>

#include "conformance/harness/adapter.h"
#include "reference/base/result.h"

namespace touchstone::conformance::harness {

/// Dates and times become their text. Error: ManifestErrc::syntax with `line:column: what`, `name`
/// first.
Result<Json> parse_toml(std::string_view text, std::string_view name);

}  // namespace touchstone::conformance::harness
