#include "reference/diameter/node.h"

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/diameter/errc.h"
#include "reference/diameter/node_state.h"

namespace touchstone::diameter {
namespace {

std::uint32_t draw(RandomSource& random) {
  std::array<std::uint8_t, 4> octets{};
  random.fill(octets);
  return std::uint32_t{octets[0]} << 24 | std::uint32_t{octets[1]} << 16 |
         std::uint32_t{octets[2]} << 8 | octets[3];
}

}  // namespace

std::string_view print_reason(EndReason reason) noexcept {
  static constexpr std::array<std::string_view, 14> texts = {
      "connection lost",
      "could not connect",
      "first message was no CER",
      "nothing came in time",
      "too many connections without CER",
      "CER refused",
      "CEA refused",
      "second connection of the peer",
      "election",
      "no Diameter",
      "watchdog unanswered",
      "certificate of another name",
      "the peer disconnected",
      "disconnected",
  };
  return texts[static_cast<std::size_t>(reason)];
}

SecretOctets& Effects::send(ConnectionId connection) {
  if (list_.empty() || list_.back().kind != Effect::Kind::send ||
      list_.back().connection != connection) {
    list_.push_back({.kind = Effect::Kind::send,
                     .connection = connection,
                     .octets = std::exchange(spare_, SecretOctets())});
  }
  return list_.back().octets;
}

void Effects::recycle(SecretOctets octets) {
  constexpr std::size_t most = 256 * 1024;
  if (octets.capacity() <= spare_.capacity() || octets.capacity() > most) return;
  wipe(octets.data(), octets.size());
  octets.clear();
  spare_ = std::move(octets);
}

Node::Node(NodeConfig config, std::vector<PeerConfig> peers, RandomSource& random)
    : config_(std::move(config)),
      random_(random),
      duplicates_(config_.kept_answers),
      session_ids_(config_.host, config_.start_seconds),
      end_to_end_(Identifiers::end_to_end(config_.start_seconds, draw(random))),
      hop_by_hop_(draw(random)) {
  TOUCHSTONE_CHECK(!config_.host.empty() && !config_.realm.empty() && !config_.addresses.empty());
  for (PeerConfig& one : peers)
    add_peer(std::move(one));
  configured_count_ = peers_.size();
}

Node::~Node() = default;

Duration Node::jitter() {
  const auto range = std::chrono::duration_cast<std::chrono::milliseconds>(Watchdog::most_jitter);
  const auto span = static_cast<std::uint32_t>(2 * range.count() + 1);
  return std::chrono::milliseconds(draw_chance() % span) - range;
}

std::uint32_t Node::draw_chance() {
  if (chance_left_ < 4) {
    random_.fill(chance_);
    chance_left_ = chance_.size();
  }
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i)
    value = value << 8 | chance_[--chance_left_];
  return value;
}

void Node::start(Time now, Effects& effects) {
  for (Peer& peer : peers_) {
    if (peer.config.connect) dispatch(peer, PeerEvent::start, nullptr, nullptr, now, effects);
  }
}

void Node::stop(DisconnectCause cause, Time now, Effects& effects) {
  stopping_ = true;
  cause_ = cause;
  for (Peer& peer : peers_) {
    peer.reconnect.reset();
    dispatch(peer, PeerEvent::stop, nullptr, nullptr, now, effects);
  }
  for (const ConnectionId id : unidentified_) {
    Connection* connection = find_connection(id);
    if (connection == nullptr || connection->peer) continue;
    blame(*connection, EndReason::disconnected);
    end(*connection, Effect::Kind::close, effects);
  }
  unidentified_.clear();
}

// Connections.

