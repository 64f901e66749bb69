#pragma once
// TCP connections and UDP nodes of the runner, none of which ever makes it wait: what cannot be
// sent now is kept, and what comes is an event.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "conformance/harness/network.h"
#include "reference/base/result.h"

namespace touchstone::conformance::adapters::wire {

class Sockets {
 public:
  Sockets() = default;
  ~Sockets();
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  /// Connects; the number of the connection, or 0 when nobody is there within a second.
  std::int64_t connect(const std::string& host, std::uint16_t port);
  struct Place {
    std::int64_t listener = 0;  ///< 0: the address cannot be used
    std::uint16_t port = 0;
  };
  /// `host` is an IPv4 address, `port` 0 a free one.
  Place listen(const std::string& host, std::uint16_t port);
  void unlisten(std::int64_t listener);

  /// A datagram of the node with this number, which has a port of its own, to the address; what it
  /// gets there is a `datagram`. False when the address cannot be used.
  bool send_datagram(std::int64_t node, const std::string& host, std::uint16_t port,
                     OctetView octets);

  /// False when the connection has ended.
  bool send(std::int64_t connection, OctetView octets);
  bool stall(std::int64_t connection, bool is_stalled);
  bool close(std::int64_t connection, bool with_reset);

  /// Waits until something can be done, at most `limit`, and does it; appends to `events`, whose
  /// time is left to the caller.
  void work(std::chrono::milliseconds limit, std::vector<harness::NetEvent>& events);

 private:
  struct Connection {
    int descriptor = -1;
    bool is_stalled = false;
    bool is_over = false;  // the other side has ended it
    Octets unsent;
  };

  Connection* find(std::int64_t number);
  void push(Connection& connection);
  void read(std::int64_t number, Connection& connection, std::vector<harness::NetEvent>& events);
  void read_datagrams(std::int64_t node, int descriptor, std::vector<harness::NetEvent>& events);
  void accept(std::int64_t listener, int descriptor, std::vector<harness::NetEvent>& events);
  std::int64_t add(int descriptor);

  std::map<std::int64_t, Connection> connections_;
  std::map<std::int64_t, int> listeners_;
  std::map<std::int64_t, int> nodes_;  // sockets by the node's number
  std::int64_t next_connection_ = 1;
  std::int64_t next_listener_ = 1;
};

}  // namespace touchstone::conformance::adapters::wire
