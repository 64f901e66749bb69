#pragma once
// The 64 bits in which NTP says a moment: seconds since 1900 modulo 2^32, and a fraction.

#include <chrono>
#include <compare>
#include <cstdint>

namespace touchstone::sntp {

/// A reading of some clock, UTC.
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

/// RFC 4330 §3. 0 means that there is none.
struct Timestamp {
  std::uint64_t value = 0;  ///< seconds in the upper half, fractions of 2^-32 s in the lower

  [[nodiscard]] bool is_set() const noexcept { return value != 0; }
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

/// The moment in its era; never the value 0, which means something else: a fraction is added then.
[[nodiscard]] Timestamp to_timestamp(Time time) noexcept;

/// From 1968-01-20 to 2104-02-26: with the first bit set it counts from 1900, without it from
/// 2036-02-07 06:28:16 (RFC 4330 §3). To within one nanosecond.
[[nodiscard]] Time to_time(Timestamp timestamp) noexcept;

}  // namespace touchstone::sntp
