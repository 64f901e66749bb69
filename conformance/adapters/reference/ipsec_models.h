#pragma once
// What the readers of reference/ipsec/config understood, as the JSON of tsp/1; no key among it.

#include "conformance/harness/adapter.h"
#include "reference/ipsec/config/ifcfg.h"
#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/setkey.h"

namespace touchstone::conformance::adapters::reference {

[[nodiscard]] harness::Json print_model(const ipsec::config::RacoonConfig& conf);
[[nodiscard]] harness::Json print_model(const ipsec::config::SetkeyReading& script);
[[nodiscard]] harness::Json print_model(const ipsec::config::IpsecInterface& interface);

}  // namespace touchstone::conformance::adapters::reference
