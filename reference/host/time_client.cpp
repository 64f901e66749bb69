#include "reference/host/time_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "reference/base/reader.h"
#include "reference/host/descriptor.h"
#include "reference/host/errc.h"

namespace touchstone::host {
namespace {

/// A socket address of either family.
struct Place {
  sockaddr_storage storage = {};
  socklen_t size = 0;

  [[nodiscard]] sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* raw() const { return reinterpret_cast<const sockaddr*>(&storage); }
  /// Family, port and address, the same for the same sender.
  [[nodiscard]] Octets key() const {
    Writer out;
    out.u16(storage.ss_family);
    if (storage.ss_family == AF_INET6) {
      sockaddr_in6 six = {};
      std::memcpy(&six, &storage, sizeof six);
      out.u16(ntohs(six.sin6_port)).octets(OctetView(six.sin6_addr.s6_addr, 16));
    } else {
      sockaddr_in four = {};
      std::memcpy(&four, &storage, sizeof four);
      out.u16(ntohs(four.sin_port)).u32(ntohl(four.sin_addr.s_addr));
    }
    return std::move(out).take();
  }
};

Result<Place> place_of(const std::string& address, std::uint16_t port) {
  Place place;
  sockaddr_in four = {};
  sockaddr_in6 six = {};
  if (::inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    std::memcpy(&place.storage, &four, place.size = sizeof four);
  } else if (::inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    std::memcpy(&place.storage, &six, place.size = sizeof six);
  } else {
    return located(address, Result<Place>(fail(Errc::endpoint, "expected an IP address")));
  }
  return place;
}

class Question {
 public:
  Question(Descriptor socket, const Place& server, const sntp::ClientSettings& settings,
           RandomSource& random, const std::function<sntp::Time()>& now)
      : socket_(std::move(socket)),
        server_(server),
        now_(now),
        client_(server.key(), settings, random, now()) {}

  TimeOutcome run() {
    while (const auto deadline = client_.deadline()) {
      // What cannot be sent now is asked for again.
      if (const Octets request = client_.output(); !request.empty())
        ::sendto(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL, server_.raw(),
                 server_.size);
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now_());
      pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
      if (rest.count() > 0 && ::poll(&waiting, 1, static_cast<int>(rest.count())) > 0) take();
      client_.advance(now_());
    }
    outcome_.state = client_.state();
    outcome_.answer = client_.answer();
    outcome_.refusal = client_.refusal();
    outcome_.kiss_code = client_.kiss_code();
    return std::move(outcome_);
  }

 private:
  void take() {
    std::array<std::uint8_t, sntp::max_datagram + 1> octets{};
    Place sender;
    sender.size = sizeof sender.storage;
    const ssize_t size = ::recvfrom(socket_.get(), octets.data(), octets.size(), MSG_DONTWAIT,
                                    sender.raw(), &sender.size);
    if (size < 0) return;
    const OctetView datagram = OctetView(octets).first(static_cast<std::size_t>(size));
    const auto refusal = client_.receive(datagram, sender.key(), now_());
    constexpr std::size_t told = 100;
    if (refusal && outcome_.passed_over.size() < told) outcome_.passed_over.push_back(*refusal);
  }

  Descriptor socket_;
  Place server_;
  const std::function<sntp::Time()>& now_;
  sntp::Client client_;
  TimeOutcome outcome_;
};

}  // namespace

sntp::Time read_clock() {
  return std::chrono::time_point_cast<sntp::Duration>(std::chrono::system_clock::now());
}

Result<TimeOutcome> ask_time(const std::string& address, std::uint16_t port,
                             const sntp::ClientSettings& settings, RandomSource& random,
                             const std::function<sntp::Time()>& now) {
  TOUCHSTONE_TRY(const Place server, place_of(address, port));
  Descriptor socket(
      ::socket(server.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket)
    return located(address, Result<TimeOutcome>(fail(Errc::network, std::strerror(errno))));
  return Question(std::move(socket), server, settings, random, now).run();
}

}  // namespace touchstone::host
