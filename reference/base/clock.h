#pragma once
// What time it is. Protocols take `now` as an argument; roles that stamp a file take a Clock.

#include <chrono>

namespace touchstone {

class Clock {
 public:
  using Time = std::chrono::sys_seconds;

  virtual ~Clock() = default;

  /// Seconds since 1970-01-01 00:00:00 UTC.
  [[nodiscard]] virtual Time now() const = 0;

  /// The civil time of `time` in the zone of this machine, as if it were UTC (004 A.4.1 stamps
  /// backups with the local time, KU-08).
  [[nodiscard]] virtual std::chrono::local_seconds local(Time time) const = 0;
};

}  // namespace touchstone
