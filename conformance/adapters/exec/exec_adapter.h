#pragma once
// The tier exec: each operation is a command, called by the argv templates of a manifest.

#include <memory>

#include "conformance/harness/adapter.h"
#include "conformance/harness/iut.h"

namespace touchstone::conformance::adapters::exec {

/// `iut` outlives the adapter. A program with a slash in its name is looked for from the manifest's
/// folder, another one in PATH. Exit 126 and 127 are Status::error, as is a status that the
/// manifest does not name, a signal and a time-out. obs holds exit, stdout and stderr, and what the
/// command left in its `{NAME:output}` files.
[[nodiscard]] std::unique_ptr<harness::Adapter> make_exec_adapter(const harness::Iut& iut);

}  // namespace touchstone::conformance::adapters::exec
