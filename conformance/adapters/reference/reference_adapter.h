#pragma once
// The reference implementation in process: the only door from the judge to the defendant.

#include <memory>

#include "conformance/harness/adapter.h"
#include "conformance/harness/iut.h"

namespace touchstone::conformance::adapters::reference {

/// The manifest of the reference in process: every capability that this build has, exact classes,
/// and the argv templates of conformance/samples/exec/iut.toml, so that both tiers call one command
/// line.
[[nodiscard]] harness::Iut reference_manifest();

/// Octet operations call the libraries; `cmd.*` and `cli.run` render the argv templates of `iut`,
/// which outlives the adapter, and call the commands library, so that option parsing and exit codes
/// are judged too. The working directory of the process becomes the sandbox of the case: one
/// adapter a process.
[[nodiscard]] std::unique_ptr<harness::Adapter> make_reference_adapter(const harness::Iut& iut);

}  // namespace touchstone::conformance::adapters::reference
