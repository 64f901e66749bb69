#pragma once
// The side of tsp/1 that answers (docs/formats/tsp-1.md, Frames).

#include <iosfwd>

#include "conformance/harness/adapter.h"

namespace touchstone::conformance::adapters::sim {

/// Answers each line of `in` with one on `out`, until `bye` or the end of the input. False after a
/// line that is no frame of tsp/1.
bool serve_shim(harness::Adapter& adapter, std::istream& in, std::ostream& out);

}  // namespace touchstone::conformance::adapters::sim
