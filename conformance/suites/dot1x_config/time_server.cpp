#include "conformance/suites/dot1x_config/time_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "reference/base/result.h"

namespace touchstone::conformance::suites::dot1x_config {

namespace {

constexpr std::int64_t seconds_to_1970 = 2'208'988'800;
constexpr std::size_t transmit_at = 40;

void put(Octets& out, std::uint64_t value, int octets) {
  for (int i = octets - 1; i >= 0; --i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t now() {
  return ntp_time(std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count());
}

}  // namespace

Octets print_answer(const TimeAnswer& answer) {
  Octets out;
  out.push_back(static_cast<std::uint8_t>(answer.leap << 6 | answer.version << 3 | answer.mode));
  out.push_back(answer.stratum);
  put(out, 6, 1);     // poll
  put(out, 0xEC, 1);  // precision: 2^-20 s
  put(out, 0, 4);     // root delay
  put(out, answer.dispersion, 4);
  for (std::size_t i = 0; i < 4; ++i)
    out.push_back(i < answer.reference.size() ? static_cast<std::uint8_t>(answer.reference[i]) : 0);
  put(out, answer.receive, 8);  // reference time
  put(out, answer.originate, 8);
  put(out, answer.receive, 8);
  put(out, answer.transmit, 8);
  return out;
}

std::uint64_t ntp_time(std::int64_t microseconds_since_1970) {
  constexpr std::int64_t million = 1'000'000;
  const std::int64_t seconds = microseconds_since_1970 / million + seconds_to_1970;
  const auto part = static_cast<std::uint64_t>(microseconds_since_1970 % million);
  return static_cast<std::uint64_t>(seconds) << 32U | (part << 32U) / million;
}

TimeServer::TimeServer(const TimeAnswer& answer, bool silent) {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* place = reinterpret_cast<sockaddr*>(&address);
  TOUCHSTONE_CHECK(socket_ >= 0 && ::bind(socket_, place, size) == 0 &&
                   ::getsockname(socket_, place, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, answer, silent] { serve(answer, silent); });
}

TimeServer::~TimeServer() {
  ::shutdown(socket_, SHUT_RDWR);
  thread_.join();
  ::close(socket_);
}

void TimeServer::serve(const TimeAnswer& answer, bool silent) const {
  std::array<std::uint8_t, 512> request{};
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto* place = reinterpret_cast<sockaddr*>(&from);
    const auto got = ::recvfrom(socket_, request.data(), request.size(), 0, place, &size);
    if (got <= 0) return;
    if (silent || got < 48) continue;
    TimeAnswer whole = answer;
    for (std::size_t i = 0; i < 8; ++i)
      whole.originate = whole.originate << 8U | request[transmit_at + i];
    if (whole.receive == 0) whole.receive = now();
    if (whole.transmit == 0) whole.transmit = now();
    const Octets octets = print_answer(whole);
    ::sendto(socket_, octets.data(), octets.size(), 0, place, size);
  }
}

}  // namespace touchstone::conformance::suites::dot1x_config
