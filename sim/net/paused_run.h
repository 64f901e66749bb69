#pragma once
// Lets ns-3 run in pieces without ever leaving its Run(). In real time it must not: ns-3 3.37
// counts the time of a second Run() from zero, so that every packet waits for as long as the first
// took.

#include <ucontext.h>

#include <memory>

namespace touchstone::sim::net {

class PausedRun {
 public:
  PausedRun() = default;
  /// Ends Run().
  ~PausedRun();
  PausedRun(const PausedRun&) = delete;
  PausedRun& operator=(const PausedRun&) = delete;

  /// Begins Run(), or goes on with it, until an event calls pause().
  void go_on();
  /// From within an event: go_on() returns.
  void pause();

 private:
  static void enter(unsigned high, unsigned low);

  std::unique_ptr<char[]> stack_;
  ucontext_t outside_{};
  ucontext_t inside_{};
  bool is_over_ = false;
};

}  // namespace touchstone::sim::net
