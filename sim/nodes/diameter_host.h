#pragma once
// A diameter::Node on the streams of a simulated machine: what host/diameter_driver.h is on
// sockets. It connects, listens, encrypts where TLS is wanted, keeps the node's time, and hands
// requests, answers and peers to a role.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "reference/crypto/tls.h"
#include "reference/diameter/node.h"
#include "sim/machines/machine.h"

namespace touchstone::sim {

inline constexpr std::uint16_t diameter_port = 3868;
inline constexpr std::uint16_t diameter_tls_port = 5658;
/// The timer of a program that its host takes; the others are numbered from 1.
inline constexpr Machine::Timer diameter_timer = 0;

/// What a role hears; it may call the host from inside. Views live until the callback returns.
class DiameterUser {
 public:
  virtual ~DiameterUser() = default;
  virtual void on_request(const diameter::Effect& request, std::string_view host,
                          bool is_protected) = 0;
  virtual void on_answer(const diameter::Effect& answer) = 0;
  virtual void on_failure(const diameter::Effect& failure) = 0;
  virtual void on_peer_up(diameter::PeerIndex peer) = 0;
  virtual void on_peer_down(diameter::PeerIndex peer) = 0;
};

struct DiameterPlace {
  diameter::PeerConfig config;
  Endpoint at = {};
};

class DiameterHost {
 public:
  /// With `tls`, every connection begins with TLS (RFC 6733 §2.2). It outlives the host.
  DiameterHost(Machine& machine, diameter::NodeConfig config, std::vector<DiameterPlace> peers,
               DiameterUser& user, Machine::Timer timer, const crypto::TlsContext* tls);
  /// What is still open is reset.
  ~DiameterHost();
  DiameterHost(const DiameterHost&) = delete;
  DiameterHost& operator=(const DiameterHost&) = delete;

  void listen();
  void start();
  void stop(diameter::DisconnectCause cause);
  void answer(diameter::RequestId request, OctetView message);
  std::optional<diameter::RequestId> request(OctetView message);
  [[nodiscard]] std::string next_session_id() { return node_.next_session_id(); }
  [[nodiscard]] const diameter::Node& node() const noexcept { return node_; }

  // From the program; false for a stream that is not of this host.

  void on_accepted(StreamId stream);
  bool on_connected(StreamId stream);
  bool on_connect_failed(StreamId stream);
  bool on_octets(StreamId stream, OctetView octets);
  bool on_closed(StreamId stream);
  void on_timer();

 private:
  using ConnectionId = diameter::ConnectionId;
  using Effect = diameter::Effect;

  struct Link {
    StreamId stream;
    std::unique_ptr<crypto::TlsChannel> tls;
    std::string awaited;  // who has to be proved before a connection of ours counts
    bool is_protected = false;
  };

  static std::vector<diameter::PeerConfig> configs(const std::vector<DiameterPlace>& peers);
  void settle();
  void apply(Effect& effect);
  void connect(const Effect& effect);
  void say(Link& link, OctetView octets);
  void leave(ConnectionId id, bool at_once);
  void forget(ConnectionId id);
  void hear_tls(ConnectionId id, OctetView octets);
  bool on_secured(ConnectionId id);
  [[nodiscard]] ConnectionId find(StreamId stream) const;

  Machine& machine_;
  std::vector<DiameterPlace> peers_;
  DiameterUser& user_;
  Machine::Timer timer_;
  const crypto::TlsContext* tls_;
  diameter::Node node_;
  diameter::Effects effects_;
  std::map<ConnectionId, Link> links_;
  std::map<StreamId, ConnectionId> by_stream_;
  bool is_settling_ = false;
};

}  // namespace touchstone::sim
