#pragma once
// The TCP connections of all nodes.

#include <ns3/event-id.h>
#include <map>
#include <vector>

#include "sim/net/network.h"
#include "sim/net/tcp_socket.h"

namespace touchstone::sim::net {

class Streams {
 public:
  /// What the references name outlives the streams.
  Streams(Network& network, Wiring& wiring) : network_(network), wiring_(wiring) {}
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  void attach(WorldEvents& events) { events_ = &events; }

  // As in World.
  void listen(NodeIndex node, std::uint16_t port);
  StreamId connect(NodeIndex node, Endpoint to, Duration patience);
  void send(StreamId id, OctetView octets);
  void close(StreamId id);
  void abort(StreamId id);
  [[nodiscard]] std::size_t backlog(StreamId id) const;

  /// All streams and ports of `node` are gone without a word.
  void lose(NodeIndex node);

 private:
  struct Stream {
    NodeIndex node = no_node;
    ns3::Ptr<TcpSocket> socket;
    ns3::EventId patience;
    bool is_connected = false;
    bool is_closing = false;  // its owner has closed it, octets are left
    Octets held = {};
    std::size_t gone = 0;  // of held
  };

  Stream* find(StreamId id);
  void watch(std::uint32_t number, Stream& stream);
  void flush(std::uint32_t number);
  void finish(std::uint32_t number);
  void take_accepted(NodeIndex node, std::uint16_t port, ns3::Ptr<ns3::Socket> socket,
                     const ns3::Address& from);
  void take_octets(std::uint32_t number);
  void on_connected(std::uint32_t number);
  void on_connect_failed(std::uint32_t number);
  void on_closed(std::uint32_t number);

  Network& network_;
  Wiring& wiring_;
  WorldEvents* events_ = nullptr;
  std::map<std::uint32_t, Stream> streams_;  // by number, which goes up: the order is that of time
  std::uint32_t next_number_ = 1;
  Octets buffer_;
};

}  // namespace touchstone::sim::net
