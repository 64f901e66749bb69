#include "tests/bench/key_load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/bench/bench.h"
#include "tests/bench/key_stream.h"

namespace touchstone::bench {
namespace {

using Clock = std::chrono::steady_clock;
using enum diameter::AvpCode;

class Load {
 public:
  explicit Load(const LoadSettings& settings)
      : settings_(settings),
        request_(settings),
        stream_(settings.address, settings.port),
        sent_(settings.in_flight),
        out_(settings.in_flight * request_.size()) {
    result_.latency_ns.reserve(settings.count);
  }

  LoadResult run() {
    if (!settings_.is_echo) exchange_capabilities(stream_, settings_);
    const double processor = processor_s();
    const auto start = Clock::now();
    for (std::uint32_t slot = 0; slot < settings_.in_flight; ++slot)
      add(slot, start);
    flush();
    while (result_.latency_ns.size() < settings_.count) {
      stream_.read();
      const auto now = Clock::now();
      for (OctetView message = stream_.next(); !message.empty(); message = stream_.next())
        take(message, now);
      flush();
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    result_.processor_s = processor_s() - processor;
    if (!settings_.is_echo) disconnect(stream_, settings_);
    return std::move(result_);
  }

 private:
  void add(std::uint32_t slot, Clock::time_point now) {
    if (asked_ == settings_.count) return;
    const auto number = static_cast<std::uint32_t>(asked_++);
    request_.write(out_.data() + filled_, first_number_ + number, slot,
                   settings_.first_node + number % settings_.nodes);
    filled_ += request_.size();
    sent_[slot] = now;
  }

  void flush() {
    stream_.send(OctetView(out_).first(filled_));
    filled_ = 0;
  }

  void take(OctetView message, Clock::time_point now) {
    if (is_request(message) && !settings_.is_echo) give_up("the peer asks; the run is too long");
    const std::uint32_t slot = get_u32(message.data() + 12);
    if (slot >= sent_.size() || sent_[slot] == Clock::time_point{}) give_up("an unknown answer");
    const bool good = settings_.is_echo || result_code(message) == diameter::result_success;
    ++(good ? result_.granted : result_.refused);
    const auto took = std::chrono::nanoseconds(now - sent_[slot]).count();
    result_.latency_ns.push_back(static_cast<std::uint32_t>(took));
    sent_[slot] = {};
    add(slot, now);
  }

  const LoadSettings& settings_;
  RequestTemplate request_;
  Stream stream_;
  std::vector<Clock::time_point> sent_;  // by slot; the start of time for a free one
  Octets out_;
  std::size_t filled_ = 0;
  std::uint64_t asked_ = 0;
  // End-to-end identifiers must not come again within minutes (RFC 6733 §3).
  std::uint32_t first_number_ =
      static_cast<std::uint32_t>(Clock::now().time_since_epoch().count() >> 10);
  LoadResult result_;
};

void echo(int connection) {
  std::array<std::uint8_t, 1 << 18> buffer;
  const int on = 1;
  ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  while (true) {
    const ssize_t got = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t sent = ::send(connection, buffer.data() + done,
                                  static_cast<std::size_t>(got - done), MSG_NOSIGNAL);
      if (sent <= 0) break;
      done += sent;
    }
  }
  ::close(connection);
}

}  // namespace

LoadResult run_load(const LoadSettings& settings) {
  const auto load = std::make_unique<Load>(settings);
  return load->run();
}

void serve_echo() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&at), size) != 0 ||
      ::listen(listener, 4) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    give_up("cannot listen");
  std::printf("ready echo 127.0.0.1:%d\n", ntohs(at.sin_port));
  static_cast<void>(std::fflush(stdout));
  while (true) {
    const int connection = ::accept(listener, nullptr, nullptr);
    if (connection >= 0) echo(connection);
  }
}

}  // namespace touchstone::bench
