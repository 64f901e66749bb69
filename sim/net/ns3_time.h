#pragma once
// Our time as ns-3's, whose resolution is the nanosecond too.

#include <ns3/nstime.h>

#include "sim/world/time.h"

namespace touchstone::sim::net {

/// `duration` is not negative.
[[nodiscard]] inline ns3::Time to_ns3(Duration duration) {
  return ns3::NanoSeconds(static_cast<std::uint64_t>(duration.count()));
}

}  // namespace touchstone::sim::net
