// Crowds around a KMS; kms_service.py starts them and compares.
//
// usage: kms_crowd pace ADDRESS PORT RATE SECONDS FIRST_NODE NODES
//        kms_crowd idle ADDRESS PORT CONNECTIONS
//        kms_crowd peers ADDRESS PORT PEERS SECONDS
//
// Each prints one line of JSON.

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "tests/bench/key_stream.h"

namespace {

namespace bench = touchstone::bench;
namespace diameter = touchstone::diameter;
using bench::LoadSettings;
using bench::Stream;
using Clock = std::chrono::steady_clock;
using touchstone::Octets;
using touchstone::OctetView;

std::uint64_t number(const char* text, int base = 10) {
  std::uint64_t value = 0;
  std::from_chars(text, text + std::strlen(text), value, base);
  return value;
}

double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void allow_descriptors(std::uint64_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, wanted + 64);
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted + 16)
    bench::give_up("too few descriptors");
}

// A timer of the kernel that ticks every millisecond.
int start_ticks() {
  const int timer = ::timerfd_create(CLOCK_MONOTONIC, 0);
  const itimerspec every{.it_interval = {0, 1'000'000}, .it_value = {0, 1'000'000}};
  if (timer < 0 || ::timerfd_settime(timer, 0, &every, nullptr) != 0)
    bench::give_up("there is no timer");
  return timer;
}

void wait_for_tick(int timer) {
  std::uint64_t ticks = 0;
  if (::read(timer, &ticks, sizeof ticks) != sizeof ticks) bench::give_up("the timer stands still");
}

// Requests at a steady rate, whatever the answers do: each is late from the moment that it was due.
int pace(const LoadSettings& settings, std::uint64_t rate, std::uint64_t seconds) {
  const std::uint64_t count = rate * seconds;
  const std::uint32_t first =
      static_cast<std::uint32_t>(Clock::now().time_since_epoch().count() >> 10);
  const bench::RequestTemplate request(settings);
  const auto stream = std::make_unique<Stream>(settings.address, settings.port);
  bench::exchange_capabilities(*stream, settings);
  const auto start = Clock::now();
  const auto due = [&](std::uint64_t i) {
    return start + std::chrono::nanoseconds(i * 1'000'000'000 / rate);
  };
  const int ticks = start_ticks();
  std::thread sender([&] {
    Octets out;
    for (std::uint64_t sent = 0; sent < count;) {
      wait_for_tick(ticks);
      out.clear();
      for (; sent < count && due(sent) <= Clock::now(); ++sent) {
        out.resize(out.size() + request.size());
        const auto i = static_cast<std::uint32_t>(sent);
        request.write(out.data() + out.size() - request.size(), first + i, i,
                      settings.first_node + (i * 7919U) % settings.nodes);
      }
      stream->send(out);
    }
  });
  std::vector<double> late;
  late.reserve(count);
  std::uint64_t refused = 0;
  while (late.size() + refused < count) {
    stream->read();
    const auto now = Clock::now();
    for (OctetView message = stream->next(); !message.empty(); message = stream->next()) {
      if (bench::is_request(message)) continue;
      if (bench::result_code(message) != diameter::result_success) {
        ++refused;
        continue;
      }
      late.push_back(milliseconds(now - due(bench::get_u32(message.data() + 12))));
    }
  }
  sender.join();
  std::ranges::sort(late);
  const auto at = [&](double part) {
    return late.empty()
               ? 0.0
               : late[static_cast<std::size_t>(part * static_cast<double>(late.size() - 1))];
  };
  std::printf(
      "{\"granted\": %zu, \"refused\": %llu, \"median_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"max_ms\": %.3f}\n",
      late.size(), static_cast<unsigned long long>(refused), at(0.5), at(0.99), at(1.0));
  return 0;
}

// Connections that say nothing, and then the capabilities exchanges of gateways, one by one.
int idle(LoadSettings settings, std::uint64_t connections) {
  allow_descriptors(connections);
  constexpr int trials = 21;
  const auto exchange = [&](int trial) {
    settings.host = "gw" + std::to_string(trial) + ".example.test";
    const auto start = Clock::now();
    const auto stream = std::make_unique<Stream>(settings.address, settings.port);
    bench::exchange_capabilities(*stream, settings);
    const double took = milliseconds(Clock::now() - start);
    bench::disconnect(*stream, settings);
    return took;
  };
  std::vector<double> alone;
  std::vector<double> among;
  for (int trial = 0; trial < trials; ++trial)
    alone.push_back(exchange(trial));
  for (std::uint64_t i = 0; i < connections; ++i)
    bench::connect_to(settings.address, settings.port);
  for (int trial = 0; trial < trials; ++trial)
    among.push_back(exchange(trials + trial));
  std::ranges::sort(alone);
  std::ranges::sort(among);
  std::printf("{\"alone_ms\": %.3f, \"among_ms\": %.3f, \"among_max_ms\": %.3f}\n",
              alone[trials / 2], among[trials / 2], among.back());
  return 0;
}

// Many peers, which answer watchdogs and nothing else.
class Crowd {
 public:
  Crowd(const LoadSettings& settings, std::uint64_t peers) : settings_(settings) {
    allow_descriptors(peers);
    epoll_ = ::epoll_create1(0);
    for (std::uint64_t i = 0; i < peers; ++i)
      open(i);
  }

  void answer_until(Clock::time_point end) {
    std::array<epoll_event, 512> events;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
      if (left.count() <= 0) return;
      const int count = ::epoll_wait(epoll_, events.data(), 512, static_cast<int>(left.count()));
      for (int i = 0; i < count; ++i)
        serve(events[static_cast<std::size_t>(i)].data.u64);
    }
  }

  std::uint64_t watchdogs = 0;
  std::uint64_t closed = 0;
  std::vector<std::uint32_t> of_peer;

 private:
  void open(std::uint64_t peer) {
    settings_.host = "gw" + std::to_string(peer) + ".example.test";
    const int socket = bench::connect_to(settings_.address, settings_.port);
    Octets buffer(4096);
    touchstone::SecretOctets cer;
    bench::write_cer(cer, settings_);
    if (::send(socket, cer.data(), cer.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(cer.size()))
      bench::give_up("the CER does not leave");
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got < 20 ||
        bench::result_code(OctetView(buffer).first(static_cast<std::size_t>(got))) != 2001)
      bench::give_up("the capabilities exchange is refused");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = sockets_.size();
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    sockets_.push_back(socket);
    of_peer.push_back(0);
  }

  void serve(std::uint64_t peer) {
    std::array<std::uint8_t, 4096> buffer;
    const ssize_t got = ::recv(sockets_[peer], buffer.data(), buffer.size(), 0);
    if (got <= 0) {
      ++closed;
      ::close(sockets_[peer]);
      return;
    }
    const OctetView message(buffer.data(), static_cast<std::size_t>(got));
    const auto header = diameter::decode_header(message);
    if (!header || header->header.command != diameter::command_device_watchdog) return;
    ++watchdogs;
    ++of_peer[peer];
    settings_.host = "gw" + std::to_string(peer) + ".example.test";
    touchstone::SecretOctets out;
    diameter::MessageWriter answer(out, diameter::answer_header(header->header));
    answer.u32(diameter::avp_result_code, diameter::result_success);
    bench::write_origin(answer, settings_);
    answer.finish();
    ::send(sockets_[peer], out.data(), out.size(), MSG_NOSIGNAL);
  }

  LoadSettings settings_;
  int epoll_ = -1;
  std::vector<int> sockets_;
};

