#include "reference/host/datagram_port.h"

#include <array>

#include "reference/base/reader.h"
#include "reference/host/asio.h"
#include "reference/host/errc.h"

namespace touchstone::host {

namespace asio = boost::asio;
using Fault = boost::system::error_code;
using udp = asio::ip::udp;

namespace {

/// Datagrams taken at once before other work of the loop has its turn.
constexpr int burst = 64;
/// Room in the kernel for what comes while a cache is written.
constexpr int receive_room = 1 << 22;

udp::endpoint native(const Endpoint& endpoint) {
  return {asio::ip::address_v4(endpoint.address), endpoint.port};
}

Endpoint ours(const udp::endpoint& endpoint) {
  return {endpoint.address().to_v4().to_uint(), endpoint.port()};
}

}  // namespace

Octets encode_endpoint(const Endpoint& endpoint) {
  Writer out;
  out.u32(endpoint.address).u16(endpoint.port);
  return std::move(out).take();
}

Endpoint decode_endpoint(OctetView octets) {
  Reader reader(octets);
  Endpoint endpoint;
  endpoint.address = *reader.u32();
  endpoint.port = *reader.u16();
  return endpoint;
}

struct DatagramPort::Inside : std::enable_shared_from_this<Inside> {
  Inside(asio::io_context& context, Receiver taker) : socket(context), receiver(std::move(taker)) {}

  void wait() {
    socket.async_wait(udp::socket::wait_read, [self = shared_from_this()](const Fault& fault) {
      if (fault) return;
      for (int i = 0; i < burst && self->take_one(); ++i) {
      }
      if (self->socket.is_open()) self->wait();
    });
  }

  /// False when nothing is there. An error that a datagram of ours has earned is not one of ours.
  bool take_one() {
    if (!socket.is_open()) return false;
    udp::endpoint sender;
    Fault fault;
    const std::size_t size = socket.receive_from(asio::buffer(octets), sender, 0, fault);
    if (fault == asio::error::would_block || fault == asio::error::bad_descriptor) return false;
    if (!fault && size <= max_datagram) receiver(OctetView(octets).first(size), ours(sender));
    return true;
  }

  udp::socket socket;
  Receiver receiver;
  std::array<std::uint8_t, max_datagram + 1> octets{};
};

Result<std::unique_ptr<DatagramPort>> DatagramPort::open(EventLoop& loop, const Endpoint& listen,
                                                         Receiver receiver) {
  auto inside = std::make_shared<Inside>(loop.context(), std::move(receiver));
  Fault fault;
  inside->socket.open(udp::v4(), fault);
  if (!fault) inside->socket.bind(native(listen), fault);
  if (!fault) inside->socket.non_blocking(true, fault);
  if (fault) {
    const Errc code = fault == asio::error::address_in_use ? Errc::in_use : Errc::network;
    return located(print_endpoint(listen),
                   Result<std::unique_ptr<DatagramPort>>(fail(code, fault.message())));
  }
  Fault ignored;
  inside->socket.set_option(asio::socket_base::receive_buffer_size(receive_room), ignored);
  inside->wait();
  return std::make_unique<DatagramPort>(std::move(inside));
}

DatagramPort::~DatagramPort() {
  Fault ignored;
  inside_->socket.close(ignored);
}

void DatagramPort::send(OctetView datagram, const Endpoint& to) {
  Fault ignored;
  inside_->socket.send_to(asio::buffer(datagram.data(), datagram.size()), native(to), 0, ignored);
}

Endpoint DatagramPort::local() const {
  return ours(inside_->socket.local_endpoint());
}

}  // namespace touchstone::host
