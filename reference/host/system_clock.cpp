#include "reference/host/system_clock.h"

#include <ctime>

namespace touchstone::host {

Clock::Time SystemClock::now() const {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::chrono::local_seconds SystemClock::local(Time time) const {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm civil{};
  static_cast<void>(::localtime_r(&seconds, &civil));  // UTC for a year that tm cannot hold
  return std::chrono::local_seconds{time.time_since_epoch() +
                                    std::chrono::seconds(civil.tm_gmtoff)};
}

}  // namespace touchstone::host
