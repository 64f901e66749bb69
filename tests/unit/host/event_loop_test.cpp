#include "reference/host/event_loop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

namespace touchstone::host {
namespace {

using namespace std::chrono_literals;

TEST(EventLoop, EndsWhenNothingIsLeftToWaitFor) {
  EventLoop loop;
  int calls = 0;
  loop.post([&] { ++calls; });
  loop.run();
  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, TakesTasksOfOtherThreads) {
  EventLoop loop;
  LoopTimer patience(loop);
  patience.at(loop.now() + 20s, [&] { loop.stop(); });
  std::thread::id ran_in;
  std::thread other([&] {
    loop.post([&] {
      ran_in = std::this_thread::get_id();
      patience.cancel();
    });
  });
  loop.run();
  other.join();
  EXPECT_EQ(ran_in, std::this_thread::get_id());
}

TEST(EventLoop, ASignalIsATaskEachTimeThatItComes) {
  EventLoop loop;
  int calls = 0;
  loop.on_signal(SIGUSR1, [&] {
    if (++calls == 2) return loop.stop();
    static_cast<void>(std::raise(SIGUSR1));
  });
  static_cast<void>(std::raise(SIGUSR1));
  loop.run();
  EXPECT_EQ(calls, 2);
}

TEST(LoopTimer, ATimerSetAnewForgetsTheEarlierCall) {
  EventLoop loop;
  LoopTimer timer(loop);
  std::string calls;
  timer.at(loop.now(), [&] { calls += 'a'; });
  timer.at(loop.now() + 1ms, [&] { calls += 'b'; });
  loop.run();
  EXPECT_EQ(calls, "b");
}

TEST(LoopTimer, ACancelledTimerAndOneThatIsGoneStaySilent) {
  EventLoop loop;
  LoopTimer timer(loop);
  bool called = false;
  timer.at(loop.now(), [&] { called = true; });
  timer.cancel();
  {
    LoopTimer gone(loop);
    gone.at(loop.now(), [&] { called = true; });
  }
  loop.run();
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace touchstone::host
