#pragma once
// Time of a simulated run. It begins with zero and knows no date: the clocks of machines add one.

#include <chrono>

namespace touchstone::sim {

using Duration = std::chrono::nanoseconds;
/// Since the run began. In a run in real time it follows the machine's clock.
using Moment = std::chrono::nanoseconds;

[[nodiscard]] constexpr double in_seconds(Duration time) noexcept {
  return static_cast<double>(time.count()) / 1e9;
}

}  // namespace touchstone::sim