int peers(const LoadSettings& settings, std::uint64_t count, std::uint64_t seconds) {
  const auto start = Clock::now();
  Crowd crowd(settings, count);
  const double opening = milliseconds(Clock::now() - start);
  std::printf("open %llu\n", static_cast<unsigned long long>(count));
  static_cast<void>(std::fflush(stdout));
  crowd.answer_until(Clock::now() + std::chrono::seconds(seconds));
  const auto forgotten = std::ranges::count(crowd.of_peer, 0U);
  std::printf(
      "{\"opening_ms\": %.0f, \"watchdogs\": %llu, \"forgotten\": %lld, \"closed\": %llu}\n",
      opening, static_cast<unsigned long long>(crowd.watchdogs), static_cast<long long>(forgotten),
      static_cast<unsigned long long>(crowd.closed));
  return 0;
}

}  // namespace

int main(int count, char** words) {
  LoadSettings settings;
  const std::string verb = count > 3 ? words[1] : "";
  if (count > 3) {
    settings.address = words[2];
    settings.port = static_cast<std::uint16_t>(number(words[3]));
  }
  if (verb == "pace" && count == 8) {
    settings.first_node = static_cast<std::uint32_t>(number(words[6] + 2, 16));
    settings.nodes = static_cast<std::uint32_t>(number(words[7]));
    return pace(settings, number(words[4]), number(words[5]));
  }
  if (verb == "idle" && count == 5) return idle(settings, number(words[4]));
  if (verb == "peers" && count == 6) return peers(settings, number(words[4]), number(words[5]));
  static_cast<void>(std::fprintf(stderr, "see the first lines of tests/bench/kms_crowd.cpp\n"));
  return 2;
}
