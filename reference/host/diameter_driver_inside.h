#pragma once
// The inside of a DiameterDriver, shared by diameter_driver.cpp and diameter_links.cpp alone.

#include <deque>
#include <list>
#include <unordered_map>

#include "reference/host/asio.h"
#include "reference/host/diameter_driver.h"
#include "reference/host/tcp_stream.h"

namespace touchstone::host {

class DiameterDriver::Inside : public std::enable_shared_from_this<Inside> {
 private:
  using tcp = boost::asio::ip::tcp;
  using ConnectionId = diameter::ConnectionId;
  using Effect = diameter::Effect;
  using Time = diameter::Time;
  using Fault = boost::system::error_code;

  struct Connection {
    Connection(ConnectionId number, tcp::socket socket) : id(number), stream(std::move(socket)) {}

    ConnectionId id;
    TcpStream stream;
    std::unique_ptr<crypto::TlsChannel> tls;
    std::string awaited;  // the host that a connection of ours must prove before it counts
    bool is_ours = false;
    bool is_protected = false;
    bool is_reading = false;  // a wait is under way
    bool is_writing = false;
    bool is_paused = false;
    bool is_touched = false;   // has something to do in this turn
    bool is_ending = false;    // the node has forgotten it: send what waits, then FIN
    bool has_ended = false;    // the peer's FIN has come
    bool had_backlog = false;  // the node knows of one
  };
  using Link = std::shared_ptr<Connection>;

  struct Listener {
    Listener(EventLoop& loop, bool tls) : acceptor(loop.context()), retry(loop), is_secure(tls) {}

    tcp::acceptor acceptor;
    LoopTimer retry;
    bool is_secure;
  };

 public:
  Inside(EventLoop& loop, diameter::NodeConfig config, std::vector<DriverPeer> peers,
         RandomSource& random, DiameterHandler& handler, DriverSettings settings)
      : loop_(loop),
        handler_(handler),
        settings_(settings),
        peers_(std::move(peers)),
        node_(limited(std::move(config), settings_), configs(peers_), random),
        resolver_(loop.context()),
        node_timer_(loop),
        linger_timer_(loop),
        patience_timer_(loop),
        buffer_(64 * 1024) {}

  Result<Endpoint> listen(const Endpoint& endpoint, bool secure);
  void start() {
    node_.start(loop_.now(), effects_);
    settle();
  }
  void stop(diameter::DisconnectCause cause, diameter::Duration patience,
            std::function<void()> done);
  void shut();

  void answer(diameter::RequestId request, OctetView message) {
    node_.answer(request, message, effects_);
    settle_soon();
  }
  std::optional<diameter::RequestId> request(OctetView message) {
    const auto id = node_.request(message, loop_.now(), effects_);
    settle_soon();
    return id;
  }

  diameter::Node& node() noexcept { return node_; }
  [[nodiscard]] bool has_tls() const noexcept { return settings_.tls != nullptr; }
  [[nodiscard]] const DriverCounters& counters() const noexcept { return counters_; }

 private:
  // TLS is offered where there is a certificate for it.
  static diameter::NodeConfig limited(diameter::NodeConfig config, const DriverSettings& settings) {
    config.allows_tls = config.allows_tls && settings.tls != nullptr;
    return config;
  }
  static std::vector<diameter::PeerConfig> configs(const std::vector<DriverPeer>& peers) {
    std::vector<diameter::PeerConfig> out;
    for (const DriverPeer& peer : peers)
      out.push_back(peer.config);
    return out;
  }

  // Effects.
  void settle();
  void settle_soon();
  void hand_out();
  void apply(Effect& effect);
  void apply_to_role(const Effect& effect);
  void rearm();

  // Connections.
  void accept(Listener& listener);
  void take(tcp::socket socket, bool secure);
  void connect(ConnectionId id, const DriverPeer& peer);
  void connect_to(const Link& link, std::vector<tcp::endpoint> targets);
  void on_connected(const Link& link, const Fault& fault, std::vector<tcp::endpoint> more);
  void read_on(const Link& link);
  void begin_tls(const Link& link);
  void say(const Link& link, SecretOctets octets);
  void hear(const Link& link, OctetView octets);
  void hear_tls(const Link& link, OctetView octets);
  bool on_secured(const Link& link);
  void on_readable(const Link& link);
  void drain(const Link& link);
  void touch(const Link& link);
  void write_touched();
  void after_write(const Link& link, TcpStream::Outcome outcome);
  void report_backlog(Connection& link);
  void bring_to_end(const Link& link);
  void lose(const Link& link);
  void forget(const Link& link);
  void sweep();
  void tell_when_quiet();
  [[nodiscard]] bool is_known(const Connection& one) const { return links_.contains(one.id); }

  EventLoop& loop_;
  DiameterHandler& handler_;
  DriverSettings settings_;
  std::vector<DriverPeer> peers_;
  diameter::Node node_;
  diameter::Effects effects_;
  diameter::Effects batch_;
  bool settling_ = false;
  bool settle_posted_ = false;
  bool gone_ = false;

  std::list<Listener> listeners_;
  tcp::resolver resolver_;
  std::unordered_map<ConnectionId, Link> links_;
  std::vector<Link> touched_;
  std::deque<std::pair<Time, Link>> lingering_;
  LoopTimer node_timer_;
  std::optional<Time> armed_;
  LoopTimer linger_timer_;
  LoopTimer patience_timer_;
  std::function<void()> when_quiet_;
  // One read takes what some two hundred requests need; one buffer serves every connection.
  SecretOctets buffer_;
  DriverCounters counters_;
};

}  // namespace touchstone::host
