#pragma once
// wpa_conf.*, wpa_status.* and sntp.exchange of tsp/1, by reference/dot1x/config and
// reference/sntp.

#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] Response decode_wpa_conf(const Json& args);
[[nodiscard]] Response encode_wpa_conf(const Json& args);
[[nodiscard]] Response edit_wpa_conf(const Json& args);
[[nodiscard]] Response decode_wpa_status(const Json& args);
[[nodiscard]] Response encode_wpa_status(const Json& args);
[[nodiscard]] Response exchange_sntp(const Json& args);

}  // namespace touchstone::conformance::adapters::reference
