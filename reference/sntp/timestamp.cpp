#include "reference/sntp/timestamp.h"

#include "reference/base/defect.h"

namespace touchstone::sntp {
namespace {

constexpr std::int64_t seconds_1900_to_1970 = 2'208'988'800;
constexpr std::uint64_t nanoseconds_in_second = 1'000'000'000;

}  // namespace

Timestamp to_timestamp(Time time) noexcept {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = static_cast<std::uint64_t>((time - second).count());
  const auto seconds = static_cast<std::uint64_t>(second.time_since_epoch().count() +
                                                  seconds_1900_to_1970);  // modulo 2^64
  // Rounded up, so that the way back, which rounds down, meets the same nanosecond.
  const std::uint64_t fraction = ((rest << 32) + nanoseconds_in_second - 1) / nanoseconds_in_second;
  const Timestamp made{(seconds << 32) | fraction};
  return made.is_set() ? made : Timestamp{1};
}

Time to_time(Timestamp timestamp) noexcept {
  const bool first = (timestamp.value >> 63) != 0 || TOUCHSTONE_DEFECT("TM-10.era");
  const std::uint64_t era = first ? 0 : std::uint64_t{1} << 32;
  const std::uint64_t seconds = (timestamp.value >> 32) + era;
  const std::uint64_t fraction = timestamp.value & 0xFFFFFFFFU;
  return Time(std::chrono::seconds(static_cast<std::int64_t>(seconds) - seconds_1900_to_1970)) +
         Duration(static_cast<std::int64_t>((fraction * nanoseconds_in_second) >> 32));
}

}  // namespace touchstone::sntp
