#pragma once
// An endpoint of the Diameter network: peers, their connections, the requests that go both ways.
//
// The node holds no socket, clock or thread. A driver tells it what happened and when, and carries
// out the effects in their order; the same node runs on sockets and in a simulation. It knows
// nothing of any application: commands are served by their numbers.

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "reference/base/random.h"
#include "reference/diameter/duplicate_cache.h"
#include "reference/diameter/framing.h"
#include "reference/diameter/grammar.h"
#include "reference/diameter/identifiers.h"
#include "reference/diameter/peer_machine.h"
#include "reference/diameter/watchdog.h"

namespace touchstone::diameter {

/// A transport connection. The node numbers those that it asks for, the driver asks for a number
/// when it accepts one.
using ConnectionId = std::uint64_t;
/// A request of a peer that waits for our answer, or one of ours that waits for theirs.
using RequestId = std::uint64_t;
using PeerIndex = std::size_t;

/// RFC 6733 §5.4.3.
enum class DisconnectCause : std::uint8_t { rebooting = 0, busy = 1, do_not_want_to_talk = 2 };

struct ServedCommand {
  std::uint32_t application;
  std::uint32_t command;
};

struct NodeConfig {
  std::string host;                      ///< Origin-Host
  std::string realm;                     ///< Origin-Realm, served
  std::vector<std::uint32_t> addresses;  ///< IPv4, for Host-IP-Address; at least one
  std::uint32_t vendor_id = 0;
  std::string product_name;
  std::uint32_t origin_state_id = 0;        ///< rises with every start; 0 is not sent
  std::uint32_t start_seconds = 0;          ///< since 1970: seed of the identifiers
  std::vector<std::uint32_t> applications;  ///< Auth-Application-Id
  std::vector<ServedCommand> served;        ///< requests that are handed out
  bool allows_clear = true;                 ///< NO_INBAND_SECURITY is acceptable
  bool allows_tls = false;        ///< TLS after the capabilities exchange, as RFC 3588 has it
  std::size_t max_strangers = 0;  ///< peers that are not configured and may connect (DC-16)
  Profile profile = Profile::rfc6733;

  Duration tw = std::chrono::seconds(30);                ///< watchdog
  Duration tc = std::chrono::seconds(30);                ///< between attempts to connect
  Duration exchange_timeout = std::chrono::seconds(20);  ///< CER, CEA, DPA and the transport
  Duration request_timeout = std::chrono::seconds(10);
  std::size_t max_unidentified = 1024;       ///< connections without CER; the oldest goes first
  std::size_t max_unanswered = 4096;         ///< requests of one connection; then 3004
  std::size_t max_pending = 65536;           ///< our own requests
  std::size_t max_backlog = 1 << 20;         ///< octets not yet sent; then nothing more is read
  DuplicateCache::Limits kept_answers = {};  ///< for requests that come again
};

struct PeerConfig {
  std::string host;
  bool connect = false;   ///< we begin the connection, and begin it again
  bool is_agent = false;  ///< may send requests of other hosts
};

inline constexpr PeerIndex no_peer = static_cast<PeerIndex>(-1);

/// Why a connection is no more; what `result` of the effect says is in brackets.
enum class EndReason : std::uint8_t {
  lost,               ///< the peer or the network ended it
  not_connected,      ///< it could not be begun
  no_cer,             ///< its first message was another one
  silent,             ///< CER, CEA, DPA or the transport did not come in time
  crowded_out,        ///< too many connections without CER; this was the oldest
  cer_refused,        ///< by us [Result-Code of our CEA]
  cea_refused,        ///< by the peer, or its CEA will not do [its Result-Code, 0 without one]
  second_connection,  ///< the peer is open, or opening, by another one
  election,           ///< both began one at once, and the other one stays (§5.6.4)
  broken_stream,      ///< no Diameter [5011, 5015]
  no_watchdog_answer,
  wrong_certificate,  ///< TLS proves another name
  peer_disconnected,  ///< DPR of the peer [Disconnect-Cause]
  disconnected,       ///< our DPR
};
/// `watchdog unanswered` and so on.
[[nodiscard]] std::string_view print_reason(EndReason reason) noexcept;

/// What the driver does, and what the application learns. Views live until the next on_...() call.
struct Effect {
  enum class Kind : std::uint8_t {
    connect,    ///< begin `connection` to `peer`
    send,       ///< `octets`
    close,      ///< after what was sent
    abort,      ///< at once, with RST where there is one
    start_tls,  ///< after what was sent
    pause,      ///< read nothing more until resume
    resume,
    request,  ///< of `peer`, to be answered under `request`; `message` obeys its grammar
    answer,   ///< to our `request`; `result` 0 when it broke its grammar; 3006 (§6.1.8) only when
              ///< none of its Redirect-Host AVPs names an open peer, and after three were followed
    failure,  ///< no answer to our `request`: `result` 3002, or 0 when it took too long
    peer_up,
    peer_down,
    peer_restarted,  ///< Origin-State-Id rose to `result`: sessions from before are over (§8.16)
    state_id_fell,   ///< to `result`, which counts from now on; for the log, nothing else changes
    ended,  ///< once for each connection, behind everything else of it: `reason`, `result`; `peer`
            ///< is no_peer before the CER; `message` is the CER or CEA that was refused
  };
  Kind kind;
  ConnectionId connection = 0;
  PeerIndex peer = 0;
  RequestId request = 0;
  std::uint32_t result = 0;
  SecretOctets octets = {};
  MessageView message = {};
  EndReason reason = EndReason::lost;
};

/// Effects in their order. Octets for the same connection in a row become one send.
class Effects {
 public:
  void add(Effect effect) { list_.push_back(std::move(effect)); }
  /// Where to append octets for `connection`.
  SecretOctets& send(ConnectionId connection);
  /// Takes the memory of octets that were sent, for those to come: allocations of this size cost
  /// more than what is written into them.
  void recycle(SecretOctets octets);
  [[nodiscard]] std::vector<Effect>& list() noexcept { return list_; }

