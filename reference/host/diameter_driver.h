#pragma once
// A diameter::Node on the sockets of this machine: it connects, listens, reads, writes and keeps
// time for the node, and hands requests, answers and peers to a role.
//
// Everything runs in the thread of the loop. What one read brings is handed out whole, on_settled()
// follows, and what was answered meanwhile leaves in one write.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/crypto/tls.h"
#include "reference/diameter/node.h"
#include "reference/host/endpoint.h"
#include "reference/host/event_loop.h"

namespace touchstone::host {

/// How long a daemon that stops waits for the DPAs of its peers.
inline constexpr diameter::Duration stop_patience = std::chrono::seconds(3);

/// A request that has passed grammar and routing. `message` lives until on_settled() returns, the
/// other views until the callback does.
struct DiameterRequest {
  diameter::RequestId id = 0;  ///< for answer(), once, now or later
  diameter::PeerIndex peer = 0;
  std::string_view host;      ///< Origin-Host of the connection that it came over
  bool is_protected = false;  ///< by TLS, or by what DriverSettings::is_protected_below says
  diameter::MessageView message;
};

/// What a role hears. It may call the driver from inside; no call comes while another is running.
class DiameterHandler {
 public:
  virtual ~DiameterHandler() = default;

  virtual void on_request(const DiameterRequest& request) = 0;
  /// To request(): `result` is its Result-Code, or 0 when it broke its grammar. The view lives
  /// until the callback returns.
  virtual void on_answer(diameter::RequestId request, std::uint32_t result,
                         const diameter::MessageView& message) = 0;
  /// No answer comes: `result` is 3002 when the peer went, 0 when it took too long.
  virtual void on_failure(diameter::RequestId request, std::uint32_t result) = 0;
  virtual void on_peer_up(diameter::PeerIndex peer) = 0;
  virtual void on_peer_down(diameter::PeerIndex peer) = 0;
  /// For a log: ended, peer_restarted or state_id_fell. The view lives until the callback returns.
  virtual void on_notice(const diameter::Effect& /*notice*/) {}
  /// What was known has been handed out: the moment to do things once for many requests.
  virtual void on_settled() {}
};

/// A peer of the configuration and where it is reached if the node connects to it.
struct DriverPeer {
  diameter::PeerConfig config;
  std::uint16_t port = 3868;
  bool secure = false;       ///< TLS before the capabilities exchange (aaas)
  std::string address = {};  ///< a name or an IPv4 address, if it is not config.host
};

struct DriverSettings {
  const crypto::TlsContext* tls = nullptr;  ///< for TLS of either kind; outlives the driver
  bool is_protected_below = false;          ///< IPsec protects every connection, says the operator
  bool no_delay = true;                     ///< TCP_NODELAY (RFC 3539 §3.2)
  int listen_backlog = 1024;
  std::size_t max_connections = 32768;  ///< more are accepted and closed at once
  /// How long a closed connection may take to hand over what was sent to it before it is reset.
  diameter::Duration linger = std::chrono::seconds(2);
};

struct DriverCounters {
  std::uint64_t accepted = 0;
  std::uint64_t turned_away = 0;  ///< over max_connections, or no descriptor was left
  std::uint64_t octets_in = 0;
  std::uint64_t octets_out = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
};

class DiameterDriver {
 public:
  /// What the references name outlives the driver. Nothing happens before listen() or start().
  DiameterDriver(EventLoop& loop, diameter::NodeConfig config, std::vector<DriverPeer> peers,
                 RandomSource& random, DiameterHandler& handler, DriverSettings settings = {});
  ~DiameterDriver();
  DiameterDriver(const DiameterDriver&) = delete;
  DiameterDriver& operator=(const DiameterDriver&) = delete;

  /// Accepts connections at `endpoint` and gives the one in use, its port chosen; with `secure` TLS
  /// comes before the capabilities exchange and DriverSettings::tls is needed. Errc::in_use,
  /// Errc::network.
  Result<Endpoint> listen(const Endpoint& endpoint, bool secure = false);

  /// Begins the connections that the configuration wants.
  void start();
  /// Takes no more connections, says goodbye to every peer (DPR), and calls `done` when all of them
  /// are gone or after `patience`.
  void stop(diameter::DisconnectCause cause, diameter::Duration patience,
            std::function<void()> done);

  /// See diameter::Node. Outside of a callback both leave with the next turn of the loop.
  void answer(diameter::RequestId request, OctetView message);
  std::optional<diameter::RequestId> request(OctetView message);
  [[nodiscard]] std::string next_session_id();

  /// To look at peers and their states.
  [[nodiscard]] const diameter::Node& node() const noexcept;
  [[nodiscard]] const DriverCounters& counters() const noexcept;

 private:
  class Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace touchstone::host
