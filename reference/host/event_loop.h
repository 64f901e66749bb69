#pragma once
// One thread that waits for sockets, timers and signals.

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace touchstone::host {

/// A moment of a clock that is never set; what the cores take as `now`.
using LoopTime = std::chrono::steady_clock::time_point;

/// Everything that hangs on a loop runs in the thread that runs it, so that nothing of it needs a
/// lock; post() alone may be called from anywhere.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs until stop(), or until nothing is left to wait for.
  void run();
  /// run() returns after the call that is under way. Any thread.
  void stop();
  /// Runs `task` in the loop's thread, soon. Any thread.
  void post(std::function<void()> task);
  /// From now on `signal` calls `task` in the loop's thread instead of what it does by itself.
  void on_signal(int signal, std::function<void()> task);

  [[nodiscard]] static LoopTime now() noexcept { return std::chrono::steady_clock::now(); }
  /// For sockets that other files of reference/host hang on the loop.
  [[nodiscard]] boost::asio::io_context& context() noexcept;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Calls once at a moment. Destroyed or set anew, it forgets the earlier call.
class LoopTimer {
 public:
  /// The loop outlives the timer.
  explicit LoopTimer(EventLoop& loop);
  ~LoopTimer();
  LoopTimer(const LoopTimer&) = delete;
  LoopTimer& operator=(const LoopTimer&) = delete;

  void at(LoopTime moment, std::function<void()> task);
  void cancel();

 private:
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace touchstone::host
