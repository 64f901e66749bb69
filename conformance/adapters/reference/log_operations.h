#pragma once
// racoon_log.* of tsp/1, by reference/ipsec/config.

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] Response decode_racoon_log(const Json& args);
[[nodiscard]] Response encode_racoon_log(const Json& args);
[[nodiscard]] Response judge_racoon_log(const Json& args);

}  // namespace touchstone::conformance::adapters::reference
