#pragma once
// How a case speaks to an implementation on a network: connections, octets, time. All of it goes
// through net.* of tsp/1, so that a case runs in process, on sockets and in simulated time alike.
//
//   Network network(ctx);
//   network.start_server();
//   Connection gateway = network.open();
//   gateway.send(octets);
//   const auto answer = gateway.receive();          // the next whole message, or nothing
//   ctx.expect(gateway.await_end() != Ending::open, "DP-07", ...);
//
// Time passes in receive() and await_end() when nothing comes, in wait() and in advance(); a case
// has no other clock.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/harness/case_context.h"
#include "conformance/harness/network.h"
#include "conformance/suites/diameter/world.h"

namespace touchstone::conformance::suites::diameter {

using harness::CaseContext;
using harness::Json;

/// Milliseconds of the adapter's clock; the case begins at 0.
using Milliseconds = std::int64_t;

/// How the implementation ended a connection. What a case demands is nearly always "not open".
enum class Ending { open, fin, reset };
[[nodiscard]] std::string_view print_ending(Ending ending) noexcept;

/// What a case needs in Case::needs, by what it does.
[[nodiscard]] std::vector<std::string> server_needs(std::vector<std::string> more = {});
[[nodiscard]] std::vector<std::string> client_needs(std::vector<std::string> more = {});

class Network;

/// A connection between the runner and the implementation; a handle, valid as long as the Network.
class Connection {
 public:
  /// False when the connection has ended already: then nothing was sent.
  bool send(OctetView octets) const;
  /// The next whole message of the implementation; waits for it up to `within` (the patience of the
  /// run if absent). Nothing when the connection ended or was silent. A stream that is not Diameter
  /// gives its octets in one piece.
  [[nodiscard]] std::optional<Octets> receive(std::optional<Milliseconds> within = {}) const;
  /// Waits until the implementation ends the connection. Messages that come meanwhile stay to be
  /// received.
  [[nodiscard]] Ending await_end(std::optional<Milliseconds> within = {}) const;
  /// Nothing comes and the connection stays for `within`; messages stay to be received.
  [[nodiscard]] bool is_quiet(std::optional<Milliseconds> within = {}) const;
  [[nodiscard]] Ending ending() const;
  /// When it ended, or when the last message came.
  [[nodiscard]] Milliseconds last_ms() const;
  /// We end it: with FIN, or with RST.
  void close() const;
  void reset() const;
  /// From now on we read nothing, or read again.
  void stall(bool is_stalled) const;
  [[nodiscard]] std::int64_t number() const noexcept { return number_; }

  friend bool operator==(const Connection& a, const Connection& b) noexcept {
    return a.number_ == b.number_;
  }

 private:
  friend class Network;
  Connection(Network& network, std::int64_t number) : network_(&network), number_(number) {}

  Network* network_;
  std::int64_t number_;
};

/// A place where the runner waits for an implementation that connects.
struct Listener {
  std::int64_t number = 0;
  KmsAddress address;
};

class Network {
 public:
  explicit Network(CaseContext& ctx);

  [[nodiscard]] CaseContext& ctx() noexcept { return ctx_; }
  [[nodiscard]] World& world() noexcept { return world_; }
  [[nodiscard]] const World& world() const noexcept { return world_; }

  /// Starts the KMS under test with the world's configuration and keyring. `more` are further
  /// arguments of net.start (tw_ms, cer_ms, require_protected...) and `config` in place of ours.
  /// INCONCLUSIVE when it does not start; an attached one tells its own keyring, which the world
  /// then has.
  void start_server(const Json& more = Json::object());
  /// The same, whatever comes of it: `exit` of obs is the status of a program that has ended.
  harness::Response try_server(const Json& more = Json::object());
  /// Starts the gateway under test, which connects to `servers`.
  void start_client(const std::vector<Listener>& servers, const Json& more = Json::object());
  harness::Response try_client(const std::vector<Listener>& servers,
                               const Json& more = Json::object());
  /// Tells the implementation to end in order.
  void stop();
  /// The same, and waits for its end; INCONCLUSIVE when it stays. It can be started again then.
  void stop_and_wait();
  /// Serves `keyring` from now on; false when the implementation refuses it.
  bool reload(const oracle::Keyring& keyring);
  bool reload(std::string_view keyring);

