#pragma once
// Work that must not disturb the service: one thread of the lowest priority.

#include <functional>
#include <memory>

namespace touchstone::host {

class Background {
 public:
  /// The thread starts with the first task.
  Background();
  /// Waits for the task that runs; those that have not begun are dropped.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Runs `task` after those before it. What it needs of the loop's it hands over with
  /// EventLoop::post().
  void run(std::function<void()> task);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace touchstone::host
