// The requests and answers of a Node: what is for us (RFC 6733 §6.1), what was asked before, and
// what we asked ourselves.

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/diameter/config_uri.h"
#include "reference/diameter/identity.h"
#include "reference/diameter/node.h"
#include "reference/diameter/node_state.h"

namespace touchstone::diameter {
namespace {

std::string_view text_of(const MessageView& message, std::uint32_t code) {
  const auto avp = message.find(code);
  return avp ? avp->text() : std::string_view{};
}

// A repeated request is known by Origin-Host and End-to-End Identifier (§3). The Session-Id joins
// them, so that a peer that repeats identifiers by mistake never gets another session's key.
std::string duplicate_key_of(const MessageView& message) {
  return DuplicateCache::make_key(text_of(message, avp_origin_host),
                                  text_of(message, avp_session_id), message.header.end_to_end);
}

void collect_proxy_info(const MessageView& message, SecretOctets& out) {
  AvpReader reader(message.avps);
  while (!reader.at_end()) {
    const auto avp = reader.next();
    if (!avp) return;
    if (!avp->is(avp_proxy_info) || TOUCHSTONE_DEFECT("DM-04.none_in_errors")) continue;
    out.insert(out.end(), avp->whole.begin(), avp->whole.end());
    while (out.size() % 4 != 0)
      out.push_back(0);
  }
}

constexpr std::size_t hop_by_hop_at = 12;
constexpr std::size_t end_to_end_at = 16;

void store_u32(SecretOctets& message, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    message[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

// 0 when the request is for us (§6.1.4), else the Result-Code that it earns.
std::uint32_t Node::judge_route(const Connection& connection, const MessageView& message) const {
  bool is_loop = false;
  bool has_route = false;
  AvpReader reader(message.avps);
  while (!reader.at_end()) {
    const auto avp = reader.next();
    if (!avp) break;
    if (!avp->is(avp_route_record)) continue;
    has_route = true;
    is_loop = is_loop || same_identity(avp->text(), config_.host);
  }
  if (is_loop)
    return TOUCHSTONE_DEFECT("DM-21.undelivered") ? result_unable_to_deliver : result_loop_detected;
  const auto host = message.find(avp_destination_host);
  const auto realm = message.find(avp_destination_realm);
  const bool is_ours =
      host && (TOUCHSTONE_DEFECT("DM-20.case") ? host->text() == config_.host
                                               : same_identity(host->text(), config_.host));
  if (host && !is_ours && !TOUCHSTONE_DEFECT("DM-20.any_host")) return result_unable_to_deliver;
  if (host && !realm) return result_unable_to_deliver;
  const bool other_realm = realm && !same_identity(realm->text(), config_.realm);
  if (other_realm && !TOUCHSTONE_DEFECT("DM-19.any_realm")) return result_realm_not_served;
  // §2.9: who speaks for others must be known to do so.
  const Peer& peer = peers_[*connection.peer];
  const bool speaks_for_itself =
      same_identity(text_of(message, avp_origin_host), peer.config.host) && !has_route;
  const bool may_ask = speaks_for_itself || peer.config.is_agent;
  return may_ask || TOUCHSTONE_DEFECT("DP-32.any_host") ? 0U : result_authorization_rejected;
}

// What §6.2 has repeated may be what is wrong with the request: an answer that nobody can read
// helps nobody, so it goes without then.
void Node::send_error(Connection& connection, const MessageView& request,
                      const Violation& violation, Effects& effects) {
  SecretOctets& out = effects.send(connection.id);
  const std::size_t begin = out.size();
  const std::uint32_t result =
      TOUCHSTONE_DEFECT("DM-40.one_code") ? result_unable_to_comply : violation.result_code;
  const auto write = [&](std::string_view session, OctetView proxies) {
    const bool is_error = violation.result_code / 1000 == 3 && !TOUCHSTONE_DEFECT("DM-06.no_e");
    MessageWriter message(out, answer_header(request.header, is_error));
    if (!session.empty() && !TOUCHSTONE_DEFECT("DM-03.none_in_errors"))
      message.text(avp_session_id, session);
    message.text(avp_origin_host, config_.host)
        .text(avp_origin_realm, config_.realm)
        .u32(avp_result_code, result);
    if (!violation.failed_avp.empty()) {
      message.open(avp_failed_avp).raw(violation.failed_avp).close();
    }
    message.raw(proxies);
    message.finish();
  };
  SecretOctets proxies;
  collect_proxy_info(request, proxies);
  write(text_of(request, avp_session_id), proxies);
  const OctetView whole = OctetView(out).subspan(begin);
  if (!check({decode_header(whole)->header, whole.subspan(header_size), whole})) return;
  out.resize(begin);
  write({}, {});
}

// True when the request was there before: its answer goes out again, or will once it is given.
bool Node::repeat_answer(Connection& connection, const MessageView& message, Effects& effects) {
  const Header& header = message.header;
  if (TOUCHSTONE_DEFECT("DP-30.not_remembered")) return false;
  const std::string key = duplicate_key_of(message);
  if (const auto kept = duplicates_.find(key)) {
    SecretOctets& out = effects.send(connection.id);
    const std::size_t begin = out.size();
    out.insert(out.end(), kept->begin(), kept->end());
    store_u32(out, begin + hop_by_hop_at, header.hop_by_hop);
    return true;
  }
  const auto waiting = unanswered_.find(key);
  if (waiting == unanswered_.end()) return false;
  Incoming& incoming = incoming_.at(waiting->second);
  // The way that it came by may be gone: the answer takes the newest.
  if (Connection* old = find_connection(incoming.connection)) --old->unanswered;
  ++connection.unanswered;
  incoming.connection = connection.id;
  incoming.header.hop_by_hop = header.hop_by_hop;
  return true;
}

void Node::take_request(Connection& connection, const MessageView& message, Effects& effects) {
  const Header& header = message.header;
  const auto refuse = [&](std::uint32_t code) {
    send_error(connection, message, {code, {}, {}}, effects);
  };
  const auto served = [&](const ServedCommand& one) {
    return one.command == header.command && one.application == header.application;
  };
  if (!has_valid_bits(header)) return refuse(result_invalid_hdr_bits);
  if (std::ranges::none_of(config_.served, served)) {
    const bool known = std::ranges::any_of(config_.served, [&](const ServedCommand& one) {
      return one.application == header.application;
    });
    if (known && TOUCHSTONE_DEFECT("DM-17.as_application"))
      return refuse(result_application_unsupported);
    if (!known && TOUCHSTONE_DEFECT("DM-16.as_command")) return refuse(result_command_unsupported);
    return refuse(known ? result_command_unsupported : result_application_unsupported);
  }
  if (const std::uint32_t code = judge_route(connection, message)) {
    // A request without Origin-Host is refused for that.
    if (code != result_authorization_rejected || !check(message)) return refuse(code);
  }
  if (const auto violation = check(message)) {
    return send_error(connection, message, *violation, effects);
  }
  if (header.is_retransmitted()) {
    if (repeat_answer(connection, message, effects)) return;
    if (TOUCHSTONE_DEFECT("DP-31.repetitions_alone")) return;
  }
  if (connection.unanswered >= config_.max_unanswered) return refuse(result_too_busy);
  const RequestId id = next_request_++;
  Incoming& incoming = incoming_[id];
  incoming.connection = connection.id;
  incoming.header = header;
  incoming.duplicate_key = duplicate_key_of(message);
  unanswered_.try_emplace(incoming.duplicate_key, id);  // of two with one key the first counts
  ++connection.unanswered;
  effects.add({.kind = Effect::Kind::request,
               .connection = connection.id,
               .peer = *connection.peer,
               .request = id,
               .message = message});
}

void Node::answer(RequestId request, OctetView message, Effects& effects) {
  const auto found = incoming_.find(request);
  TOUCHSTONE_CHECK(found != incoming_.end() && message.size() >= header_size);
  Incoming& incoming = found->second;
  if (Connection* connection = find_connection(incoming.connection)) {
    --connection->unanswered;
    SecretOctets& out = effects.send(connection->id);
    const std::size_t begin = out.size();
    out.insert(out.end(), message.begin(), message.end());
    const std::uint32_t lie = TOUCHSTONE_DEFECT("DP-28.next_identifier") ? 1U : 0U;
    store_u32(out, begin + hop_by_hop_at, incoming.header.hop_by_hop + lie);
    const std::uint32_t extra = TOUCHSTONE_DEFECT("DM-01.end_to_end") ? 1U : 0U;
    store_u32(out, begin + end_to_end_at, incoming.header.end_to_end + extra);
  }
  const auto waiting = unanswered_.find(incoming.duplicate_key);
  if (waiting != unanswered_.end() && waiting->second == request) unanswered_.erase(waiting);
  duplicates_.remember(std::move(incoming.duplicate_key), message);
  incoming_.erase(found);
}

// Requests of our own.

// Whether `peer` can be sent requests of `application`; a relay takes all (§2.4).
bool Node::is_usable(const Peer& peer, std::uint32_t application) {
  if (open_connection(peer) == nullptr) return false;
  return application == application_base || std::ranges::any_of(peer.common, [&](std::uint32_t id) {
           return id == application || id == application_relay;
         });
}

Node::Peer* Node::choose_peer(const Pending& pending, const Peer* except) {
  Peer* best = nullptr;
  for (Peer& peer : peers_) {
    if (&peer == except || !is_usable(peer, pending.application)) continue;
    if (same_identity(peer.config.host, pending.destination_host)) return &peer;
    if (!pending.destination_host.empty() && !peer.config.is_agent) continue;
    // A peer that has not proved itself (RFC 3539 A: SUSPECT, REOPEN) is better than none.
    const bool trusted = peer.watchdog.state() == WatchdogState::okay;
    if (best == nullptr || (trusted && best->watchdog.state() != WatchdogState::okay)) best = &peer;
  }
  return best;
}

void Node::transmit(std::uint32_t hop_by_hop, Pending& pending, Peer& peer, Effects& effects) {
  Connection& connection = *open_connection(peer);
  pending.peer = peer.index;
  pending.connection = connection.id;
  store_u32(pending.octets, hop_by_hop_at, hop_by_hop);
  SecretOctets& out = effects.send(connection.id);
  out.insert(out.end(), pending.octets.begin(), pending.octets.end());
}

std::optional<RequestId> Node::request(OctetView message, Time now, Effects& effects) {
  const auto decoded = decode_header(message);
  TOUCHSTONE_CHECK(decoded && decoded->header.is_request() &&
                   !is_base_command(decoded->header.command));
  if (pending_.size() >= config_.max_pending) return std::nullopt;
  Pending pending;
  pending.application = decoded->header.application;
  pending.destination_host =
      text_of({decoded->header, message.subspan(header_size), message}, avp_destination_host);
  Peer* peer = choose_peer(pending, nullptr);
  if (peer == nullptr) return std::nullopt;
  pending.request = next_request_++;
  pending.octets = copy_secret(message);
  store_u32(pending.octets, end_to_end_at, end_to_end_.next());
  const std::uint32_t hop_by_hop = hop_by_hop_.next();
  transmit(hop_by_hop, pending, *peer, effects);
  request_deadlines_.emplace_back(now + config_.request_timeout, hop_by_hop);
  const RequestId id = pending.request;
  pending_.insert_or_assign(hop_by_hop, std::move(pending));
  return id;
}

// §6.1.8: the request goes to the first of the named hosts that is an open peer. Where there is
// none, the application gets the answer: a node connects to configured peers alone.
bool Node::follow_redirect(std::uint32_t hop_by_hop, Pending& pending, const MessageView& answer,
                           Effects& effects) {
  if (!answer.header.is_error() || pending.redirects == max_redirects) return false;
  AvpReader reader(answer.avps);
  while (!reader.at_end()) {
    const auto avp = reader.next();
    if (!avp) return false;
    if (!avp->is(avp_redirect_host)) continue;
    const auto uri = parse_uri(avp->text());
    Peer* peer = uri ? find_peer(uri->host) : nullptr;
    if (peer == nullptr || peer->index == pending.peer) continue;
    if (!is_usable(*peer, pending.application)) continue;
    ++pending.redirects;
    transmit(hop_by_hop, pending, *peer, effects);
    return true;
  }
  return false;
}

// §6.2.1: an answer that we did not ask for is dropped.
void Node::take_answer(Connection& connection, const MessageView& message, Effects& effects) {
  const auto found = pending_.find(message.header.hop_by_hop);
  if (found == pending_.end() && TOUCHSTONE_DEFECT("DP-24.unasked_ends"))
    return end(connection, Effect::Kind::close, effects);
  if (found == pending_.end()) return;
  if (found->second.connection != connection.id && !TOUCHSTONE_DEFECT("DP-41.any_connection"))
    return;
  const auto code = check(message) ? std::nullopt : message.find(avp_result_code);
  if (code && code->u32() == result_redirect_indication &&
      follow_redirect(found->first, found->second, message, effects)) {
    return;
  }
  effects.add({.kind = Effect::Kind::answer,
               .connection = connection.id,
               .peer = *connection.peer,
               .request = found->second.request,
               .result = code ? code->u32().value_or(0) : 0,
               .message = message});
  pending_.erase(found);
  while (!request_deadlines_.empty() && !pending_.contains(request_deadlines_.front().second))
    request_deadlines_.pop_front();
}

// §5.5.4: what waits for `peer` goes to another one with T set, or has failed when there is none or
// when `peer` was its only destination. A node that stops leaves every peer, so it tries no other.
void Node::fail_over(Peer& peer, Effects& effects) {
  std::vector<std::uint32_t> moved;
  for (const auto& [hop_by_hop, pending] : pending_) {
    if (pending.peer == peer.index) moved.push_back(hop_by_hop);
  }
  std::ranges::sort(moved);
  for (const std::uint32_t hop_by_hop : moved) {
    Pending& pending = pending_.at(hop_by_hop);
    Peer* other = stopping_ ? nullptr : choose_peer(pending, &peer);
    if (other != nullptr) {
      if (!TOUCHSTONE_DEFECT("DP-40.not_marked")) pending.octets[4] |= flag_retransmitted;
      transmit(hop_by_hop, pending, *other, effects);
      continue;
    }
    effects.add({.kind = Effect::Kind::failure,
                 .peer = peer.index,
                 .request = pending.request,
                 .result = result_unable_to_deliver});
    pending_.erase(hop_by_hop);
  }
}

}  // namespace touchstone::diameter
