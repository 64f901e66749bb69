#include "reference/host/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>

#include "reference/base/error_table.h"
#include "reference/host/descriptor.h"

namespace touchstone::host {
namespace {

constexpr std::size_t max_entry_octets = 4096;

constexpr ErrorRow<TerminalErrc> rows[] = {
    {TerminalErrc::no_terminal, ExitClass::passphrase,
     "expected a terminal to ask at, or --passphrase-fd"},
    {TerminalErrc::no_entry, ExitClass::passphrase, "expected one line a passphrase"},
    {TerminalErrc::too_long, ExitClass::passphrase, "expected a passphrase of at most 1024 octets"},
};

volatile std::sig_atomic_t caught_signal = 0;

/// Waits under the signal mask `waiting` until there is something to read; false when a signal was
/// caught first. Outside of the wait it is blocked: none comes unseen just before a read(2).
bool is_readable(int descriptor, const sigset_t& waiting) {
  pollfd place{.fd = descriptor, .events = POLLIN, .revents = 0};
  while (caught_signal == 0) {
    if (::ppoll(&place, 1, nullptr, &waiting) > 0) return true;
    if (errno != EINTR) return false;
  }
  return false;
}

/// Octet for octet up to a line feed, which is dropped. With a mask, a signal ends it with
/// no_entry.
Result<SecretOctets> read_line(int descriptor, const sigset_t* waiting = nullptr) {
  SecretOctets line;
  line.reserve(max_entry_octets);  // no copies of a growing secret
  while (true) {
    std::uint8_t octet = 0;
    if (waiting != nullptr && !is_readable(descriptor, *waiting))
      return fail(TerminalErrc::no_entry);
    const ssize_t got = ::read(descriptor, &octet, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || (got == 0 && line.empty())) return fail(TerminalErrc::no_entry);
    if (got == 0 || octet == '\n') return line;
    if (line.size() == max_entry_octets) return fail(TerminalErrc::too_long);
    line.push_back(octet);
  }
}

class DescriptorSource final : public PassphraseSource {
 public:
  explicit DescriptorSource(int descriptor) : descriptor_(descriptor) {}
  Result<SecretOctets> ask(std::string_view) override {
    return located("--passphrase-fd", read_line(descriptor_));
  }

 private:
  int descriptor_;
};

/// While it lives, signals that would end or stop the program only interrupt the wait for an entry,
/// so that the terminal gets its echo back first; then the signal is sent again.
class SignalGuard {
 public:
  SignalGuard() {
    caught_signal = 0;
    struct sigaction action{};
    action.sa_handler = [](int number) { caught_signal = number; };
    sigset_t blocked;
    ::sigemptyset(&blocked);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      ::sigaction(signals[i], &action, &before_[i]);
      ::sigaddset(&blocked, signals[i]);
    }
    ::pthread_sigmask(SIG_BLOCK, &blocked, &mask_);
  }
  ~SignalGuard() {
    for (std::size_t i = 0; i < signals.size(); ++i)
      ::sigaction(signals[i], &before_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    if (caught_signal != 0) static_cast<void>(::raise(caught_signal));
  }
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
  [[nodiscard]] const sigset_t& mask() const { return mask_; }

 private:
  static constexpr std::array<int, 5> signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
  std::array<struct sigaction, 5> before_{};
  sigset_t mask_{};
};

/// The terminal without echo while it lives.
class EchoGuard {
 public:
  explicit EchoGuard(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    changed_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~EchoGuard() {
    if (changed_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  EchoGuard(const EchoGuard&) = delete;
  EchoGuard& operator=(const EchoGuard&) = delete;
  [[nodiscard]] bool silent() const { return changed_; }

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

class TerminalSource final : public PassphraseSource {
 public:
  Result<SecretOctets> ask(std::string_view prompt) override {
    const Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal) return fail(TerminalErrc::no_terminal);
    while (true) {
      Result<SecretOctets> line = ask_once(terminal.get(), prompt);
      if (line || caught_signal != SIGTSTP) return line;  // stopped and continued: ask again
    }
  }

 private:
  static Result<SecretOctets> ask_once(int terminal, std::string_view prompt) {
    const SignalGuard signals;
    const EchoGuard echo(terminal);
    if (!echo.silent()) return fail(TerminalErrc::no_terminal);
    static_cast<void>(write_all(terminal, as_octets(std::string(prompt) + ": ")));
    return read_line(terminal, &signals.mask());
  }
};

}  // namespace

std::error_code make_error_code(TerminalErrc code) noexcept {
  static const ErrorTable table("terminal", rows);
  return table.code(code);
}

std::unique_ptr<PassphraseSource> open_passphrase_source(std::optional<int> descriptor) {
  if (descriptor) return std::make_unique<DescriptorSource>(*descriptor);
  return std::make_unique<TerminalSource>();
}

}  // namespace touchstone::host
