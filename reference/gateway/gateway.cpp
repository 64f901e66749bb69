#include "reference/gateway/gateway.h"

#include <algorithm>
#include <utility>

#include "reference/base/defect.h"
#include "reference/keyring/network_keys.h"

namespace touchstone::gateway {
namespace {

/// Entries that a sender without a key can cause are bounded; so are those of senders with one.
constexpr std::size_t max_remembered = 65536;
constexpr std::size_t max_waiting = 4;  ///< proofs of one node; retransmissions mostly
constexpr GatewayTime longest_negative{60};

/// Makes room in `entries`: first by what is over, then by all.
template <class Map, class IsOver>
void make_room(Map& entries, const IsOver& is_over) {
  if (entries.size() < max_remembered) return;
  std::erase_if(entries, [&](const auto& one) { return is_over(one.second); });
  if (entries.size() >= max_remembered) entries.clear();
}

}  // namespace

Gateway::Gateway(Cache cache, SecretKey<16> challenge_secret, const GatewaySettings& settings)
    : cache_(std::move(cache)), challenger_(std::move(challenge_secret)), settings_(settings) {
  settings_.negative_for = std::min(settings_.negative_for, longest_negative);
  if (TOUCHSTONE_DEFECT("GC-08.for_ten_minutes")) settings_.negative_for = GatewayTime(600);
}

Output Gateway::start() const {
  Output output;
  output.ask_network_keys = !cache_.gateway || !cache_.code_download;
  return output;
}

Output Gateway::receive(OctetView datagram, const Sender& sender, GatewayTime now) {
  const auto message = decode_join(datagram);
  if (!message) return {};
  if (message->type == JoinType::request) {
    Output output;
    output.send.push_back({sender, encode_join(challenger_.challenge(*message, sender, now))});
    return output;
  }
  if (message->type != JoinType::proof || !challenger_.is_mine(*message, sender, now)) return {};
  return judge(*message, sender, now);
}

Output Gateway::judge(const JoinMessage& proof, const Sender& sender, GatewayTime now) {
  Output output;
  const auto before = admitted_.find(proof.gateway_nonce);
  if (before != admitted_.end()) {
    if (!TOUCHSTONE_DEFECT("JN-07.passed_over"))
      output.send.push_back({sender, before->second.result});
    return output;
  }
  const auto cached = cache_.nodes.find(proof.node_id);
  const bool known = cached != cache_.nodes.end() && !TOUCHSTONE_DEFECT("GC-02.asked_each_time");
  if (known && has_join_mac(cached->second, proof)) {
    finish({proof, sender}, JoinCode::admitted, now, output);
    if (TOUCHSTONE_DEFECT("GC-06.asks_beside")) output.ask_nodes.push_back(proof.node_id);
  } else if (is_barred(known ? no_refetch_until_ : unknown_until_, proof.node_id, now) ||
             (known && TOUCHSTONE_DEFECT("GC-09.never_again"))) {
    finish({proof, sender}, JoinCode::refused, now, output);
  } else {
    ask(proof, sender, output);
  }
  return output;
}

void Gateway::ask(const JoinMessage& proof, const Sender& sender, Output& output) {
  const auto found = pending_.find(proof.node_id);
  if (found == pending_.end() && pending_.size() >= settings_.max_pending) return;
  auto& waiting = pending_[proof.node_id];
  if (waiting.size() < max_waiting) waiting.push_back({proof, sender});
  if (found == pending_.end()) output.ask_nodes.push_back(proof.node_id);
}

void Gateway::finish(const Waiting& waiting, JoinCode code, GatewayTime now, Output& output) {
  JoinMessage result = waiting.proof;
  result.type = JoinType::result;
  result.code = code;
  if (!TOUCHSTONE_DEFECT("JN-05.mac_is_left")) result.mac = {};
  if (code == JoinCode::admitted && !TOUCHSTONE_DEFECT("JN-04.no_mac"))
    result.mac = join_mac(cache_.nodes.at(result.node_id), result);
  Octets octets = encode_join(result);
  if (code == JoinCode::admitted) {
    make_room(admitted_, [now](const Answered& one) { return one.until < now; });
    admitted_[result.gateway_nonce] = {octets, now + Challenger::lifetime};
  }
  output.send.push_back({waiting.sender, std::move(octets)});
  output.joins.push_back({result.node_id, code});
}

void Gateway::finish_all(keyring::NodeId node_id, JoinCode code, GatewayTime now, Output& output) {
  const auto found = pending_.find(node_id);
  if (found == pending_.end()) return;
  for (const Waiting& waiting : std::exchange(found->second, {}))
    finish(waiting, code, now, output);
  pending_.erase(found);
}

Output Gateway::take_network_keys(SecretKey<24> gateway, SecretKey<16> code_download) {
  cache_.gateway = std::move(gateway);
  cache_.code_download = std::move(code_download);
  Output output;
  output.save_cache = !TOUCHSTONE_DEFECT("GC-01.never_kept");
  return output;
}

Output Gateway::take_node_key(keyring::NodeId node_id, SecretKey<16> key, GatewayTime now) {
  Output output;
  const auto cached = cache_.nodes.find(node_id);
  output.save_cache = cached == cache_.nodes.end() || !cached->second.equals(key);
  if (TOUCHSTONE_DEFECT("GC-02.never_kept")) output.save_cache = false;
  cache_.nodes.insert_or_assign(node_id, std::move(key));
  unknown_until_.erase(node_id);
  const auto found = pending_.find(node_id);
  if (found == pending_.end()) return output;
  bool all_proved = true;
  for (const Waiting& waiting : std::exchange(found->second, {})) {
    const bool proved = has_join_mac(cache_.nodes.at(node_id), waiting.proof) ||
                        TOUCHSTONE_DEFECT("GC-05.any_proof");
    finish(waiting, proved ? JoinCode::admitted : JoinCode::refused, now, output);
    all_proved = all_proved && proved;
  }
  pending_.erase(found);
  if (all_proved || TOUCHSTONE_DEFECT("GC-09.each_time")) return output;
  // The key is fresh and the proof wrong: no reason to ask again soon (GC-09).
  make_room(no_refetch_until_, [now](GatewayTime until) { return until <= now; });
  no_refetch_until_[node_id] = now + settings_.refetch_every;
  return output;
}

Output Gateway::node_is_unknown(keyring::NodeId node_id, GatewayTime now) {
  Output output;
  output.save_cache = cache_.nodes.erase(node_id) != 0;  // removed at the KMS since it was cached
  make_room(unknown_until_, [now](GatewayTime until) { return until <= now; });
  unknown_until_[node_id] = now + settings_.negative_for;
  finish_all(node_id,
             TOUCHSTONE_DEFECT("GC-05.unknown_is_later") ? JoinCode::later : JoinCode::refused, now,
             output);
  return output;
}

Output Gateway::no_answer(keyring::NodeId node_id, GatewayTime now) {
  Output output;
  finish_all(node_id, JoinCode::later, now, output);
  return output;
}

bool Gateway::is_barred(const std::map<keyring::NodeId, GatewayTime>& until,
                        keyring::NodeId node_id, GatewayTime now) const {
  const auto found = until.find(node_id);
  return found != until.end() && now < found->second;
}

std::uint32_t Gateway::rotate(const diameter::Rotation& rotation, Output& output) {
  if (rotation.origin_realm != cache_.realm) return diameter::result_authorization_rejected;
  const bool weak = rotation.gateway && (keyring::is_constant(rotation.gateway->view()) ||
                                         keyring::is_weak_3des(rotation.gateway->view()));
  if (weak || (rotation.code_download && keyring::is_constant(rotation.code_download->view())))
    return diameter::result_bad_key;
  if (rotation.gateway) cache_.gateway = rotation.gateway->copy();
  if (rotation.code_download) cache_.code_download = rotation.code_download->copy();
  output.save_cache = true;
  return diameter::result_success;
}

}  // namespace touchstone::gateway
