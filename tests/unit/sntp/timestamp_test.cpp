#include "reference/sntp/timestamp.h"

#include <gtest/gtest.h>

namespace touchstone::sntp {
namespace {

using std::chrono::sys_days;
using std::chrono::year;

constexpr Time at(int y, unsigned m, unsigned d, std::chrono::seconds more = {}) {
  return Time(sys_days(year(y) / static_cast<int>(m) / static_cast<int>(d)) + more);
}

TEST(SntpTimestamp, CountsFrom1900) {
  EXPECT_EQ(to_timestamp(at(1970, 1, 1)).value >> 32, 2'208'988'800U);
  EXPECT_EQ(to_timestamp(at(1900, 1, 1)).value, 1U) << "0 means none";
  EXPECT_EQ(to_timestamp(at(1999, 12, 31)).value >> 32, 3'155'587'200U) << "RFC 5905, figure 4";
}

TEST(SntpTimestamp, RollsOverIn2036) {
  const Time end = at(2036, 2, 7, std::chrono::seconds(6 * 3600 + 28 * 60 + 16));
  EXPECT_EQ(to_timestamp(end).value, 1U);
  EXPECT_EQ(to_timestamp(end - Duration(1)).value >> 32, 0xFFFFFFFFU);
  for (const Time time : {end - Duration(1), end + Duration(1), end + std::chrono::hours(1),
                          at(2026, 11, 28), at(1968, 1, 21), at(2104, 2, 25), at(2050, 1, 1)})
    EXPECT_EQ(to_time(to_timestamp(time)), time);
}

TEST(SntpTimestamp, KeepsEachNanosecond) {
  for (int nanosecond = 0; nanosecond < 1'000'000'000; nanosecond += 9'999'991) {
    const Time time = at(2026, 11, 28) + Duration(nanosecond);
    EXPECT_EQ(to_time(to_timestamp(time)), time) << nanosecond;
  }
}

TEST(SntpTimestamp, TakesTheHalfOfTheEraThatRfc4330Says) {
  EXPECT_EQ(to_time({std::uint64_t{0x80000000} << 32}),
            at(1968, 1, 20, std::chrono::seconds(3 * 3600 + 14 * 60 + 8)));
  EXPECT_EQ(to_time({0x7FFFFFFFULL << 32}),
            at(2104, 2, 26, std::chrono::seconds(9 * 3600 + 42 * 60 + 23)));
}

}  // namespace
}  // namespace touchstone::sntp
