#pragma once
// The text behind -P, which libipsec reads by rules of its own. Internal.

#include <string_view>

#include "reference/ipsec/config/setkey.h"

namespace touchstone::ipsec::config {

/// Fills direction, action and requests of `policy`; places of notes start at `place`, which is
/// that of the first octet of `text`.
void read_policy(std::string_view text, const Place& place, Policy& policy, RuleLog& log);

}  // namespace touchstone::ipsec::config
