#include "conformance/adapters/wire/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace touchstone::conformance::adapters::wire {
namespace {

using harness::NetEvent;

constexpr int connect_limit_ms = 1000;
constexpr int waiting_connections = 64;

void set_option(int descriptor, int level, int name, int value) {
  ::setsockopt(descriptor, level, name, &value, sizeof value);
}

bool fill_address(const std::string& host, std::uint16_t port, sockaddr_in& out) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::memcpy(&out, found->ai_addr, sizeof out);
  out.sin_port = htons(port);
  return true;
}

int make_socket(int type = SOCK_STREAM) {
  return ::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

// A non-blocking connect is over when the socket can be written; SO_ERROR says how.
bool finish_connect(int descriptor) {
  pollfd one{descriptor, POLLOUT, 0};
  if (::poll(&one, 1, connect_limit_ms) <= 0) return false;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0;
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

Sockets::~Sockets() {
  while (!connections_.empty())
    close(connections_.begin()->first, true);
  for (const auto* ours : {&listeners_, &nodes_})
    for (const auto& [number, descriptor] : *ours)
      ::close(descriptor);
}

bool Sockets::send_datagram(std::int64_t node, const std::string& host, std::uint16_t port,
                            OctetView octets) {
  sockaddr_in address{};
  if (!fill_address(host, port, address)) return false;
  const auto [found, is_new] = nodes_.try_emplace(node, -1);
  if (is_new) found->second = make_socket(SOCK_DGRAM);
  return ::sendto(found->second, octets.data(), octets.size(), 0, generic(address),
                  sizeof address) == static_cast<ssize_t>(octets.size());
}

void Sockets::read_datagrams(std::int64_t node, int descriptor, std::vector<NetEvent>& events) {
  std::array<std::uint8_t, 65536> buffer{};
  for (ssize_t got = 0; (got = ::recv(descriptor, buffer.data(), buffer.size(), 0)) >= 0;)
    events.push_back({.kind = NetEvent::Kind::datagram,
                      .node = node,
                      .octets = Octets(buffer.begin(), buffer.begin() + got)});
}

std::int64_t Sockets::add(int descriptor) {
  set_option(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  connections_[next_connection_].descriptor = descriptor;
  return next_connection_++;
}

std::int64_t Sockets::connect(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  if (!fill_address(host, port, address)) return 0;
  const int descriptor = make_socket();
  if (descriptor < 0) return 0;
  const int begun = ::connect(descriptor, generic(address), sizeof address);
  if ((begun == 0 || errno == EINPROGRESS) && finish_connect(descriptor)) return add(descriptor);
  ::close(descriptor);
  return 0;
}

Sockets::Place Sockets::listen(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  if (!fill_address(host, port, address)) return {};
  const int descriptor = make_socket();
  if (descriptor < 0) return {};
  set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
  socklen_t size = sizeof address;
  if (::bind(descriptor, generic(address), size) != 0 ||
      ::listen(descriptor, waiting_connections) != 0) {
    ::close(descriptor);
    return {};
  }
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  listeners_[next_listener_] = descriptor;
  return {next_listener_++, ntohs(address.sin_port)};
}

void Sockets::unlisten(std::int64_t listener) {
  const auto found = listeners_.find(listener);
  if (found == listeners_.end()) return;
  ::close(found->second);
  listeners_.erase(found);
}

Sockets::Connection* Sockets::find(std::int64_t number) {
  const auto found = connections_.find(number);
  return found == connections_.end() || found->second.is_over ? nullptr : &found->second;
}

void Sockets::push(Connection& connection) {
  while (!connection.unsent.empty()) {
    const ssize_t done = ::send(connection.descriptor, connection.unsent.data(),
                                connection.unsent.size(), MSG_NOSIGNAL);
    if (done < 0) {
      if (errno != EAGAIN && errno != EINTR) connection.unsent.clear();  // its end will be read
      return;
    }
    connection.unsent.erase(connection.unsent.begin(), connection.unsent.begin() + done);
  }
}

bool Sockets::send(std::int64_t number, OctetView octets) {
  Connection* connection = find(number);
  if (connection == nullptr) return false;
  connection->unsent.insert(connection->unsent.end(), octets.begin(), octets.end());
  push(*connection);
  return true;
}

bool Sockets::stall(std::int64_t number, bool is_stalled) {
  Connection* connection = find(number);
  if (connection == nullptr) return false;
  connection->is_stalled = is_stalled;
  return true;
}

bool Sockets::close(std::int64_t number, bool with_reset) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return false;
  const int descriptor = found->second.descriptor;
  const linger abort{.l_onoff = 1, .l_linger = 0};
  if (with_reset) ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  ::close(descriptor);
  connections_.erase(found);
  return true;
}

void Sockets::read(std::int64_t number, Connection& connection, std::vector<NetEvent>& events) {
  std::array<std::uint8_t, 65536> buffer{};
  while (true) {
    const ssize_t got = ::recv(connection.descriptor, buffer.data(), buffer.size(), 0);
    if (got > 0) {
      events.push_back({.kind = NetEvent::Kind::octets,
                        .connection = number,
                        .octets = Octets(buffer.begin(), buffer.begin() + got)});
      continue;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    connection.is_over = true;
    events.push_back(
        {.kind = got == 0 ? NetEvent::Kind::fin : NetEvent::Kind::reset, .connection = number});
    return;
  }
}

void Sockets::accept(std::int64_t listener, int descriptor, std::vector<NetEvent>& events) {
  const int taken = ::accept4(descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (taken < 0) return;
  events.push_back(
      {.kind = NetEvent::Kind::accepted, .connection = add(taken), .listener = listener});
}

void Sockets::work(std::chrono::milliseconds limit, std::vector<NetEvent>& events) {
  std::vector<pollfd> polled;
  std::vector<std::int64_t> numbers;
  for (const auto& [number, descriptor] : listeners_) {
    polled.push_back({descriptor, POLLIN, 0});
    numbers.push_back(number);
  }
  const std::size_t listeners = polled.size();
  for (const auto& [number, descriptor] : nodes_) {
    polled.push_back({descriptor, POLLIN, 0});
    numbers.push_back(number);
  }
  const std::size_t nodes = polled.size();
  for (const auto& [number, connection] : connections_) {
    if (connection.is_over) continue;
    const int in = connection.is_stalled ? 0 : POLLIN;
    const int out = connection.unsent.empty() ? 0 : POLLOUT;
    if ((in | out) == 0) continue;
    polled.push_back({connection.descriptor, static_cast<short>(in | out), 0});
    numbers.push_back(number);
  }
  if (::poll(polled.data(), polled.size(), static_cast<int>(limit.count())) <= 0) return;
  for (std::size_t i = 0; i < polled.size(); ++i) {
    if (polled[i].revents == 0) continue;
    if (i < listeners) {
      accept(numbers[i], polled[i].fd, events);
      continue;
    }
    if (i < nodes) {
      read_datagrams(numbers[i], polled[i].fd, events);
      continue;
    }
    Connection& connection = connections_.at(numbers[i]);
    if ((polled[i].revents & POLLOUT) != 0) push(connection);
    if ((polled[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !connection.is_stalled)
      read(numbers[i], connection, events);
  }
}

}  // namespace touchstone::conformance::adapters::wire
