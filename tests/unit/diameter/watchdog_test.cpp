#include "reference/diameter/watchdog.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace touchstone::diameter {
namespace {

using namespace std::chrono_literals;

class DiameterWatchdog : public testing::Test {
 protected:
  std::uint32_t expire(Duration jitter = 0s) {
    now_ = dog_.next_deadline().value_or(now_);
    return dog_.on_timer(now_, jitter);
  }

  Time now_{};
  Watchdog dog_{30s};
};

TEST_F(DiameterWatchdog, AsksAfterTwOfSilenceAndOnlyOnce) {
  EXPECT_EQ(dog_.on_connection_up(now_, 0s), 0U);
  EXPECT_EQ(dog_.next_deadline(), now_ + 30s);
  EXPECT_EQ(dog_.on_timer(now_ + 29s, 0s), 0U);
  EXPECT_EQ(expire(), watchdog_send_dwr);
  EXPECT_TRUE(dog_.is_pending());
  EXPECT_EQ(expire(), watchdog_failover);  // no second DWR
  EXPECT_EQ(dog_.state(), WatchdogState::suspect);
  EXPECT_EQ(expire(), watchdog_close);
  EXPECT_EQ(dog_.state(), WatchdogState::down);
  EXPECT_FALSE(dog_.next_deadline().has_value());
}

TEST_F(DiameterWatchdog, AnyMessageMovesTheTimer) {
  dog_.on_connection_up(now_, 0s);
  now_ += 20s;
  dog_.on_message(false, now_, 0s);
  EXPECT_EQ(dog_.next_deadline(), now_ + 30s);
}

TEST_F(DiameterWatchdog, ASuspectThatSpeaksIsTrustedAgain) {
  for (const bool is_dwa : {false, true}) {
    dog_ = Watchdog(30s);
    dog_.on_connection_up(now_, 0s);
    expire();
    expire();
    EXPECT_EQ(dog_.on_message(is_dwa, now_, 0s), watchdog_failback);
    EXPECT_EQ(dog_.state(), WatchdogState::okay);
  }
}

TEST_F(DiameterWatchdog, APeerThatWasLostNeedsThreeAnswers) {
  dog_.on_connection_up(now_, 0s);
  EXPECT_EQ(dog_.on_connection_down(now_, 0s), watchdog_close | watchdog_failover);
  EXPECT_EQ(dog_.on_connection_up(now_, 0s), watchdog_send_dwr);
  EXPECT_EQ(dog_.state(), WatchdogState::reopen);
  EXPECT_EQ(dog_.on_message(true, now_, 0s), 0U);
  EXPECT_EQ(dog_.on_message(true, now_, 0s), 0U);  // answers nothing, counts nothing
  EXPECT_EQ(expire(), watchdog_send_dwr);
  EXPECT_EQ(dog_.on_message(true, now_, 0s), 0U);
  EXPECT_EQ(expire(), watchdog_send_dwr);
  EXPECT_EQ(dog_.on_message(true, now_, 0s), watchdog_failback);
  EXPECT_EQ(dog_.state(), WatchdogState::okay);
}

TEST_F(DiameterWatchdog, APeerThatCameBackAndIsSilentIsClosedAfterTwoMoreTw) {
  dog_.on_connection_up(now_, 0s);
  dog_.on_connection_down(now_, 0s);
  dog_.on_connection_up(now_, 0s);
  EXPECT_EQ(expire(), 0U);
  EXPECT_EQ(expire(), watchdog_close);
  EXPECT_EQ(dog_.state(), WatchdogState::down);
}

// The Appendix sets NumDWA to -1 then, and lets no message but ours move the timer in REOPEN.
TEST_F(DiameterWatchdog, AMissedAnswerInReopenBeginsTheCountAnewAndCostsOneMore) {
  dog_.on_connection_up(now_, 0s);
  dog_.on_connection_down(now_, 0s);
  dog_.on_connection_up(now_, 0s);
  dog_.on_message(true, now_, 0s);
  EXPECT_EQ(expire(), watchdog_send_dwr);
  EXPECT_EQ(expire(), 0U);  // missed once
  for (int answer = 0; answer < 4; ++answer) {
    EXPECT_EQ(dog_.state(), WatchdogState::reopen);
    const auto before = dog_.next_deadline();
    EXPECT_EQ(dog_.on_message(true, now_ + 1s, 0s), answer == 3 ? watchdog_failback : 0U);
    EXPECT_EQ(dog_.next_deadline(), before);
    if (answer == 3) break;
    EXPECT_EQ(expire(), watchdog_send_dwr);
  }
  EXPECT_EQ(dog_.state(), WatchdogState::okay);
}

TEST_F(DiameterWatchdog, JitterIsCutToTwoSecondsAndTwToSix) {
  dog_ = Watchdog(1s);
  dog_.on_connection_up(now_, 10s);
  EXPECT_EQ(dog_.next_deadline(), now_ + 8s);
  dog_.on_message(false, now_, -10s);
  EXPECT_EQ(dog_.next_deadline(), now_ + 4s);
  dog_.on_message(false, now_, 500ms);
  EXPECT_EQ(dog_.next_deadline(), now_ + 6500ms);
}

TEST(DiameterWatchdogTable, HasOneRowForAStateAndAnEvent) {
  std::set<std::pair<WatchdogState, WatchdogEvent>> seen;
  for (const WatchdogTransition& row : watchdog_transitions()) {
    EXPECT_TRUE(seen.emplace(row.from, row.event).second);
    EXPECT_FALSE(print_state(row.from).empty());
    EXPECT_FALSE(print_event(row.event).empty());
  }
}

// Every sequence of six events from a fresh watchdog: never a second DWR while one is pending, a
// timer whenever and only while a connection is up, failback only into OKAY.
TEST(DiameterWatchdogTable, KeepsItsPromisesOnEveryPath) {
  for (unsigned path = 0; path < 5U * 5 * 5 * 5 * 5 * 5 * 5; ++path) {
    Watchdog dog(30s);
    Time now{};
    bool up = false;
    for (unsigned step = 0, rest = path; step < 7; ++step, rest /= 5) {
      const bool was_pending = dog.is_pending();
      std::uint32_t actions = 0;
      if (rest % 5 == 0 && !up) {
        actions = dog.on_connection_up(now, 0s);
        up = true;
      } else if (rest % 5 == 1 && up) {
        actions = dog.on_connection_down(now, 0s);
        up = false;
      } else if (rest % 5 == 2 && up) {
        now = *dog.next_deadline();
        actions = dog.on_timer(now, 0s);
      } else if (up) {
        actions = dog.on_message(rest % 5 == 3, now, 0s);
      }
      if ((actions & watchdog_close) != 0) up = false;
      const bool sends = (actions & watchdog_send_dwr) != 0;
      ASSERT_FALSE(sends && was_pending && up) << path;
      ASSERT_EQ(dog.next_deadline().has_value(), up) << path;
      ASSERT_TRUE((actions & watchdog_failback) == 0 || dog.state() == WatchdogState::okay);
    }
  }
}

}  // namespace
}  // namespace touchstone::diameter