  /// A connection to the server; INCONCLUSIVE when it is refused.
  [[nodiscard]] Connection open();
  /// One that TLS or IPsec protects (capability net.protected).
  [[nodiscard]] Connection open_protected();

  /// `host` becomes the Origin-Host of the KMS that the runner plays there; an address of the
  /// loopback net, so that an implementation on the wire can reach it.
  [[nodiscard]] Listener listen(const std::string& host);
  /// Nobody is there any more; connections that stand stay.
  void unlisten(const Listener& listener);
  /// Somebody is there again, at the same address.
  void listen_again(Listener& listener);
  /// The next connection of the implementation to `listener`; nothing when none comes.
  [[nodiscard]] std::optional<Connection> accept(const Listener& listener,
                                                 std::optional<Milliseconds> within = {});

  /// An access point stands before the gateway under test (operation net.access_point).
  void add_access_point();
  /// A node that has `key` joins by the gateway under test: a number for await_trigger().
  std::int64_t trigger(std::uint32_t node_id, const oracle::Key16& key,
                       bool by_access_point = false);
  /// `admitted`, `refused` or `later`; nothing while it is not known.
  [[nodiscard]] std::optional<std::string> await_trigger(std::int64_t trigger,
                                                         std::optional<Milliseconds> within = {});
  /// The gateway under test has its network keys.
  [[nodiscard]] bool await_ready(std::optional<Milliseconds> within = {});

  /// A datagram of the node `number` (from 1), which the runner plays (operation net.datagram).
  void send_datagram(std::int64_t number, OctetView octets, bool by_access_point = false);
  /// The next datagram for that node; nothing when none comes.
  [[nodiscard]] std::optional<Octets> receive_datagram(std::int64_t number,
                                                       std::optional<Milliseconds> within = {});

  /// Lets time pass and sees what comes.
  void wait(Milliseconds ms);
  /// The same for a long time; needs the capability net.advance.
  void advance(Milliseconds ms);
  [[nodiscard]] Milliseconds now() const noexcept { return now_; }
  /// How long an answer may take ([pixit] patience_ms), and how long is called silence (quiet_ms).
  [[nodiscard]] Milliseconds patience() const noexcept { return patience_; }
  [[nodiscard]] Milliseconds quiet() const noexcept { return quiet_; }
  /// True when the program under test has ended by itself.
  [[nodiscard]] bool has_stopped() const noexcept { return stopped_; }

 private:
  friend class Connection;
  struct Stream {
    Octets octets;         // received, not yet handed out
    std::size_t read = 0;  // of octets
    Ending ending = Ending::open;
    bool closed_by_us = false;
    Milliseconds last_ms = 0;
  };

  harness::Response call(std::string_view op, Json args);
  /// Waits until `holds` or `until`; things of `connection` alone interrupt the wait if it is not
  /// 0.
  template <class Holds>
  bool await(Milliseconds until, std::int64_t connection, Holds holds);
  void take(const harness::NetEvent& event);
  void take_start(const Json& obs);
  [[nodiscard]] std::optional<Octets> next_message(Stream& stream) const;
  Stream& stream(std::int64_t number) { return streams_.at(number); }

  CaseContext& ctx_;
  World world_;
  Milliseconds now_ = 0;
  Milliseconds patience_;
  Milliseconds quiet_;
  std::map<std::int64_t, Stream> streams_;
  std::map<std::int64_t, std::vector<std::int64_t>> accepted_;  // by listener
  std::map<std::int64_t, std::string> triggered_;
  std::map<std::int64_t, std::deque<Octets>> datagrams_;  // by node
  bool ready_ = false;
  bool stopped_ = false;
};

}  // namespace touchstone::conformance::suites::diameter
