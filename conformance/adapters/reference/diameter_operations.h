#pragma once
// diameter.* of tsp/1 on octets, by reference/diameter: the codec and the rules of messages.

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] Response decode_diameter(const Json& args);
[[nodiscard]] Response encode_diameter(const Json& args);
/// What a receiver answers by the command formats alone.
[[nodiscard]] Response judge_diameter(const Json& args);

}  // namespace touchstone::conformance::adapters::reference
