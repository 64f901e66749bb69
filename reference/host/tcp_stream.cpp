#include "reference/host/tcp_stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace touchstone::host {
namespace {

bool would_block(int fault) noexcept {
  return fault == EAGAIN || fault == EWOULDBLOCK;
}

}  // namespace

void TcpStream::prepare(bool no_delay) {
  boost::system::error_code ignored;
  socket_.native_non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(no_delay), ignored);
}

TcpStream::Read TcpStream::read(std::span<std::uint8_t> buffer) {
  while (true) {
    const ssize_t got = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
    if (got > 0) return {Outcome::done, static_cast<std::size_t>(got)};
    if (got == 0) return {Outcome::ended, 0};
    if (errno == EINTR) continue;
    return {would_block(errno) ? Outcome::blocked : Outcome::broken, 0};
  }
}

void TcpStream::queue(SecretOctets octets) {
  if (backlog() == 0) {
    waiting_ = std::move(octets);
    sent_ = 0;
    return;
  }
  // What was sent is dropped once it is the greater half, so that each octet moves once at most.
  if (sent_ > waiting_.size() / 2) {
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(sent_));
    sent_ = 0;
  }
  waiting_.insert(waiting_.end(), octets.begin(), octets.end());
}

TcpStream::Outcome TcpStream::write() {
  while (backlog() > 0) {
    const ssize_t put =
        ::send(socket_.native_handle(), waiting_.data() + sent_, backlog(), MSG_NOSIGNAL);
    if (put >= 0) {
      sent_ += static_cast<std::size_t>(put);
      written_ += static_cast<std::uint64_t>(put);
      continue;
    }
    if (errno == EINTR) continue;
    return would_block(errno) ? Outcome::blocked : Outcome::broken;
  }
  return Outcome::done;
}

SecretOctets TcpStream::take_spent() noexcept {
  sent_ = 0;
  return std::exchange(waiting_, SecretOctets());
}

void TcpStream::finish() {
  boost::system::error_code ignored;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
}

void TcpStream::reset() {
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  close();
}

void TcpStream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace touchstone::host
