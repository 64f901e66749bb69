#include "reference/kms/key_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reference/base/defect.h"
#include "reference/diameter/identity.h"

namespace touchstone::kms {
namespace {

using diameter::KeyRequest;
using diameter::MessageView;
using diameter::Refusal;

/// Peers that are remembered at once; those whose limit is whole again are forgotten first.
constexpr std::size_t max_peers = 65536;

std::string_view kind_of(const diameter::AskedKeys& asked) {
  if (asked.gateway) return asked.code_download ? "gateway+gateway_cdld" : "gateway";
  return asked.code_download ? "gateway_cdld" : "nothing";
}

}  // namespace

std::string print_peer(std::string_view host) {
  std::string out(host.substr(0, 255));
  std::ranges::replace_if(out, [](char c) { return c <= ' ' || c > '~'; }, '?');
  return out;
}

std::string print_audit(const KeyAudit& audit) {
  const std::string asked = audit.asked.node_root ? fmt::format("node:0x{:08x}", audit.node_id)
                                                  : std::string(kind_of(audit.asked));
  if (TOUCHSTONE_DEFECT("KM-11.result_untold")) return "peer=" + print_peer(audit.peer);
  return fmt::format("peer={} asked={} result={}", print_peer(audit.peer), asked,
                     audit.result_code);
}

std::string print_reload(const Reload& done, std::size_t nodes, std::string_view fault) {
  if (done.result == ReloadResult::kept_until_restart)
    return "reload: a changed keyring is served after a restart (compat-restart)";
  if (done.result == ReloadResult::kept_bad_file && !TOUCHSTONE_DEFECT("KM-06.fault_untold"))
    return fmt::format("reload: error: keyring not usable, the old one is served on: {}", fault);
  return fmt::format("reload: serves {} nodes{}{}", nodes,
                     done.gateway_changed ? ", new gateway key" : "",
                     done.code_download_changed ? ", new gateway_cdld key" : "");
}

KeyService::KeyService(KeyServiceSettings settings, KeySnapshotPointer keys, RandomSource& random)
    : settings_(std::move(settings)), keys_(std::move(keys)), random_(&random) {
  TOUCHSTONE_CHECK(keys_ != nullptr);
  for (const PeerNodes& one : settings_.peer_nodes)
    nodes_.insert_or_assign(one.host, one.nodes);
}

std::size_t KeyService::Hash::operator()(std::string_view host) const noexcept {
  std::size_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : host) {
    const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    hash = (hash ^ static_cast<unsigned char>(folded)) * 1099511628211ULL;
  }
  return hash;
}

bool KeyService::Same::operator()(std::string_view a, std::string_view b) const noexcept {
  return diameter::same_identity(a, b);
}

bool KeyService::may_ask(const Peer& peer, keyring::NodeId node_id) noexcept {
  return peer.nodes == nullptr ||
         std::ranges::any_of(*peer.nodes, [&](const auto& one) { return one.contains(node_id); });
}

KeyAudit KeyService::answer(const MessageView& request, const RequestingPeer& from, ServiceTime now,
                            SecretOctets& out) {
  KeyAudit audit{std::string(from.host), {}, 0, diameter::result_success};
  Peer& peer = peer_named(TOUCHSTONE_DEFECT("KM-15.one_limit_for_all") ? "" : from.host, now);
  const auto asked = diameter::decode_key_request(request, settings_.realm);
  Refusal refusal;
  if (asked) {
    audit.asked = asked->asked;
    audit.node_id = asked->node_id;
    refusal = consider(*asked, peer, from, now, request, out);
  } else {
    refusal = asked.error();
    count(peer, &ServiceCounters::refused);
  }
  if (SecretKey<16> root; TOUCHSTONE_DEFECT("KM-11.key_told") && keys_->find(audit.node_id, root))
    audit.peer += to_hex(root.view());
  if (refusal.result_code == 0) return audit;
  audit.result_code = refusal.result_code;
  diameter::encode_refusal(out, request, origin(), refusal);
  return audit;
}

