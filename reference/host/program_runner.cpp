#include "reference/host/program_runner.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "reference/base/octets.h"
#include "reference/host/descriptor.h"

namespace touchstone::host {
namespace {

constexpr std::chrono::seconds time_limit{30};
constexpr std::size_t output_limit = std::size_t{1} << 20;

/// A file without a name. What a daemon leaves open of it holds nobody up, as a pipe would.
Descriptor nameless_file(std::string_view text) {
  Descriptor file(::memfd_create("program", MFD_CLOEXEC));
  if (file && (!write_all(file.get(), as_octets(text)) || ::lseek(file.get(), 0, SEEK_SET) != 0))
    return Descriptor();
  return file;
}

std::string read_back(int descriptor) {
  std::string text(output_limit, '\0');
  const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return text;
}

/// The exit code, 128 and the number of a signal, or nothing when it runs still.
std::optional<int> ended(pid_t child, int options) {
  int status = 0;
  pid_t got = 0;
  do
    got = ::waitpid(child, &status, options);
  while (got < 0 && errno == EINTR);
  if (got == 0) return std::nullopt;
  if (got < 0) return 127;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int wait_for(pid_t child) {
  const auto end = std::chrono::steady_clock::now() + time_limit;
  auto pause = std::chrono::milliseconds(1);
  while (std::chrono::steady_clock::now() < end) {
    if (const auto code = ended(child, WNOHANG)) return *code;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(50));
  }
  ::kill(child, SIGKILL);
  return ended(child, 0).value_or(128 + SIGKILL);
}

class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void give(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

std::string PosixProgramRunner::place(std::string_view name) const {
  for (const std::string& folder : folders_) {
    std::string path = folder + "/" + std::string(name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

mediagateway::ProgramOutcome PosixProgramRunner::run(const mediagateway::ProgramCall& call) {
  mediagateway::ProgramOutcome outcome;
  const std::string path = place(call.argv[0]);
  const Descriptor input = nameless_file(call.input);
  const Descriptor output = nameless_file("");
  if (path.empty() || !input || !output) return outcome;
  SpawnActions actions;
  actions.give(input.get(), 0);
  actions.give(output.get(), 1);
  actions.give(output.get(), 2);
  std::vector<std::string> words = call.argv;
  std::vector<char*> argv;
  for (std::string& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string search = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {search.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawn(&child, path.c_str(), actions.get(), nullptr, argv.data(), environment) != 0)
    return outcome;
  outcome.found = true;
  outcome.code = wait_for(child);
  outcome.output = read_back(output.get());
  return outcome;
}

std::optional<ipsec::config::Address> address_of_device(const std::string& name) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return std::nullopt;
  std::optional<ipsec::config::Address> found;
  for (const ifaddrs* one = list; one != nullptr && !found; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET || name != one->ifa_name)
      continue;
    sockaddr_in address = {};
    std::memcpy(&address, one->ifa_addr, sizeof address);
    found.emplace();
    std::memcpy(found->octets.data(), &address.sin_addr, 4);
  }
  ::freeifaddrs(list);
  return found;
}

bool wait_for_yes(std::chrono::seconds time) {
  static_cast<void>(::signal(SIGHUP, SIG_IGN));
  const auto end = std::chrono::steady_clock::now() + time;
  std::string line;
  while (line.size() < 256) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd wanted = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0) return false;
    char c = 0;
    if (::read(STDIN_FILENO, &c, 1) != 1) return false;
    if (c == '\n') return line == "yes";
    line += c;
  }
  return false;
}

}  // namespace touchstone::host