 private:
  std::vector<Effect> list_;
  SecretOctets spare_;
};

class Node {
 public:
  /// `random` outlives the node; it gives identifiers their start and timers their jitter.
  Node(NodeConfig config, std::vector<PeerConfig> peers, RandomSource& random);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Begins the connections of the peers that want one.
  void start(Time now, Effects& effects);
  /// Sends DPR to every open peer, closes what has sent no CER, and connects no more.
  void stop(DisconnectCause cause, Time now, Effects& effects);

  /// A connection has come in; `is_protected` when TLS or IPsec is below it.
  ConnectionId on_accepted(bool is_protected, Time now, Effects& effects);
  /// One that we asked for is there, or is not.
  void on_connected(ConnectionId connection, bool is_protected, Time now, Effects& effects);
  void on_connect_failed(ConnectionId connection, Time now, Effects& effects);
  void on_octets(ConnectionId connection, OctetView octets, Time now, Effects& effects);
  /// TLS stands on `connection`; the peer has proved that it is one of `hosts`. A peer that claims
  /// another Origin-Host, now or in its CER, is refused.
  void on_secured(ConnectionId connection, std::vector<std::string> hosts, Time now,
                  Effects& effects);
  /// The peer or the network ended it. Not called for what the node closed or aborted.
  void on_closed(ConnectionId connection, Time now, Effects& effects);
  /// How many octets of `connection` the driver still holds.
  void on_backlog(ConnectionId connection, std::size_t octets, Effects& effects);
  void on_timer(Time now, Effects& effects);
  [[nodiscard]] std::optional<Time> next_deadline() const;

  /// Answers `request`, once, with a whole message; its Hop-by-Hop and End-to-End Identifiers are
  /// those of the request as it came last. Nothing is sent when the connection is gone.
  void answer(RequestId request, OctetView message, Effects& effects);

  /// Sends a whole message, whose identifiers the node sets, to its Destination-Host, or to the
  /// first peer, in the order of the configuration, that is trusted and shares the application of
  /// its header. Nothing when there is none, or when too many wait.
  std::optional<RequestId> request(OctetView message, Time now, Effects& effects);

  [[nodiscard]] std::string next_session_id() { return session_ids_.next(); }
  /// Configured peers come first, in their order; then those who were let in without a row.
  [[nodiscard]] std::size_t peer_count() const noexcept;
  [[nodiscard]] const std::string& peer_host(PeerIndex peer) const;
  [[nodiscard]] PeerState peer_state(PeerIndex peer) const;
  [[nodiscard]] WatchdogState watchdog_state(PeerIndex peer) const;
  [[nodiscard]] std::size_t connection_count() const noexcept;
  [[nodiscard]] std::size_t pending_count() const noexcept { return pending_.size(); }

 private:
  struct Connection;
  struct Peer;
  struct Incoming;
  struct Pending;
  struct Timer;

