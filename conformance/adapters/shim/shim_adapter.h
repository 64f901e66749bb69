#pragma once
// The tier shim: a long-lived child that speaks tsp/1 (docs/formats/tsp-1.md).

#include <memory>

#include "conformance/harness/adapter.h"
#include "conformance/harness/iut.h"

namespace touchstone::conformance::adapters::shim {

/// Starts the command of the manifest, which outlives the adapter. A shim that dies, answers late,
/// answers another request, sends what is not tsp/1 or sends a verdict is Status::error; it is
/// started again for the next case.
[[nodiscard]] std::unique_ptr<harness::Adapter> make_shim_adapter(const harness::Iut& iut,
                                                                  std::uint64_t seed);

}  // namespace touchstone::conformance::adapters::shim
