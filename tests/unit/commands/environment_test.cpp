#include "reference/commands/environment.h"

#include <gtest/gtest.h>

namespace touchstone::commands {
namespace {

using namespace std::chrono_literals;

/// Two hours east of UTC from the year 2000 on, one hour before.
class EasternClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return Time{}; }
  [[nodiscard]] std::chrono::local_seconds local(Time time) const override {
    const auto offset = time.time_since_epoch() < 946684800s ? 1h : 2h;
    return std::chrono::local_seconds{time.time_since_epoch() + offset};
  }
};

TEST(FixedClock, StandsAtTheLocalTimeThatWasGiven) {
  const auto local = parse_local_time("2011-02-22 17:25:03");
  ASSERT_TRUE(local);
  const EasternClock zone;
  const FixedClock clock(*local, zone);
  EXPECT_EQ(clock.local(clock.now()), *local);
  EXPECT_EQ(clock.now().time_since_epoch(), local->time_since_epoch() - 2h);
}

TEST(LocalTime, RefusesWhatIsNoDateOrHasAnotherShape) {
  for (const char* text : {"", "2011-02-22", "2011-02-30 00:00:00", "2011-13-01 00:00:00",
                           "2011-02-22T17:25:03", "2011-02-22 24:00:00", "2011-02-22 17:60:03",
                           "2011-02-22 17:25:60", "2011-02-22 17:25:03 ", "20x1-02-22 17:25:03"})
    EXPECT_FALSE(parse_local_time(text)) << text;
}

}  // namespace
}  // namespace touchstone::commands
