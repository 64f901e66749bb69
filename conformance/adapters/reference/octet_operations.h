#pragma once
// The operations of tsp/1 on octets, by the libraries of the reference.

#include <map>
#include <string>
#include <string_view>

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

using Operation = Response (*)(const Json& args);

/// By name. May throw BadRequest and nlohmann's exceptions for a request that is not tsp/1.
[[nodiscard]] const std::map<std::string_view, Operation>& octet_operations();

}  // namespace touchstone::conformance::adapters::reference
