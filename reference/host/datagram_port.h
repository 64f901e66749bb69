#pragma once
// A UDP socket on a loop.

#include <functional>
#include <memory>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/host/endpoint.h"
#include "reference/host/event_loop.h"

namespace touchstone::host {

/// An address as octets, the same for the same sender: four of the address, two of the port.
[[nodiscard]] Octets encode_endpoint(const Endpoint& endpoint);
/// The other way round; `octets` has six of them.
[[nodiscard]] Endpoint decode_endpoint(OctetView octets);

class DatagramPort {
 public:
  /// The octets live until it returns.
  using Receiver = std::function<void(OctetView datagram, const Endpoint& sender)>;

  /// A longer datagram is dropped: nothing that is spoken here comes near it.
  static constexpr std::size_t max_datagram = 1024;

  /// Receives at `listen`. Errc::in_use, or Errc::network for an address that is not ours.
  static Result<std::unique_ptr<DatagramPort>> open(EventLoop& loop, const Endpoint& listen,
                                                    Receiver receiver);
  struct Inside;
  explicit DatagramPort(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
  ~DatagramPort();
  DatagramPort(const DatagramPort&) = delete;
  DatagramPort& operator=(const DatagramPort&) = delete;

  /// A datagram that the system has no room for is lost, as it may be on the way.
  void send(OctetView datagram, const Endpoint& to);
  /// With the port that the system chose.
  [[nodiscard]] Endpoint local() const;

 private:
  std::shared_ptr<Inside> inside_;
};

}  // namespace touchstone::host
