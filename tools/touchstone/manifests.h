#pragma once
// From the name of a manifest to something that can be run.

#include <string>

#include "conformance/harness/iut.h"
#include "conformance/harness/runner.h"

namespace touchstone::tool {

/// The manifest at `path`, or that of the reference for an empty one, with the readings of
/// `profile` (or of the manifest's own when that is empty).
Result<conformance::harness::Iut> load_iut(const std::string& path, const std::string& profile);

/// For the tier of `iut`, which outlives what is made.
[[nodiscard]] conformance::harness::AdapterFactory adapter_factory(
    const conformance::harness::Iut& iut, std::uint64_t seed);

/// --cases when it was not given: what a tier can do in the time that CI has.
[[nodiscard]] int default_cases(const conformance::harness::Iut& iut);

}  // namespace touchstone::tool
