#pragma once
// Before any verdict the adapter is proved: an implementation that says yes to everything, no to
// everything, or what it was told last time would otherwise give three hundred wrong verdicts.

#include <filesystem>
#include <string>

#include "conformance/harness/adapter.h"
#include "conformance/harness/iut.h"

namespace touchstone::conformance::harness {

/// Empty when the adapter can be believed, else what it did. Canaries: an operation that does not
/// exist is unsupported; garbage is refused by every decoder that the PICS declares, under any test
/// name; a golden file is read with its true values and printed octet for octet; another file gives
/// other values; nothing of that changes the sandbox. `root` is a folder for the sandbox.
[[nodiscard]] std::string prove_adapter(Adapter& adapter, const Iut& iut,
                                        const std::filesystem::path& root);

}  // namespace touchstone::conformance::harness
