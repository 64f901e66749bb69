#pragma once
// A TCP connection with what waits to be sent. Includes Asio: for .cpp files of this folder alone.

#include <span>

#include "reference/base/secret.h"
#include "reference/host/asio.h"

namespace touchstone::host {

class TcpStream {
 public:
  enum class Outcome {
    done,
    blocked,  ///< the system takes or has nothing now
    ended,    ///< the peer has sent its FIN
    broken,   ///< reset, timed out, unreachable
  };
  struct Read {
    Outcome outcome = Outcome::done;
    std::size_t size = 0;
  };

  explicit TcpStream(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }
  /// Never blocks; with `no_delay` small writes leave at once.
  void prepare(bool no_delay);

  /// One recv(2).
  Read read(std::span<std::uint8_t> buffer);
  /// Puts octets behind those that wait.
  void queue(SecretOctets octets);
  /// Writes what waits until the system takes no more.
  Outcome write();
  /// The memory of what was written, once nothing waits.
  SecretOctets take_spent() noexcept;
  [[nodiscard]] std::size_t backlog() const noexcept { return waiting_.size() - sent_; }
  /// How much was written so far.
  [[nodiscard]] std::uint64_t written() const noexcept { return written_; }

  /// FIN after what was written.
  void finish();
  /// RST, and closed.
  void reset();
  void close();
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }

 private:
  boost::asio::ip::tcp::socket socket_;
  SecretOctets waiting_;
  std::size_t sent_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace touchstone::host
