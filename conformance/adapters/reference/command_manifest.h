#pragma once
// conformance/samples/exec/iut.toml, compiled in.

#include <string_view>

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] std::string_view command_manifest();

}  // namespace touchstone::conformance::adapters::reference
