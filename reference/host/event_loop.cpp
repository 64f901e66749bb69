#include "reference/host/event_loop.h"

#include <list>

#include "reference/host/asio.h"

namespace touchstone::host {

namespace asio = boost::asio;
using Fault = boost::system::error_code;

struct EventLoop::Inside {
  // The hint says that one thread runs it; posting from others stays safe.
  asio::io_context context{1};
  std::list<asio::signal_set> signals;

  void wait(asio::signal_set& set, std::function<void()> task) {
    set.async_wait([this, &set, task = std::move(task)](const Fault& fault, int) {
      if (fault) return;
      wait(set, task);
      task();
    });
  }
};

EventLoop::EventLoop() : inside_(std::make_unique<Inside>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() {
  inside_->context.run();
}

void EventLoop::stop() {
  inside_->context.stop();
}

void EventLoop::post(std::function<void()> task) {
  asio::post(inside_->context, std::move(task));
}

void EventLoop::on_signal(int signal, std::function<void()> task) {
  inside_->wait(inside_->signals.emplace_back(inside_->context, signal), std::move(task));
}

asio::io_context& EventLoop::context() noexcept {
  return inside_->context;
}

struct LoopTimer::Inside {
  explicit Inside(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  // A call that is already queued when the timer is set anew must not come.
  std::uint64_t generation = 0;
};

LoopTimer::LoopTimer(EventLoop& loop) : inside_(std::make_shared<Inside>(loop.context())) {}

LoopTimer::~LoopTimer() {
  cancel();
}

void LoopTimer::at(LoopTime moment, std::function<void()> task) {
  const std::uint64_t generation = ++inside_->generation;
  inside_->timer.expires_at(moment);
  inside_->timer.async_wait(
      [inside = inside_, generation, task = std::move(task)](const Fault& fault) {
        if (!fault && inside->generation == generation) task();
      });
}

void LoopTimer::cancel() {
  ++inside_->generation;
  inside_->timer.cancel();
}

}  // namespace touchstone::host
