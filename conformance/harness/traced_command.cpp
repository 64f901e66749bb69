#include "conformance/harness/traced_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <set>
#include <string>

namespace touchstone::conformance::harness {
namespace {

constexpr std::size_t most_arguments = std::size_t{1} << 20;  // octets

std::string arguments_of(pid_t process) {
  const std::string name = fmt::format("/proc/{}/cmdline", process);
  const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; file >= 0 && text.size() < most_arguments &&
                        (got = ::read(file, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  if (file >= 0) ::close(file);
  return text;
}

int give_up(int trace, std::string_view what) {
  note_trace(trace, trace_fault, fmt::format("{}: {}", what, std::strerror(errno)));
  return could_not_trace;
}

class Tracer {
 public:
  Tracer(pid_t first, int trace) : first_(first), trace_(trace) {}

  int run() {
    int status = 0;
    for (pid_t who = 0; (who = ::waitpid(-1, &status, __WALL)) > 0;)
      WIFSTOPPED(status) ? stopped(who, status) : ended(who, status);
    return result_;
  }

 private:
  void stopped(pid_t who, int status) {
    if (who != first_) others_.insert(who);
    if (done_) return static_cast<void>(::kill(who, SIGKILL));
    const int event = status >> 16;
    // A child begins with SIGSTOP; an event is told by SIGTRAP.
    int signal = WSTOPSIG(status);
    if (event != 0 || signal == SIGSTOP || signal == SIGTRAP) signal = 0;
    if (event == PTRACE_EVENT_EXEC && who != first_)
      note_trace(trace_, trace_program, arguments_of(who));
    ::ptrace(PTRACE_CONT, who, nullptr, signal);
  }

  void ended(pid_t who, int status) {
    others_.erase(who);
    if (who != first_) return;
    result_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (WIFSIGNALED(status)) note_trace(trace_, trace_signal, std::to_string(WTERMSIG(status)));
    done_ = true;
    for (const pid_t other : others_)
      ::kill(other, SIGKILL);
  }

  pid_t first_;
  int trace_;
  std::set<pid_t> others_;
  bool done_ = false;
  int result_ = could_not_trace;
};

}  // namespace

void note_trace(int trace, char kind, std::string_view octets) {
  const std::string record = fmt::format("{}{:010}{}", kind, octets.size(), octets);
  static_cast<void>(::write(trace, record.data(), record.size()) < 0);
}

int trace_command(const std::function<int()>& command, int trace) {
  constexpr long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                           PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  const pid_t child = ::fork();
  if (child < 0) return give_up(trace, "fork");
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(could_not_trace);
    static_cast<void>(::raise(SIGSTOP));
    ::_exit(command());
  }
  int status = 0;
  if (::waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status) ||
      ::ptrace(PTRACE_SETOPTIONS, child, nullptr, options) != 0) {
    const int result = give_up(trace, "ptrace");
    ::kill(child, SIGKILL);
    return result;
  }
  ::ptrace(PTRACE_CONT, child, nullptr, nullptr);
  return Tracer(child, trace).run();
}

}  // namespace touchstone::conformance::harness
