#pragma once
// racoon_conf.*, setkey.*, psk.*, ifcfg.* and ifup.plan of tsp/1, by reference/ipsec/config.

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] Response decode_racoon(const Json& args);
[[nodiscard]] Response format_racoon(const Json& args);
[[nodiscard]] Response include_racoon(const Json& args);
[[nodiscard]] Response decode_setkey(const Json& args);
[[nodiscard]] Response format_setkey(const Json& args);
[[nodiscard]] Response decode_psk(const Json& args);
[[nodiscard]] Response edit_psk(const Json& args);
[[nodiscard]] Response decode_ifcfg(const Json& args);
[[nodiscard]] Response plan_ifup(const Json& args);

}  // namespace touchstone::conformance::adapters::reference