Node::Connection* Node::find_connection(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

Node::Connection& Node::add_connection(ConnectionId id) {
  auto& place = connections_[id];
  place = std::make_unique<Connection>();
  place->id = id;
  return *place;
}

// The first reason is the cause of those that follow.
void Node::blame(Connection& connection, EndReason reason, std::uint32_t result,
                 const MessageView* message) {
  if (connection.reason) return;
  connection.reason = reason;
  connection.end_result = result;
  if (message != nullptr) connection.refused = *message;
}

void Node::forget(Connection& connection, Effects& effects) {
  effects.add({.kind = Effect::Kind::ended,
               .connection = connection.id,
               .peer = connection.peer.value_or(no_peer),
               .result = connection.end_result,
               .message = connection.refused,
               .reason = connection.reason.value_or(EndReason::lost)});
  if (!connection.is_ours && !connection.peer) --unidentified_count_;
  const auto found = connections_.find(connection.id);
  connection.is_ending = true;
  ended_.push_back(std::move(found->second));
  connections_.erase(found);
}

void Node::end(Connection& connection, Effect::Kind how, Effects& effects) {
  effects.add({.kind = how, .connection = connection.id});
  forget(connection, effects);
}

ConnectionId Node::on_accepted(bool is_protected, Time now, Effects& effects) {
  ended_.clear();
  // The front is the oldest one that still has no CER: what is in front of it is of no use.
  const std::size_t most =
      TOUCHSTONE_DEFECT("DP-04.few_strangers") ? std::size_t{8} : config_.max_unidentified;
  while (!unidentified_.empty()) {
    Connection* oldest = find_connection(unidentified_.front());
    const bool waits = oldest != nullptr && !oldest->peer;
    if (waits && unidentified_count_ < most) break;
    unidentified_.pop_front();
    if (!waits) continue;
    blame(*oldest, EndReason::crowded_out);
    end(*oldest, Effect::Kind::abort, effects);
  }
  Connection& connection = add_connection(next_connection_++);
  connection.is_protected = is_protected;
  if (!TOUCHSTONE_DEFECT("DP-03.no_limit")) connection.deadline = now + config_.exchange_timeout;
  unidentified_.push_back(connection.id);
  ++unidentified_count_;
  schedule(connection);
  return connection.id;
}

void Node::on_connected(ConnectionId id, bool is_protected, Time now, Effects& effects) {
  ended_.clear();
  Connection* connection = find_connection(id);
  if (connection == nullptr || !connection->peer) return;
  connection->is_protected = is_protected;
  dispatch(peers_[*connection->peer], PeerEvent::i_rcv_conn_ack, connection, nullptr, now, effects);
}

void Node::on_connect_failed(ConnectionId id, Time now, Effects& effects) {
  ended_.clear();
  Connection* connection = find_connection(id);
  if (connection == nullptr || !connection->peer) return;
  Peer& peer = peers_[*connection->peer];
  peer.initiated.reset();
  blame(*connection, EndReason::not_connected);
  forget(*connection, effects);
  dispatch(peer, PeerEvent::i_rcv_conn_nack, nullptr, nullptr, now, effects);
}

void Node::on_octets(ConnectionId id, OctetView octets, Time now, Effects& effects) {
  ended_.clear();
  Connection* connection = find_connection(id);
  if (connection == nullptr) return;
  connection->decoder.feed(octets);
  while (!connection->is_ending) {
    const auto message = connection->decoder.next();
    if (!message) return refuse_stream(*connection, message.error(), now, effects);
    if (!*message) return;
    take_message(*connection, **message, now, effects);
  }
}

void Node::on_secured(ConnectionId id, std::vector<std::string> hosts, Time now, Effects& effects) {
  ended_.clear();
  Connection* connection = find_connection(id);
  if (connection == nullptr) return;
  connection->is_protected = true;
  connection->proved = std::move(hosts);
  if (!connection->peer || is_proved(*connection->proved, peer_host(*connection->peer))) return;
  blame(*connection, EndReason::wrong_certificate);
  effects.add({.kind = Effect::Kind::abort, .connection = id});
  lose(*connection, now, effects);
}

void Node::on_closed(ConnectionId id, Time now, Effects& effects) {
  ended_.clear();
  Connection* connection = find_connection(id);
  if (connection != nullptr) lose(*connection, now, effects);
}

// The transport of `connection` is gone, by the peer's will or because its stream makes no sense.
void Node::lose(Connection& connection, Time now, Effects& effects) {
  if (!connection.peer) return forget(connection, effects);
  Peer& peer = peers_[*connection.peer];
  const bool is_ours = connection.is_ours;
  (is_ours ? peer.initiated : peer.accepted).reset();
  forget(connection, effects);
  dispatch(peer, is_ours ? PeerEvent::i_peer_disc : PeerEvent::r_peer_disc, nullptr, nullptr, now,
           effects);
}

// §7.1.5: a request whose length or version is wrong gets its answer while there is one to give;
// after it the stream cannot be read on.
void Node::refuse_stream(Connection& connection, const Error& error, Time now, Effects& effects) {
  if (TOUCHSTONE_DEFECT("DP-02.stream_kept")) return;
  const Header header = connection.decoder.identifiers();
  const bool is_version = error.code == Errc::version;
  const bool is_text = header.length > max_message_size || header.length < header_size;
  const bool answerable = header.is_request() && !is_text && connection.peer.has_value();
  const Violation violation{
      is_version ? result_unsupported_version : result_invalid_message_length, {}, {}};
  blame(connection, EndReason::broken_stream, violation.result_code);
  if (answerable) {
    send_error(connection, {header, {}, {}}, violation, effects);
  }
  effects.add({.kind = answerable ? Effect::Kind::close : Effect::Kind::abort,
               .connection = connection.id});
  lose(connection, now, effects);
}

void Node::take_message(Connection& connection, const MessageView& message, Time now,
                        Effects& effects) {
  if (!connection.peer) return take_first(connection, message, now, effects);
  Peer& peer = peers_[*connection.peer];
  if (connection.is_ours &&
      (peer.state == PeerState::wait_i_cea || peer.state == PeerState::wait_returns)) {
    return take_cea(connection, message, now, effects);
  }
  if (is_base_command(message.header.command)) {
    return take_base(connection, message, now, effects);
  }
  watch(peer, peer.watchdog.on_message(false, now, jitter()), now, effects);
  dispatch(peer, connection.is_ours ? PeerEvent::i_rcv_message : PeerEvent::r_rcv_message,
           &connection, &message, now, effects);
}

void Node::on_backlog(ConnectionId id, std::size_t octets, Effects& effects) {
  Connection* connection = find_connection(id);
  if (connection == nullptr) return;
  const bool pause =
      octets > (connection->is_paused ? config_.max_backlog / 2 : config_.max_backlog);
  if (pause == connection->is_paused) return;
  if (!pause && TOUCHSTONE_DEFECT("DP-33.never_resumed")) return;
  connection->is_paused = pause;
  effects.add({.kind = pause ? Effect::Kind::pause : Effect::Kind::resume, .connection = id});
}

// Time. The heap holds at most one timer of a connection and few of a peer: one that comes early
// because its deadline has moved is put back.

void Node::push_timer(bool is_peer, std::uint64_t id, Time at) {
  timers_.push_back({at, is_peer, id});
  std::push_heap(timers_.begin(), timers_.end());
}

void Node::schedule(Connection& connection) {
  if (connection.is_timed || !connection.deadline) return;
  connection.is_timed = true;
  push_timer(false, connection.id, *connection.deadline);
}

void Node::schedule(Peer& peer) {
  std::optional<Time> earliest = peer.watchdog.next_deadline();
  for (const std::optional<Time>& other : {peer.timeout, peer.reconnect}) {
    if (other && (!earliest || *other < *earliest)) earliest = other;
  }
  if (!earliest || (peer.timed && *peer.timed <= *earliest)) return;
  peer.timed = earliest;
  push_timer(true, peer.index, *earliest);
}

std::optional<Time> Node::next_deadline() const {
  std::optional<Time> earliest;
  if (!timers_.empty()) earliest = timers_.front().at;
  if (!request_deadlines_.empty() && (!earliest || request_deadlines_.front().first < *earliest)) {
    earliest = request_deadlines_.front().first;
  }
  return earliest;
}

void Node::on_timer(Time now, Effects& effects) {
  ended_.clear();
  expire_requests(now, effects);
  while (!timers_.empty() && timers_.front().at <= now) {
    std::pop_heap(timers_.begin(), timers_.end());
    const Timer timer = timers_.back();
    timers_.pop_back();
    if (timer.is_peer) {
      Peer& peer = peers_[timer.id];
      if (peer.timed == timer.at) peer.timed.reset();
      on_peer_timer(peer, now, effects);
      continue;
    }
    Connection* connection = find_connection(timer.id);
    if (connection != nullptr && !connection->peer) {
      blame(*connection, EndReason::silent);
      end(*connection, Effect::Kind::close, effects);
    }
  }
}

void Node::on_peer_timer(Peer& peer, Time now, Effects& effects) {
  if (peer.timeout && *peer.timeout <= now) {
    peer.timeout.reset();
    dispatch(peer, PeerEvent::timeout, nullptr, nullptr, now, effects);
  }
  if (peer.reconnect && *peer.reconnect <= now) {
    peer.reconnect.reset();
    dispatch(peer, PeerEvent::start, nullptr, nullptr, now, effects);
  }
  watch(peer, peer.watchdog.on_timer(now, jitter()), now, effects);
  schedule(peer);
}

void Node::expire_requests(Time now, Effects& effects) {
  while (!request_deadlines_.empty() && request_deadlines_.front().first <= now) {
    const auto found = pending_.find(request_deadlines_.front().second);
    request_deadlines_.pop_front();
    if (found == pending_.end()) continue;
    effects.add({.kind = Effect::Kind::failure, .request = found->second.request});
    pending_.erase(found);
  }
}

std::size_t Node::peer_count() const noexcept {
  return peers_.size();
}

const std::string& Node::peer_host(PeerIndex peer) const {
  return peers_.at(peer).config.host;
}

PeerState Node::peer_state(PeerIndex peer) const {
  return peers_.at(peer).state;
}

WatchdogState Node::watchdog_state(PeerIndex peer) const {
  return peers_.at(peer).watchdog.state();
}

std::size_t Node::connection_count() const noexcept {
  return connections_.size();
}

}  // namespace touchstone::diameter