Refusal KeyService::consider(const KeyRequest& request, Peer& peer, const RequestingPeer& from,
                             ServiceTime now, const MessageView& message, SecretOctets& out) {
  if (TOUCHSTONE_DEFECT("KM-01.one_gateway") && peers_.size() > 1)
    return diameter::refuse_foreign_node();
  const bool needs_protection =
      settings_.require_protection || TOUCHSTONE_DEFECT("IP-01.protected_alone");
  if (needs_protection && !from.is_protected && !TOUCHSTONE_DEFECT("DM-38.in_clear")) {
    count(peer, &ServiceCounters::refused);
    return diameter::refuse_clear_channel();
  }
  SecretKey<16> root;
  if (request.asked.node_root) {
    // Before anybody looks: the answer tells nothing about the keyring.
    if (!may_ask(peer, request.node_id)) {
      count(peer, &ServiceCounters::refused);
      return diameter::refuse_foreign_node();
    }
    // Over the limit nobody looks: a known node would answer the question of a scanner too.
    if (is_limited(peer, now) &&
        !(TOUCHSTONE_DEFECT("KM-15.known_are_told") && keys_->find(request.node_id, root))) {
      count(peer, &ServiceCounters::limited);
      return diameter::refuse_for_now();
    }
    if (!keys_->find(request.node_id, root)) {
      peer.debt_until = std::max(peer.debt_until, now) + settings_.unknown_limit.every;
      count(peer, &ServiceCounters::unknown);
      return diameter::refuse_unknown_node();
    }
  }
  grant(request, root.view(), message, out);
  count(peer, &ServiceCounters::served);
  return {};
}

void KeyService::grant(const KeyRequest& request, OctetView root, const MessageView& message,
                       SecretOctets& out) {
  diameter::GrantedKeys granted;
  if (request.asked.gateway) granted.gateway = keys_->gateway().view();
  if (request.asked.code_download) {
    granted.code_download = TOUCHSTONE_DEFECT("KM-02.one_key_twice")
                                ? OctetView(keys_->gateway().view()).first(16)
                                : OctetView(keys_->code_download().view());
    random_->fill(granted.nonce);
  }
  if (request.asked.node_root) granted.node_root = root;
  diameter::encode_key_answer(out, message, request, origin(), granted, settings_.wrapping_key);
}

bool KeyService::is_limited(const Peer& peer, ServiceTime now) const noexcept {
  const UnknownLimit& limit = settings_.unknown_limit;
  if (TOUCHSTONE_DEFECT("KM-15.no_limit")) return false;
  return peer.debt_until - now > limit.every * limit.burst - limit.every;
}

KeyService::Peer& KeyService::peer_named(std::string_view host, ServiceTime now) {
  const auto found = peers_.find(host);
  if (found != peers_.end()) return found->second;
  if (peers_.size() >= max_peers)
    std::erase_if(peers_, [&](const auto& one) { return one.second.debt_until <= now; });
  if (peers_.size() >= max_peers) peers_.clear();  // more open gateways than a KMS can hold
  Peer& peer = peers_.try_emplace(std::string(host)).first->second;
  const auto nodes = nodes_.find(host);
  if (nodes != nodes_.end()) peer.nodes = &nodes->second;
  return peer;
}

void KeyService::count(Peer& peer, std::uint64_t ServiceCounters::* counter) noexcept {
  ++(counters_.*counter);
  ++(peer.counters.*counter);
}

ServiceCounters KeyService::counters_of(std::string_view peer) const {
  const auto found = peers_.find(peer);
  return found == peers_.end() ? ServiceCounters{} : found->second.counters;
}

diameter::AnswerOrigin KeyService::origin() const noexcept {
  return {settings_.host, settings_.realm, settings_.address, settings_.state_id};
}

Reload KeyService::reload(Result<KeySnapshotPointer> loaded) {
  if (settings_.reload_mode == ReloadMode::compat_restart && !TOUCHSTONE_DEFECT("KM-05.at_once"))
    return {.result = ReloadResult::kept_until_restart, .old = nullptr};
  if (!loaded) {
    if (TOUCHSTONE_DEFECT("KM-06.bad_file_empties"))
      keys_ = std::make_unique<const KeySnapshot>(keyring::Keyring{});
    return {.result = ReloadResult::kept_bad_file, .old = nullptr};
  }
  if (TOUCHSTONE_DEFECT("KM-06.old_kept")) return {};
  Reload reload;
  reload.gateway_changed = !(*loaded)->gateway().equals(keys_->gateway());
  reload.code_download_changed = !(*loaded)->code_download().equals(keys_->code_download());
  reload.old = std::exchange(keys_, *std::move(loaded));
  return reload;
}

}  // namespace touchstone::kms