  // node.cpp: connections and time.
  Connection* find_connection(ConnectionId id);
  Connection& add_connection(ConnectionId id);
  void end(Connection& connection, Effect::Kind how, Effects& effects);
  void forget(Connection& connection, Effects& effects);
  static void blame(Connection& connection, EndReason reason, std::uint32_t result = 0,
                    const MessageView* message = nullptr);
  void take_message(Connection& connection, const MessageView& message, Time now, Effects& effects);
  void refuse_stream(Connection& connection, const Error& error, Time now, Effects& effects);
  void lose(Connection& connection, Time now, Effects& effects);
  void schedule(Peer& peer);
  void schedule(Connection& connection);
  void push_timer(bool is_peer, std::uint64_t id, Time at);
  void expire_requests(Time now, Effects& effects);
  void on_peer_timer(Peer& peer, Time now, Effects& effects);
  Duration jitter();
  std::uint32_t draw_chance();

  // node_peer.cpp: capabilities, the peer machine, the watchdog.
  void take_first(Connection& connection, const MessageView& message, Time now, Effects& effects);
  void take_cea(Connection& connection, const MessageView& message, Time now, Effects& effects);
  void take_base(Connection& connection, const MessageView& message, Time now, Effects& effects);
  std::uint32_t judge_capabilities(const MessageView& message, Connection& connection) const;
  void dispatch(Peer& peer, PeerEvent event, Connection* connection, const MessageView* message,
                Time now, Effects& effects);
  void act_on_connections(Peer& peer, PeerEvent event, std::uint32_t actions,
                          Connection* connection, Effects& effects);
  void act_on_messages(Peer& peer, std::uint32_t actions, Connection* connection,
                       const MessageView* message, Effects& effects);
  void follow_state_id(Peer& peer, const MessageView& message, Effects& effects);
  void enter(Peer& peer, PeerState state, Time now, Effects& effects);
  void watch(Peer& peer, std::uint32_t actions, Time now, Effects& effects);
  void send_cer(Connection& connection, Effects& effects);
  void send_cea(Connection& connection, const Header& request, std::uint32_t result,
                const Violation* violation, Effects& effects);
  void send_base_request(Connection& connection, std::uint32_t command, Effects& effects);
  void send_base_answer(Connection& connection, const Header& request, std::uint32_t result,
                        const Violation* violation, Effects& effects);
  void write_capabilities(MessageWriter& message) const;
  Connection* open_connection(const Peer& peer);
  Peer& add_peer(PeerConfig config);
  Peer* find_peer(std::string_view host);
  Peer* admit_stranger(std::string_view host);

  // node_route.cpp: requests and answers.
  void take_request(Connection& connection, const MessageView& message, Effects& effects);
  void take_answer(Connection& connection, const MessageView& message, Effects& effects);
  std::uint32_t judge_route(const Connection& connection, const MessageView& message) const;
  void send_error(Connection& connection, const MessageView& request, const Violation& violation,
                  Effects& effects);
  bool repeat_answer(Connection& connection, const MessageView& message, Effects& effects);
  bool is_usable(const Peer& peer, std::uint32_t application);
  Peer* choose_peer(const Pending& pending, const Peer* except);
  bool follow_redirect(std::uint32_t hop_by_hop, Pending& pending, const MessageView& answer,
                       Effects& effects);
  void transmit(std::uint32_t hop_by_hop, Pending& pending, Peer& peer, Effects& effects);
  void fail_over(Peer& peer, Effects& effects);

  NodeConfig config_;
  RandomSource& random_;
  std::vector<Peer> peers_;
  std::unordered_map<std::string, PeerIndex> peers_by_host_;  // in lower case
  std::size_t configured_count_ = 0;
  std::size_t next_stranger_ = 0;
  std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> ended_;  // views of effects may still point into them
  std::deque<ConnectionId> unidentified_;
  std::size_t unidentified_count_ = 0;
  std::unordered_map<RequestId, Incoming> incoming_;
  std::unordered_map<std::string, RequestId> unanswered_;  // of incoming_, by its duplicate key
  std::unordered_map<std::uint32_t, Pending> pending_;     // by Hop-by-Hop Identifier
  std::deque<std::pair<Time, std::uint32_t>> request_deadlines_;
  std::vector<Timer> timers_;               // a heap, the earliest in front
  std::array<std::uint8_t, 256> chance_{};  // drawn at once: each message wants four octets
  std::size_t chance_left_ = 0;
  DuplicateCache duplicates_;
  SessionIds session_ids_;
  Identifiers end_to_end_;
  Identifiers hop_by_hop_;
  ConnectionId next_connection_ = 1;
  RequestId next_request_ = 1;
  DisconnectCause cause_ = DisconnectCause::rebooting;
  bool stopping_ = false;
};

}  // namespace touchstone::diameter
