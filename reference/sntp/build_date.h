#pragma once
// The moment before which no clock can stand, because this source did not exist.

#include <chrono>

namespace touchstone::sntp {

/// A server that says an earlier time is wrong (TM-10), and a local clock that does is still at its
/// boot value: the gateway has no clock of its own that runs without power (TM-01, TM-05).
inline constexpr std::chrono::sys_days build_date =
    std::chrono::year(2025) / std::chrono::January / 1;

}  // namespace touchstone::sntp
