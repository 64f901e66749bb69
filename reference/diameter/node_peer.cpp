// The peers of a Node: capabilities exchange, peer machine, watchdog.

#include <algorithm>
#include <utility>

#include "reference/base/defect.h"
#include "reference/diameter/config_uri.h"
#include "reference/diameter/identity.h"
#include "reference/diameter/node.h"
#include "reference/diameter/node_state.h"

namespace touchstone::diameter {
namespace {

constexpr std::uint32_t no_inband_security = 0;
constexpr std::uint32_t inband_tls = 1;

// Calls `visit` with every well-formed AVP of `octets`.
template <class Visit>
void for_each_avp(OctetView octets, Visit visit) {
  AvpReader reader(octets);
  while (!reader.at_end()) {
    const auto avp = reader.next();
    if (!avp) return;
    visit(*avp);
  }
}

bool is_open(PeerState state) noexcept {
  return state == PeerState::i_open || state == PeerState::r_open;
}

bool is_host(std::string_view text) {
  return is_host_name(text) || is_ipv4(text) || is_ipv6(text);
}

std::string lower(std::string_view host) {
  std::string out(host);
  for (char& letter : out)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return out;
}

// Seeded defects: faults of a CER that are passed over.
bool is_forgiven(const Violation& violation, const MessageView& message) noexcept {
  [[maybe_unused]] const auto is = [&](std::uint32_t code) {
    return violation.result_code == code;
  };
  return ((TOUCHSTONE_DEFECT("DP-09.missing_is_fine") && is(result_missing_avp)) ||
          (TOUCHSTONE_DEFECT("DP-10.unknown_is_fine") && is(result_avp_unsupported)) ||
          (TOUCHSTONE_DEFECT("DP-14.bits_ignored") && is(result_invalid_hdr_bits))) &&
         message.find(avp_origin_host).has_value();
}

// What a message of the base protocol is to the peer machine; nothing for an answer that nobody
// waits for there.
std::optional<PeerEvent> event_of(const Header& header, bool is_ours) noexcept {
  const bool is_request = header.is_request();
  switch (header.command) {
    case command_capabilities_exchange:
      if (!is_request || TOUCHSTONE_DEFECT("DP-19.second_cer_ignored")) return std::nullopt;
      return is_ours ? PeerEvent::i_rcv_cer : PeerEvent::r_rcv_cer;
    case command_device_watchdog:
      if (!is_request) return std::nullopt;
      return is_ours ? PeerEvent::i_rcv_dwr : PeerEvent::r_rcv_dwr;
    default:
      if (is_request) return is_ours ? PeerEvent::i_rcv_dpr : PeerEvent::r_rcv_dpr;
      return is_ours ? PeerEvent::i_rcv_dpa : PeerEvent::r_rcv_dpa;
  }
}

bool is_waiting(PeerState state) noexcept {
  return state != PeerState::closed && !is_open(state);
}

}  // namespace

Node::Peer& Node::add_peer(PeerConfig config) {
  Peer& peer = peers_.emplace_back(config_.tw);
  peer.index = peers_.size() - 1;
  peer.config = std::move(config);
  peers_by_host_.try_emplace(lower(peer.config.host), peer.index);
  return peer;
}

Node::Peer* Node::find_peer(std::string_view host) {
  const bool is_exact = TOUCHSTONE_DEFECT("DP-16.case_counts");
  const auto found = peers_by_host_.find(is_exact ? std::string(host) : lower(host));
  return found == peers_by_host_.end() ? nullptr : &peers_[found->second];
}

// A stranger keeps its place, so that its index means the same peer while anything is open. When
// all are taken, one that is closed gives way.
Node::Peer* Node::admit_stranger(std::string_view host) {
  if (peers_.size() - configured_count_ < config_.max_strangers) {
    return &add_peer({.host = std::string(host)});
  }
  for (std::size_t tried = 0; tried < config_.max_strangers; ++tried) {
    Peer& peer = peers_[configured_count_ + next_stranger_++ % config_.max_strangers];
    if (peer.state != PeerState::closed) continue;
    peers_by_host_.erase(lower(peer.config.host));
    peer.config.host = host;
    peer.state_id.reset();
    peer.watchdog = Watchdog(config_.tw);
    peers_by_host_.try_emplace(lower(host), peer.index);
    return &peer;
  }
  return nullptr;
}

Node::Connection* Node::open_connection(const Peer& peer) {
  const auto& id = peer.state == PeerState::i_open   ? peer.initiated
                   : peer.state == PeerState::r_open ? peer.accepted
                                                     : std::nullopt;
  return id ? find_connection(*id) : nullptr;
}

// §5.3: what the peer offers, against what we have. Leaves the common applications, and whether TLS
// comes next, in `connection`.
std::uint32_t Node::judge_capabilities(const MessageView& message, Connection& connection) const {
  connection.common.clear();
  bool has_security = false;
  bool clear = false;
  bool tls = false;
  const auto add = [&](std::uint32_t id) {
    const bool is_ours = (id == application_relay && !TOUCHSTONE_DEFECT("DP-08.relay_unknown")) ||
                         std::ranges::count(config_.applications, id) > 0;
    if (is_ours && std::ranges::count(connection.common, id) == 0) connection.common.push_back(id);
  };
  const auto visit = [&](const AvpView& avp) {
    if (avp.is(avp_auth_application_id) || avp.is(avp_acct_application_id)) add(*avp.u32());
    if (avp.is(avp_inband_security_id)) {
      has_security = true;
      clear = clear || avp.u32() == no_inband_security;
      tls = tls || avp.u32() == inband_tls;
    }
  };
  for_each_avp(message.avps, [&](const AvpView& avp) {
    visit(avp);
    if (avp.is(avp_vendor_specific_application_id)) for_each_avp(avp.data, visit);
  });
  if (connection.common.empty() && !TOUCHSTONE_DEFECT("DP-07.nothing_in_common"))
    return result_no_common_application;
  if (connection.is_protected || TOUCHSTONE_DEFECT("DP-12.security_ignored")) return result_success;
  // §6.10: without the AVP the peer offers no security.
  if (config_.allows_clear && (clear || !has_security)) return result_success;
  connection.wants_tls = config_.allows_tls && tls;
  return connection.wants_tls ? result_success : result_no_common_security;
}

// The first message of a connection that the peer began (§5.6.1).
void Node::take_first(Connection& connection, const MessageView& message, Time now,
                      Effects& effects) {
  const Header& header = message.header;
  if (header.command != command_capabilities_exchange || !header.is_request()) {
    if (TOUCHSTONE_DEFECT("DP-01.waits_on")) return;
    blame(connection, EndReason::no_cer);
    return end(connection, Effect::Kind::close, effects);
  }
  const auto refuse = [&](std::uint32_t result, const Violation* violation) {
    blame(connection, EndReason::cer_refused, result, &message);
    send_cea(connection, header, result, violation, effects);
    end(connection, Effect::Kind::close, effects);
  };
  if (header.application != application_base && !TOUCHSTONE_DEFECT("DP-13.application_ignored"))
    return refuse(result_application_unsupported, nullptr);
  const auto violation = check(message);
  if (violation && !is_forgiven(*violation, message))
    return refuse(violation->result_code, &*violation);
  const std::string_view host = message.find(avp_origin_host)->text();
  if (stopping_ || (connection.proved && !is_proved(*connection.proved, host))) {
    return refuse(result_unknown_peer, nullptr);
  }
  Peer* peer = find_peer(host);
  if (peer == nullptr && TOUCHSTONE_DEFECT("DP-06.anybody")) peer = &peers_.front();
  const bool may_enter = peer != nullptr || (config_.max_strangers > 0 && is_host(host) &&
                                             !same_identity(host, config_.host));
  if (!may_enter) return refuse(result_unknown_peer, nullptr);
  const std::uint32_t result = judge_capabilities(message, connection);
  if (result != result_success) return refuse(result, nullptr);
  if (peer == nullptr) peer = admit_stranger(host);
  if (peer == nullptr) return refuse(result_too_busy, nullptr);
  connection.cer = header;
  dispatch(*peer, PeerEvent::r_conn_cer, &connection, &message, now, effects);
}

void Node::take_cea(Connection& connection, const MessageView& message, Time now,
                    Effects& effects) {
  Peer& peer = peers_[*connection.peer];
  const Header& header = message.header;
  const auto result = message.find(avp_result_code);
  const auto host = message.find(avp_origin_host);
  const bool is_good =
      header.command == command_capabilities_exchange && !header.is_request() && !check(message) &&
      result && (result->u32() == result_success || TOUCHSTONE_DEFECT("DP-37.any_result")) &&
      (same_identity(host->text(), peer.config.host) || TOUCHSTONE_DEFECT("DP-38.any_host")) &&
      judge_capabilities(message, connection) == result_success;
  if (header.command != command_capabilities_exchange && TOUCHSTONE_DEFECT("DP-43.waits_on"))
    return;
  if (!is_good) {
    const std::uint32_t code = result ? result->u32().value_or(0) : 0;
    blame(connection, EndReason::cea_refused, code, &message);
  }
  dispatch(peer, is_good ? PeerEvent::i_rcv_cea : PeerEvent::i_rcv_non_cea, &connection, &message,
           now, effects);
}

// CER, DWR and DPR, and their answers, of a peer.
void Node::take_base(Connection& connection, const MessageView& message, Time now,
                     Effects& effects) {
  Peer& peer = peers_[*connection.peer];
  const Header& header = message.header;
  const bool is_dwa = header.command == command_device_watchdog && !header.is_request();
  const bool is_unseen = (is_dwa && TOUCHSTONE_DEFECT("DP-26.answer_not_seen")) ||
                         (!is_dwa && TOUCHSTONE_DEFECT("DP-27.traffic_not_seen"));
  if (!is_unseen) watch(peer, peer.watchdog.on_message(is_dwa, now, jitter()), now, effects);
  if (connection.is_ending) return;
  if (header.is_request()) {
    if (const auto violation = check(message)) {
      const Violation* told = TOUCHSTONE_DEFECT("DP-18.no_failed_avp") ? nullptr : &*violation;
      return send_base_answer(connection, header, violation->result_code, told, effects);
    }
  }
  if (header.command == command_device_watchdog) follow_state_id(peer, message, effects);
  const bool is_cer = header.command == command_capabilities_exchange && header.is_request();
  if (is_cer && header.application != application_base &&
      !TOUCHSTONE_DEFECT("DP-19.second_cer_ignored")) {
    return send_base_answer(connection, header, result_application_unsupported, nullptr, effects);
  }
  if (header.command == command_disconnect_peer && header.is_request()) {
    const auto cause = message.find(avp_disconnect_cause)->u32();
    peer.was_dismissed = cause != static_cast<std::uint32_t>(DisconnectCause::rebooting);
    blame(connection, EndReason::peer_disconnected, cause.value_or(0));
  }
  if (const auto event = event_of(header, connection.is_ours))
    dispatch(peer, *event, &connection, &message, now, effects);
}

void Node::dispatch(Peer& peer, PeerEvent event, Connection* connection, const MessageView* message,
                    Time now, Effects& effects) {
  const PeerTransition* row = find_transition(config_.profile, peer.state, event);
  if (row == nullptr) return;
  const std::uint32_t actions = row->actions;
  act_on_connections(peer, event, actions, connection, effects);
  act_on_messages(peer, actions, connection, message, effects);
  const bool stays = event == PeerEvent::r_rcv_dpr && TOUCHSTONE_DEFECT("DP-22.open_after_dpr");
  if (row->to != peer.state && !stays) enter(peer, row->to, now, effects);
  const bool wins = (compare_identities(config_.host, peer.config.host) > 0) !=
                    TOUCHSTONE_DEFECT("DP-34.lower_identity_wins");
  if ((actions & act_elect) != 0 && wins) {
    dispatch(peer, PeerEvent::win_election, nullptr, nullptr, now, effects);
  }
  schedule(peer);
}

// Origin-State-Id (§8.16). A message without one says nothing, nor does that of another host.
void Node::follow_state_id(Peer& peer, const MessageView& message, Effects& effects) {
  const auto avp = message.find(avp_origin_state_id);
  const auto host = message.find(avp_origin_host);
  const auto value = avp ? avp->u32() : std::nullopt;
  if (!value || !host || !same_identity(host->text(), peer.config.host)) return;
  const auto before = std::exchange(peer.state_id, value);
  if (!before || *before == *value) return;
  effects.add(
      {.kind = *value > *before ? Effect::Kind::peer_restarted : Effect::Kind::state_id_fell,
       .peer = peer.index,
       .result = *value});
}

void Node::act_on_connections(Peer& peer, PeerEvent event, std::uint32_t actions,
                              Connection* connection, Effects& effects) {
  const auto end_one = [&](std::optional<ConnectionId>& id, Effect::Kind how) {
    Connection* one = id ? find_connection(*id) : nullptr;
    id.reset();
    if (one == nullptr) return;
    blame(*one, event == PeerEvent::timeout ? EndReason::silent : EndReason::election);
    end(*one, how, effects);
  };
  if ((actions & act_i_snd_conn_req) != 0) {
    Connection& begun = add_connection(next_connection_++);
    begun.is_ours = true;
    begun.peer = peer.index;
    peer.initiated = begun.id;
    effects.add({.kind = Effect::Kind::connect, .connection = begun.id, .peer = peer.index});
  }
  if ((actions & act_r_accept) != 0) {
    connection->peer = peer.index;
    connection->deadline.reset();
    --unidentified_count_;
    peer.accepted = connection->id;
  }
  if ((actions & act_r_reject) != 0 && !TOUCHSTONE_DEFECT("DP-20.both_live")) {
    blame(*connection, EndReason::second_connection);
    end(*connection, Effect::Kind::close, effects);
  }
  if ((actions & act_i_disc) != 0) end_one(peer.initiated, Effect::Kind::close);
  if ((actions & act_r_disc) != 0) end_one(peer.accepted, Effect::Kind::close);
  if ((actions & (act_error | act_cleanup)) != 0) {
    end_one(peer.initiated, Effect::Kind::abort);
    end_one(peer.accepted, Effect::Kind::abort);
  }
}

void Node::act_on_messages(Peer& peer, std::uint32_t actions, Connection* connection,
                           const MessageView* message, Effects& effects) {
  if ((actions & act_snd_cer) != 0) send_cer(*connection, effects);
  if ((actions & (act_process_cer | act_process_cea)) != 0)
    follow_state_id(peer, *message, effects);
  if ((actions & act_process_cea) != 0) {
    peer.common = connection->common;
    if (connection->wants_tls) {
      effects.add({.kind = Effect::Kind::start_tls, .connection = connection->id});
    }
  }
  if ((actions & act_r_snd_cea) != 0) {
    Connection& accepted = *find_connection(*peer.accepted);
    peer.common = accepted.common;
    send_cea(accepted, accepted.cer, result_success, nullptr, effects);
    if (accepted.wants_tls) {
      effects.add({.kind = Effect::Kind::start_tls, .connection = accepted.id});
    }
  }
  if ((actions & act_snd_cea_again) != 0) {
    const std::uint32_t result = judge_capabilities(*message, *connection);
    send_cea(*connection, message->header, result, nullptr, effects);
  }
  if ((actions & act_snd_cea_refusal) != 0) {
    send_cea(*connection, message->header, result_unable_to_comply, nullptr, effects);
  }
  const bool is_mute = ((actions & act_snd_dwa) != 0 && TOUCHSTONE_DEFECT("DP-17.no_answer")) ||
                       ((actions & act_snd_dpa) != 0 && TOUCHSTONE_DEFECT("DP-21.no_answer"));
  if ((actions & (act_snd_dwa | act_snd_dpa)) != 0 && !is_mute) {
    send_base_answer(*connection, message->header, result_success, nullptr, effects);
  }
  if ((actions & act_snd_dpr) != 0 && !TOUCHSTONE_DEFECT("DP-23.no_goodbye")) {
    blame(*open_connection(peer), EndReason::disconnected);
    send_base_request(*open_connection(peer), command_disconnect_peer, effects);
  }
  if ((actions & act_process) != 0) {
    if (message->header.is_request()) {
      take_request(*connection, *message, effects);
    } else {
      take_answer(*connection, *message, effects);
    }
  }
}

void Node::enter(Peer& peer, PeerState state, Time now, Effects& effects) {
  const bool was_closing = peer.state == PeerState::closing;
  peer.state = state;
  peer.timeout.reset();
  if (is_waiting(state)) peer.timeout = now + config_.exchange_timeout;
  if (is_open(state)) {
    peer.reconnect.reset();
    peer.was_dismissed = false;
    peer.is_announced = true;
    effects.add({.kind = Effect::Kind::peer_up, .peer = peer.index});
    watch(peer, peer.watchdog.on_connection_up(now, jitter()), now, effects);
    // The table has no Stop while a connection is begun; it is made up for here.
    if (stopping_) dispatch(peer, PeerEvent::stop, nullptr, nullptr, now, effects);
    return;
  }
  if (peer.is_announced && (state == PeerState::closing || state == PeerState::closed)) {
    peer.is_announced = false;
    effects.add({.kind = Effect::Kind::peer_down, .peer = peer.index});
    if (state == PeerState::closing) {
      // An orderly end is no failure: the peer is trusted at once when it comes back.
      peer.watchdog = Watchdog(config_.tw);
    } else {
      peer.watchdog.on_connection_down(now, jitter());
    }
    fail_over(peer, effects);
  }
  const bool stays_away = stopping_ || (was_closing && peer.was_dismissed);
  if (state == PeerState::closed && peer.config.connect && !stays_away) {
    if (!TOUCHSTONE_DEFECT("DP-39.one_attempt")) peer.reconnect = now + config_.tc;
  }
}

void Node::watch(Peer& peer, std::uint32_t actions, Time now, Effects& effects) {
  if ((actions & watchdog_send_dwr) != 0 && !TOUCHSTONE_DEFECT("DP-25.never_asked")) {
    if (Connection* connection = open_connection(peer)) {
      send_base_request(*connection, command_device_watchdog, effects);
    }
  }
  if ((actions & watchdog_failover) != 0) fail_over(peer, effects);
  if ((actions & watchdog_close) != 0 && !TOUCHSTONE_DEFECT("DP-26.never_given_up")) {
    if (Connection* connection = open_connection(peer)) {
      blame(*connection, EndReason::no_watchdog_answer);
      effects.add({.kind = Effect::Kind::abort, .connection = connection->id});
      lose(*connection, now, effects);
    }
  }
  schedule(peer);
}

// The messages of the base protocol.

void Node::write_capabilities(MessageWriter& message) const {
  message.text(avp_origin_host, config_.host).text(avp_origin_realm, config_.realm);
  for (const std::uint32_t address : config_.addresses)
    if (!TOUCHSTONE_DEFECT("DP-36.no_address")) message.ipv4(avp_host_ip_address, address);
  message.u32(avp_vendor_id, config_.vendor_id).text(avp_product_name, config_.product_name);
  if (config_.origin_state_id != 0) message.u32(avp_origin_state_id, config_.origin_state_id);
  for (const std::uint32_t application : config_.applications)
    if (!TOUCHSTONE_DEFECT("DP-05.no_applications"))
      message.u32(avp_auth_application_id, TOUCHSTONE_DEFECT("KM-09.another") ? 4 : application);
  if (config_.allows_clear) message.u32(avp_inband_security_id, no_inband_security);
  if (config_.allows_tls) message.u32(avp_inband_security_id, inband_tls);
}

void Node::send_cer(Connection& connection, Effects& effects) {
  MessageWriter message(effects.send(connection.id), {.flags = flag_request,
                                                      .command = command_capabilities_exchange,
                                                      .hop_by_hop = hop_by_hop_.next(),
                                                      .end_to_end = end_to_end_.next()});
  write_capabilities(message);
  message.finish();
}

void Node::send_cea(Connection& connection, const Header& request, std::uint32_t result,
                    const Violation* violation, Effects& effects) {
  // §7.2: a protocol error has the format of every command, without our capabilities.
  if (result / 1000 == 3) return send_base_answer(connection, request, result, violation, effects);
  MessageWriter message(effects.send(connection.id), answer_header(request));
  message.u32(avp_result_code, result);
  write_capabilities(message);
  if (violation != nullptr && !violation->failed_avp.empty()) {
    message.open(avp_failed_avp).raw(violation->failed_avp).close();
  }
  message.finish();
}

void Node::send_base_request(Connection& connection, std::uint32_t command, Effects& effects) {
  MessageWriter message(effects.send(connection.id), {.flags = flag_request,
                                                      .command = command,
                                                      .hop_by_hop = hop_by_hop_.next(),
                                                      .end_to_end = end_to_end_.next()});
  message.text(avp_origin_host, config_.host).text(avp_origin_realm, config_.realm);
  if (command == command_disconnect_peer) {
    message.u32(avp_disconnect_cause, static_cast<std::uint32_t>(cause_));
  } else if (config_.origin_state_id != 0) {
    message.u32(avp_origin_state_id, config_.origin_state_id);
  }
  message.finish();
}

void Node::send_base_answer(Connection& connection, const Header& request, std::uint32_t result,
                            const Violation* violation, Effects& effects) {
  const bool is_error = result / 1000 == 3 && !TOUCHSTONE_DEFECT("DM-06.no_e_in_base");
  MessageWriter message(effects.send(connection.id), answer_header(request, is_error));
  message.u32(avp_result_code, result)
      .text(avp_origin_host, config_.host)
      .text(avp_origin_realm, config_.realm);
  if (violation != nullptr && !violation->failed_avp.empty()) {
    message.open(avp_failed_avp).raw(violation->failed_avp).close();
  }
  if (request.command == command_device_watchdog && config_.origin_state_id != 0) {
    message.u32(avp_origin_state_id, config_.origin_state_id);
  }
  message.finish();
}

}  // namespace touchstone::diameter
