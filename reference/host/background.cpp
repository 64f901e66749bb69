#include "reference/host/background.h"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>

namespace touchstone::host {
namespace {

constexpr int lowest_priority = 19;

}  // namespace

struct Background::Inside {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;
  bool ending = false;
  std::thread thread;

  void work() {
    // On Linux a thread has a priority of its own.
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), lowest_priority));
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [&] { return ending || !tasks.empty(); });
      if (ending) return;
      auto task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      task();
      task = nullptr;  // what it holds ends here, not under the lock
      lock.lock();
    }
  }

  void start() {
    // Signals are the loop's.
    sigset_t all{};
    sigset_t before{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread = std::thread([this] { work(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
};

Background::Background() : inside_(std::make_unique<Inside>()) {}

Background::~Background() {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->ending = true;
  }
  inside_->changed.notify_one();
  if (inside_->thread.joinable()) inside_->thread.join();
}

void Background::run(std::function<void()> task) {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->tasks.push_back(std::move(task));
  }
  if (!inside_->thread.joinable()) inside_->start();
  inside_->changed.notify_one();
}

}  // namespace touchstone::host
