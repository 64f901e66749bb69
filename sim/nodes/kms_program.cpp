#include "sim/nodes/kms_program.h"

#include <algorithm>
#include <utility>

#include "reference/base/durable_write.h"
#include "reference/base/exit_class.h"
#include "reference/diameter/identity.h"
#include "reference/keyring/keyring_file.h"

namespace touchstone::sim {
namespace {

constexpr Machine::Timer service_timer = 1;
constexpr Machine::Timer rotation_timer = 2;
constexpr Duration rotation_retry = std::chrono::seconds(30);

/// Nobody types anything in a simulation.
class NoPassphrase final : public PassphraseSource {
 public:
  Result<SecretOctets> ask(std::string_view /*prompt*/) override {
    return fail(std::errc::operation_not_permitted);
  }
};

bool is_open(diameter::PeerState state) {
  return state == diameter::PeerState::i_open || state == diameter::PeerState::r_open;
}

}  // namespace

KmsProgram::KmsProgram(Machine& machine, Network& network, const Member& self)
    : machine_(machine), network_(network), self_(self) {}

kms::KeyServiceSettings KmsProgram::settings() const {
  kms::KeyServiceSettings settings;
  settings.host = self_.host;
  settings.realm = network_.realm;
  settings.address = machine_.place().address;
  settings.state_id = static_cast<std::uint32_t>(machine_.wall().time_since_epoch().count());
  settings.require_protection = network_.protection == Protection::tls;
  settings.reload_mode = network_.reload;
  settings.unknown_limit = network_.unknown_limit;
  settings.wrapping_key = network_.wrap();
  return settings;
}

void KmsProgram::start() {
  machine_.listen(delivery_port);
  begin_service();
}

Result<kms::KeySnapshotPointer> KmsProgram::load() {
  TOUCHSTONE_TRY_VOID(undo_unfinished(machine_.disk(), keyring_path));
  TOUCHSTONE_TRY(const SecretOctets file,
                 machine_.disk().read(keyring_path, keyring::max_file_octets, Access::secret));
  Findings findings;
  return kms::load_snapshot(file, findings);
}

// Without a good keyring there is no service (KM-08): whoever runs the daemon starts it again.
void KmsProgram::begin_service() {
  Result<kms::KeySnapshotPointer> keys = load();
  if (!keys) {
    tell(machine_, network_,
         {.kind = Happening::Kind::refuse,
          .code = static_cast<std::uint32_t>(exit_code(keys.error())),
          .text = "keyring"});
    return machine_.arm(service_timer, machine_.now() + network_.reload_every);
  }
  machine_.spend(Work::row, (*keys)->size());
  service_.emplace(settings(), *std::move(keys), machine_.random());
  remember();
  if (const auto replaced = note_keys())
    rotations_.on_changed(replaced->gateway, replaced->code_download);
  std::vector<DiameterPlace> peers;
  for (const Member& gateway : network_.gateways)
    peers.push_back({.config = {.host = gateway.host}});
  diameter_.emplace(machine_,
                    node_config(machine_, network_, self_.host, diameter::command_aa_mobile_node),
                    std::move(peers), *this, diameter_timer, network_.tls_of(machine_.index()));
  diameter_->listen();
  diameter_->start();
}

// What is served now, for those who watch.
void KmsProgram::remember() {
  const kms::KeySnapshot& keys = service_->keys();
  const auto known = machine_.disk().look(keyring_path);
  Findings findings;
  if (const auto file = keyring::parse_keyring(*known, {}, findings))
    for (const keyring::NodeRow& row : file->nodes)
      network_.known.insert(row.node_id);
  tell(machine_, network_,
       {.kind = Happening::Kind::serve,
        .count = keys.size(),
        .key = name_key(keys.gateway().view())});
}

Result<kms::ReplacedKeys> KmsProgram::note_keys() {
  auto replaced =
      kms::note_served_keys(machine_.disk(), kms::served_keys_name(keyring_path), service_->keys());
  if (!replaced)
    tell(machine_, network_, {.kind = Happening::Kind::disk, .text = "served keys not noted"});
  return replaced;
}

void KmsProgram::on_stop() {
  if (diameter_) diameter_->stop(diameter::DisconnectCause::rebooting);
}

// Gateways.

NodeIndex KmsProgram::node_of(std::string_view host) const {
  const auto found = std::ranges::find_if(network_.gateways, [host](const Member& one) {
    return diameter::same_identity(one.host, host);
  });
  return found == network_.gateways.end() ? no_node : found->node;
}

void KmsProgram::on_request(const diameter::Effect& request, std::string_view host,
                            bool is_protected) {
  machine_.spend(Work::message);
  SecretOctets out;
  const kms::KeyAudit audit = service_->answer(request.message, {host, is_protected},
                                               machine_.now().time_since_epoch(), out);
  tell(machine_, network_,
       {.kind = Happening::Kind::answer,
        .peer = node_of(host),
        .id = audit.node_id,
        .code = audit.result_code});
  diameter_->answer(request.request, out);
}

void KmsProgram::on_peer_up(diameter::PeerIndex peer) {
  if (rotations_.wants(diameter_->node().peer_host(peer))) tell_peer(peer);
}

void KmsProgram::on_peer_down(diameter::PeerIndex /*peer*/) {}

// New network keys.

bool KmsProgram::install_network_keys(const keyring::NetworkKeys& keys) {
  const Octets* old = machine_.disk().look(keyring_path);
  Findings findings;
  auto keyring = old == nullptr ? Result<keyring::Keyring>(fail(FileErrc::not_found))
                                : keyring::parse_keyring(*old, {}, findings);
  if (!keyring) return false;
  keyring->network = keys.copy();
  machine_.spend(Work::row, keyring->nodes.size());
  const SecretOctets text = keyring::print_keyring(*keyring);
  const MachineClock clock(machine_);
  const Result<void> written =
      write_file(machine_.disk(), {.path = keyring_path,
                                   .content = text,
                                   .attributes = {},
                                   .replace = true,
                                   .backup = backup_name(keyring_path, clock.local(clock.now()))});
  if (!written) {
    tell(machine_, network_, {.kind = Happening::Kind::disk, .text = "keyring not written"});
    return false;
  }
  reload();
  return true;
}

void KmsProgram::reload() {
  if (!service_) return begin_service();
  const kms::Reload done = service_->reload(load());
  if (done.result == kms::ReloadResult::kept_until_restart) {
    // The operator restarts the daemon: its gateways lose it meanwhile.
    diameter_->stop(diameter::DisconnectCause::rebooting);
    return machine_.arm(service_timer, machine_.now() + network_.import_restart);
  }
  if (done.result != kms::ReloadResult::swapped) {
    return tell(machine_, network_, {.kind = Happening::Kind::refuse, .text = "reload"});
  }
  remember();
  static_cast<void>(note_keys());
  rotations_.on_changed(done.gateway_changed, done.code_download_changed);
  tell_peers();
}

void KmsProgram::tell_peers() {
  const diameter::Node& node = diameter_->node();
  for (diameter::PeerIndex peer = 0; peer < node.peer_count(); ++peer)
    if (is_open(node.peer_state(peer)) && rotations_.wants(node.peer_host(peer))) tell_peer(peer);
}

void KmsProgram::tell_peer(diameter::PeerIndex peer) {
  const std::string host = diameter_->node().peer_host(peer);
  SecretOctets request;
  rotations_.encode(request, service_->keys(), settings(), host, diameter_->next_session_id(),
                    machine_.random());
  machine_.spend(Work::message);
  const auto id = diameter_->request(request);
  if (id) return rotations_.on_sent(*id, host);
  tell_again();
}

void KmsProgram::on_answer(const diameter::Effect& answer) {
  const kms::Rotations::Told told = rotations_.on_answer(answer.request, answer.result);
  tell(machine_, network_,
       {.kind = Happening::Kind::rotate, .peer = node_of(told.host), .code = answer.result});
  if (told.is_for_later) tell_again();
}

void KmsProgram::on_failure(const diameter::Effect& failure) {
  const kms::Rotations::Told told = rotations_.on_failure(failure.request);
  tell(machine_, network_,
       {.kind = Happening::Kind::rotate, .peer = node_of(told.host), .code = 0});
  tell_again();
}

void KmsProgram::tell_again() {
  if (std::exchange(is_again_due_, true)) return;
  machine_.arm(rotation_timer, machine_.now() + rotation_retry);
}

// Batches.

void KmsProgram::import(StreamId stream, const DeliveredBatch& batch) {
  const std::string input = "kms/" + batch.name;
  SimDisk& disk = machine_.disk();
  for (const auto& [path, content] : {std::pair(input, OctetView(batch.batch)),
                                      std::pair(input + ".sig", OctetView(batch.signature)),
                                      std::pair(input + ".manifest", OctetView(batch.manifest))}) {
    static_cast<void>(disk.remove(path));  // an earlier delivery of the same
    static_cast<void>(
        write_file(disk, {.path = path, .content = content, .attributes = {.mode = 0600}}));
  }
  NoPassphrase nobody;
  NoProgress progress;
  const MachineClock clock(machine_);
  kms::Machine place{disk, clock, machine_.random(), nobody, nobody, progress, 0};
  kms::ImportRequest request;
  request.master = keyring_path;
  request.inputs = {input};
  request.key = private_key_path;
  request.backup = true;
  const kms::ImportAnswer answer = kms::import_keys(place, request);
  machine_.spend(Work::private_key);
  machine_.spend(Work::row, answer.nodes);
  const bool is_changed = !answer.outcomes.empty() && answer.outcomes[0].merge.changes();
  tell(machine_, network_,
       {.kind = Happening::Kind::import,
        .code = answer.error ? static_cast<std::uint32_t>(exit_code(*answer.error)) : 0,
        .count = answer.outcomes.empty() ? 0 : answer.outcomes[0].merge.added});
  const std::uint8_t said = answer.error ? delivery_refused : delivery_taken;
  machine_.send(stream, {&said, 1});
  if (!answer.error && is_changed) reload();
}

void KmsProgram::on_accepted(StreamId stream, std::uint16_t port, Endpoint /*from*/) {
  if (port == delivery_port) {
    deliveries_[stream];
  } else if (diameter_) {
    diameter_->on_accepted(stream);
  }
}

void KmsProgram::on_octets(StreamId stream, OctetView octets) {
  const auto found = deliveries_.find(stream);
  if (found == deliveries_.end()) {
    if (diameter_) diameter_->on_octets(stream, octets);
    return;
  }
  const auto state = found->second.take(octets);
  if (state == DeliveryReader::State::broken) {
    machine_.abort(stream);
    deliveries_.erase(found);
  } else if (state == DeliveryReader::State::whole) {
    import(stream, found->second.batch());
  }
}

void KmsProgram::on_closed(StreamId stream) {
  if (deliveries_.erase(stream) == 0 && diameter_) diameter_->on_closed(stream);
}

void KmsProgram::on_timer(Timer timer) {
  switch (timer) {
    case diameter_timer:
      if (diameter_) diameter_->on_timer();
      return;
    case service_timer:
      diameter_.reset();
      service_.reset();
      rotations_ = {};
      return begin_service();
    case rotation_timer:
      is_again_due_ = false;
      if (diameter_) tell_peers();
      return;
    default:
      return;
  }
}

}  // namespace touchstone::sim
