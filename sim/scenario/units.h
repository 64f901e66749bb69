#pragma once
// Durations and rates as scenario files spell them: "250ms", "1.5s", "10m", "10Mbps".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/world/time.h"

namespace touchstone::sim {

/// A number and one of ns, us, ms, s, m, h; not negative.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);
/// The largest unit in which it is whole; parse_duration() reads it again.
[[nodiscard]] std::string print_duration(Duration duration);

/// A number and one of bps, kbps, Mbps, Gbps; bits a second.
[[nodiscard]] std::optional<std::uint64_t> parse_rate(std::string_view text);
[[nodiscard]] std::string print_rate(std::uint64_t rate);

}  // namespace touchstone::sim
