#include "sim/emu/enclosure.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <optional>

#include "sim/emu/errc.h"
#include "sim/emu/tap.h"

namespace touchstone::sim::emu {
namespace {

constexpr int look_ms = 10;
constexpr int end_looks = 200;

/// One message with the descriptor, or with words about why there is none.
void hand_over(int channel, const std::string& words, int descriptor) {
  iovec part{const_cast<char*>(words.data()), words.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  }
  if (sendmsg(channel, &message, MSG_NOSIGNAL) < 0) _exit(1);
}

struct HandedOver {
  std::string words;
  host::Descriptor descriptor;
};

HandedOver take_over(int channel) {
  std::array<char, 512> words{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{words.data(), words.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  HandedOver taken;
  if (size > 0) taken.words.assign(words.data(), static_cast<std::size_t>(size));
  const cmsghdr* head = size > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (head != nullptr && head->cmsg_type == SCM_RIGHTS) {
    int number = -1;
    memcpy(&number, CMSG_DATA(head), sizeof number);
    taken.descriptor = host::Descriptor(number);
  }
  return taken;
}

Result<host::Descriptor> enclose(const EnclosurePlan& plan) {
  TOUCHSTONE_TRY_VOID(enter_own_network());
  TOUCHSTONE_TRY_VOID(name_hosts(plan.hosts));
  return open_wire(plan.address, plan.gateway);
}

void redirect(const std::string& log) {
  if (log.empty()) return;
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  dup2(file, STDOUT_FILENO);
  dup2(file, STDERR_FILENO);
}

[[noreturn]] void run_child(const EnclosurePlan& plan, int channel) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  auto tap = enclose(plan);
  if (!tap) {
    hand_over(channel,
              fmt::format("{}{}", static_cast<char>(tap.error().code.value()), tap.error().detail),
              -1);
    _exit(1);
  }
  hand_over(channel, "wire", tap->get());
  tap = host::Descriptor();
  if (plan.command.empty())
    for (;;)
      pause();
  redirect(plan.log);
  std::vector<char*> words;
  for (const std::string& word : plan.command)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words.front(), words.data());
  fmt::print(stderr, "{}: {}\n", plan.command.front(), strerror(errno));
  _exit(127);
}

bool has_ended(int id) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(id), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid != 0;
}

/// Its own network's table, as the kernel shows it to us.
bool listens(int id, std::uint16_t port) {
  std::ifstream table(fmt::format("/proc/{}/net/tcp", id));
  const std::string sought = fmt::format(":{:04X} 00000000:0000 0A ", port);
  for (std::string line; std::getline(table, line);)
    if (line.find(sought) != std::string::npos) return true;
  return false;
}

}  // namespace

Result<Enclosure> Enclosure::open(const EnclosurePlan& plan) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail(Errc::setup, strerror(errno));
  const host::Descriptor ours(ends[0]);
  host::Descriptor theirs(ends[1]);
  const pid_t id = fork();
  if (id < 0) return fail(Errc::setup, strerror(errno));
  if (id == 0) run_child(plan, theirs.get());
  theirs = host::Descriptor();
  HandedOver taken = take_over(ours.get());
  Enclosure made(id, std::move(taken.descriptor));
  if (made.tap_) return made;
  if (taken.words.empty()) return fail(Errc::ended, "it ended while its network was made");
  return fail(static_cast<Errc>(taken.words.front()), taken.words.substr(1));
}

Enclosure::~Enclosure() {
  if (id_ == 0) return;
  kill(-id_, SIGTERM);
  for (int look = 0; look < end_looks && !has_ended(id_); ++look)
    poll(nullptr, 0, look_ms);
  kill(-id_, SIGKILL);
  waitpid(id_, nullptr, 0);
}

Result<void> Enclosure::wait_for(std::uint16_t port, std::chrono::milliseconds patience) const {
  for (auto left = patience; left.count() > 0; left -= std::chrono::milliseconds(look_ms)) {
    if (listens(id_, port)) return {};
    if (has_ended(id_)) return fail(Errc::ended, "see what it wrote");
    poll(nullptr, 0, look_ms);
  }
  return fail(Errc::not_ready, fmt::format("TCP port {} does not listen", port));
}

}  // namespace touchstone::sim::emu
