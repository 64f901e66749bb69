#include "conformance/harness/worker_pool.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include "conformance/harness/exchange.h"
#include "reference/base/result.h"

namespace touchstone::conformance::harness {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t words_size = 192;

bool send_all(int socket, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t done = ::send(socket, at, size, MSG_NOSIGNAL);
    if (done <= 0) return false;
    at += done;
    size -= static_cast<std::size_t>(done);
  }
  return true;
}

bool receive_all(int socket, void* data, std::size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = ::recv(socket, at, size, 0);
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

// The worker's side: a job's number in, the length and text of its JSON out.
[[noreturn]] void serve(int socket, Work work) {
  std::uint64_t job = 0;
  while (receive_all(socket, &job, sizeof job)) {
    const std::string text = work(job).dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::uint64_t size = text.size();
    if (!send_all(socket, &size, sizeof size) || !send_all(socket, text.data(), text.size())) break;
  }
  ::_exit(0);
}

class Worker {
 public:
  Worker(const Pool& pool, int number) : pool_(pool), number_(number) {
    void* shared =
        ::mmap(nullptr, words_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    TOUCHSTONE_CHECK(shared != MAP_FAILED);
    words_ = static_cast<char*>(shared);
    start();
  }
  ~Worker() {
    stop();
    ::munmap(words_, words_size);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] int socket() const { return socket_; }
  [[nodiscard]] SteadyClock::time_point deadline() const { return deadline_; }

  void give(std::size_t job) {
    job_ = job;
    busy_ = true;
    deadline_ = SteadyClock::now() + pool_.time_limit(job);
    words_[0] = '\0';
    const std::uint64_t number = job;
    if (!send_all(socket_, &number, sizeof number)) take();  // died while idle: told as a crash
  }

  /// Takes the result of the job, or finds out how the worker died.
  void take() {
    std::uint64_t size = 0;
    std::string text;
    bool whole = receive_all(socket_, &size, sizeof size) && size < (std::uint64_t{1} << 30);
    if (whole) {
      text.resize(size);
      whole = receive_all(socket_, text.data(), text.size());
    }
    if (!whole) return bury(false);
    busy_ = false;
    pool_.done({.job = job_, .value = Json::parse(text), .crash = {}});
  }

  void bury(bool late) {
    if (late) ::kill(child_, SIGKILL);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    words_[words_size - 1] = '\0';
    const std::string where = words_[0] == '\0' ? "" : fmt::format(" during {}", words_);
    std::string how = late ? "time-out" : fmt::format("exit {}", WEXITSTATUS(status));
    if (!late && WIFSIGNALED(status))
      how = fmt::format("signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
    ::close(socket_);
    start();
    busy_ = false;
    pool_.done({.job = job_, .value = std::nullopt, .crash = how + where, .timed_out = late});
  }

 private:
  void start() {
    std::array<int, 2> ends{};
    TOUCHSTONE_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const pid_t parent = ::getpid();
    child_ = ::fork();
    TOUCHSTONE_CHECK(child_ >= 0);
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(0);
      ::close(ends[0]);
      set_last_words(words_);
      serve(ends[1], pool_.start(number_));
    }
    ::close(ends[1]);
    socket_ = ends[0];
  }

  void stop() {
    // Not only closed: a worker that was forked later holds a copy of this end.
    ::shutdown(socket_, SHUT_RDWR);
    ::close(socket_);
    if (child_ > 0) ::waitpid(child_, nullptr, 0);
  }

  const Pool& pool_;
  int number_;
  pid_t child_ = -1;
  int socket_ = -1;
  bool busy_ = false;
  std::size_t job_ = 0;
  SteadyClock::time_point deadline_;
  char* words_ = nullptr;
};

using Workers = std::vector<std::unique_ptr<Worker>>;

// Waits until a busy worker answers, dies or is late, and deals with each that did.
void attend(Workers& workers) {
  std::vector<pollfd> ends;
  auto next = SteadyClock::time_point::max();
  for (const auto& worker : workers) {
    ends.push_back({worker->busy() ? worker->socket() : -1, POLLIN, 0});
    if (worker->busy()) next = std::min(next, worker->deadline());
  }
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(next - SteadyClock::now());
  ::poll(ends.data(), ends.size(), static_cast<int>(std::max<std::int64_t>(left.count() + 1, 0)));
  for (std::size_t i = 0; i < workers.size(); ++i) {
    if (!workers[i]->busy()) continue;
    if (ends[i].revents != 0)
      workers[i]->take();
    else if (SteadyClock::now() >= workers[i]->deadline())
      workers[i]->bury(true);
  }
}

}  // namespace

void run_pool(const Pool& pool) {
  Workers workers;
  const std::size_t count =
      std::min<std::size_t>(static_cast<std::size_t>(pool.workers), pool.jobs);
  for (std::size_t i = 0; i < count; ++i)
    workers.push_back(std::make_unique<Worker>(pool, static_cast<int>(i)));
  std::size_t next = 0;
  const auto any_busy = [&] {
    return std::ranges::any_of(workers, [](const auto& worker) { return worker->busy(); });
  };
  while (next < pool.jobs || any_busy()) {
    for (const auto& worker : workers)
      while (!worker->busy() && next < pool.jobs)
        worker->give(next++);
    if (any_busy()) attend(workers);
  }
}

}  // namespace touchstone::conformance::harness
