#pragma once
// The time of this machine.

#include "reference/base/clock.h"

namespace touchstone::host {

/// Local time follows TZ or /etc/localtime.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override;
  [[nodiscard]] std::chrono::local_seconds local(Time time) const override;
};

}  // namespace touchstone::host
