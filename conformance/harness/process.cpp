#include "conformance/harness/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "reference/base/result.h"

extern char** environ;

namespace touchstone::conformance::harness {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_output = std::size_t{64} << 20;
constexpr std::size_t most_errors = std::size_t{64} << 10;

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  TOUCHSTONE_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  return {ends[0], ends[1]};
}

void close_end(int& end) {
  if (end >= 0) ::close(end);
  end = -1;
}

struct Child {
  pid_t id = -1;
  int input = -1;
  int output = -1;
  int errors = -1;
};

// The child leads a group of its own, so that what it starts ends with it.
Child spawn(const std::vector<std::string>& argv, const std::filesystem::path& folder) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (const std::string& argument : argv)
    pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawn_file_actions_adddup2(&actions, input.read, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output.write, 1);
  ::posix_spawn_file_actions_adddup2(&actions, errors.write, 2);
  if (!folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  Child child;
  const int failed =
      ::posix_spawnp(&child.id, pointers[0], &actions, &attributes, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  close_end(input.read);
  close_end(output.write);
  close_end(errors.write);
  if (failed != 0) {
    child.id = -1;
    close_end(input.write), close_end(output.read), close_end(errors.read);
    return child;
  }
  ::fcntl(input.write, F_SETFL, O_NONBLOCK);
  child.input = input.write, child.output = output.read, child.errors = errors.read;
  return child;
}

// As spawn(), without another program.
Child fork_child(const std::function<int()>& body, const std::filesystem::path& folder) {
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  Child child;
  child.id = ::fork();
  if (child.id == 0) {
    ::setpgid(0, 0);
    static_cast<void>(::signal(SIGPIPE, SIG_DFL));
    ::dup2(input.read, 0), ::dup2(output.write, 1), ::dup2(errors.write, 2);
    // A copy of an end that nobody else has open would keep the stream from its end.
    for (const int end :
         {input.read, input.write, output.read, output.write, errors.read, errors.write})
      ::close(end);
    ::_exit(folder.empty() || ::chdir(folder.c_str()) == 0 ? body() : 126);
  }
  if (child.id > 0) ::setpgid(child.id, child.id);  // whoever comes first
  close_end(input.read);
  close_end(output.write);
  close_end(errors.write);
  if (child.id < 0) {
    close_end(input.write), close_end(output.read), close_end(errors.read);
    return child;
  }
  ::fcntl(input.write, F_SETFL, O_NONBLOCK);
  child.input = input.write, child.output = output.read, child.errors = errors.read;
  return child;
}

int milliseconds_until(Clock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return left < 0 ? 0 : static_cast<int>(left) + 1;
}

// Appends what can be read; false at the end of the stream.
bool read_some(int end, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::read(end, buffer.data(), buffer.size());
  if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

void write_some(int& end, std::string_view& left) {
  const ssize_t done = ::write(end, left.data(), left.size());
  if (done > 0) left.remove_prefix(static_cast<std::size_t>(done));
  if (left.empty() || (done < 0 && errno != EAGAIN && errno != EINTR)) close_end(end);
}

// Feeds and reads the child until both its streams end; false when the time is over.
bool converse(Child& child, std::string_view input, Clock::time_point deadline,
              ProcessResult& result) {
  if (input.empty()) close_end(child.input);
  while (child.output >= 0 || child.errors >= 0) {
    std::array<pollfd, 3> ends{pollfd{child.input, POLLOUT, 0}, pollfd{child.output, POLLIN, 0},
                               pollfd{child.errors, POLLIN, 0}};
    const int ready = ::poll(ends.data(), ends.size(), milliseconds_until(deadline));
    if (ready == 0) return false;
    if (ends[0].revents != 0) write_some(child.input, input);
    if (ends[1].revents != 0 &&
        (!read_some(child.output, result.output) || result.output.size() > most_output))
      close_end(child.output);
    if (ends[2].revents != 0 &&
        (!read_some(child.errors, result.errors) || result.errors.size() > most_output))
      close_end(child.errors);
  }
  return true;
}

ProcessResult to_its_end(Child child, const ProcessRequest& request) {
  ProcessResult result;
  if (child.id < 0) return result.started = false, result;
  const auto deadline = Clock::now() + request.time_limit;
  result.timed_out = !converse(child, request.input, deadline, result);
  close_end(child.input), close_end(child.output), close_end(child.errors);
  int status = 0;
  if (result.timed_out) ::kill(-child.id, SIGKILL);
  ::waitpid(child.id, &status, 0);
  ::kill(-child.id, SIGKILL);  // whatever it left behind in its group
  if (WIFEXITED(status)) result.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace

std::string ProcessResult::describe() const {
  if (!started) return "could not be started";
  if (timed_out) return "time-out";
  if (signal != 0) return fmt::format("signal {} ({})", signal, ::strsignal(signal));
  return fmt::format("exit {}", exit_status);
}

std::string resolve_program(const std::string& program, const std::filesystem::path& folder) {
  if (program.find('/') == std::string::npos || program.starts_with('/')) return program;
  return (folder / program).lexically_normal().string();
}

ProcessResult run_process(const ProcessRequest& request) {
  ProcessResult result;
  std::vector<std::string> argv = request.argv;
  if (argv.empty()) return result.started = false, result;
  argv.front() = resolve_program(argv.front(), request.search_folder);
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  return to_its_end(spawn(argv, request.folder), request);
}

ProcessResult run_forked(const ProcessRequest& request, const std::function<int()>& body) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  return to_its_end(fork_child(body, request.folder), request);
}

LineProcess::LineProcess(const std::vector<std::string>& argv,
                         const std::filesystem::path& folder) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  const Child child = spawn(argv, folder);
  child_ = child.id, to_child_ = child.input, from_child_ = child.output, errors_ = child.errors;
  if (errors_ >= 0) ::fcntl(errors_, F_SETFL, O_NONBLOCK);
}

LineProcess::~LineProcess() {
  close_end(to_child_);
  kill();
  close_end(from_child_);
  close_end(errors_);
}

bool LineProcess::send(std::string_view line) {
  if (!running()) return false;
  std::string whole(line);
  whole += '\n';
  std::string_view left = whole;
  while (!left.empty()) {
    pollfd end{to_child_, POLLOUT, 0};
    if (::poll(&end, 1, 10000) <= 0) return false;
    const ssize_t done = ::write(to_child_, left.data(), left.size());
    if (done > 0) left.remove_prefix(static_cast<std::size_t>(done));
    if (done < 0 && errno != EAGAIN && errno != EINTR) return ended_ = true, false;
    drain_errors();
  }
  return true;
}

std::optional<std::string> LineProcess::receive(std::chrono::milliseconds time_limit) {
  const auto deadline = Clock::now() + time_limit;
  timed_out_ = false;
  std::size_t searched = 0;
  while (true) {
    if (const auto at = pending_.find('\n', searched); at != std::string::npos) {
      std::string line = pending_.substr(0, at);
      pending_.erase(0, at + 1);
      return line;
    }
    searched = pending_.size();
    std::array<pollfd, 2> ends{pollfd{from_child_, POLLIN, 0}, pollfd{errors_, POLLIN, 0}};
    const int ready = running() ? ::poll(ends.data(), 2, milliseconds_until(deadline)) : -1;
    if (ready == 0) timed_out_ = true;
    if (ready <= 0) return std::nullopt;
    if (ends[1].revents != 0) {
      drain_errors();
      if (ends[1].revents & (POLLHUP | POLLERR)) close_end(errors_);
    }
    if (ends[0].revents != 0 &&
        (!read_some(from_child_, pending_) || pending_.size() > most_output))
      ended_ = true;
  }
}

void LineProcess::drain_errors() {
  if (errors_ < 0) return;
  std::array<char, 4096> buffer{};
  ssize_t got = 0;
  while ((got = ::read(errors_, buffer.data(), buffer.size())) > 0)
    if (error_text_.size() < most_errors)
      error_text_.append(buffer.data(), static_cast<std::size_t>(got));
}

std::string LineProcess::take_errors() {
  drain_errors();
  return std::exchange(error_text_, {});
}

std::optional<int> LineProcess::take_exit() {
  int status = 0;
  if (child_ <= 0 || ::waitpid(child_, &status, WNOHANG) != child_) return std::nullopt;
  ::kill(-child_, SIGKILL);  // whatever it left behind in its group
  child_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void LineProcess::kill() {
  if (child_ <= 0) return;
  ::kill(-child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
  child_ = -1;
}

}  // namespace touchstone::conformance::harness
