#pragma once
// Times as the companions of a keyring show them.

#include <fmt/format.h>

#include <string>

#include "reference/base/clock.h"

namespace touchstone::kms {

/// `2026-11-20T13:00:00Z`: UTC, so that lines of several machines sort.
[[nodiscard]] inline std::string print_utc(Clock::Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace touchstone::kms
