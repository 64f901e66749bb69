#include "sim/nodes/gateway_program.h"

#include <algorithm>

#include "reference/diameter/dictionary.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

constexpr Machine::Timer question_timer = 1;
constexpr Machine::Timer save_timer = 2;
// Joins that come together are one write; a cache that is large takes its time.
constexpr Duration save_after = 5s;
constexpr Duration save_again = 10s;
constexpr const char* cache_path = "gateway/gateway.cache";

gateway::ServiceSettings settings_of(const Machine& machine, const Network& network,
                                     const Member& self, const std::vector<Member>& kms) {
  gateway::ServiceSettings settings;
  settings.host = self.host;
  settings.realm = network.realm;
  settings.address = machine.place().address;
  for (const Member& one : kms)
    settings.kms.push_back(one.host);
  settings.wrapping_key = network.wrap();
  return settings;
}

}  // namespace

GatewayProgram::GatewayProgram(Machine& machine, Network& network, const Member& self,
                               std::vector<Member> kms_by_preference)
    : machine_(machine), network_(network), self_(self), kms_(std::move(kms_by_preference)) {}

void GatewayProgram::start() {
  gateway::Cache cache = read_cache();
  service_.emplace(std::move(cache), settings_of(machine_, network_, self_, kms_), *this,
                   machine_.random());
  const crypto::TlsContext* tls = network_.tls_of(machine_.index());
  std::vector<DiameterPlace> peers;
  for (const Member& one : kms_) {
    const std::uint32_t address = machine_.all().world().topology().nodes[one.node].address;
    peers.push_back({.config = {.host = one.host, .connect = true},
                     .at = {address, tls != nullptr ? diameter_tls_port : diameter_port}});
  }
  diameter_.emplace(machine_,
                    node_config(machine_, network_, self_.host, diameter::command_home_agent_mip),
                    std::move(peers), *this, diameter_timer, tls);
  machine_.bind(join_port);
  apply(service_->start(machine_.now()));
  diameter_->start();
}

// A damaged cache costs no more than asking again.
gateway::Cache GatewayProgram::read_cache() {
  gateway::Cache empty;
  empty.realm = network_.realm;
  auto file = gateway::CacheFile::open(machine_.disk(), cache_path);
  if (!file) return empty;
  file_.emplace(*std::move(file));
  auto cache = file_->read(network_.realm);
  if (cache) return *std::move(cache);
  tell(machine_, network_, {.kind = Happening::Kind::disk, .text = "cache unusable"});
  return empty;
}

void GatewayProgram::on_stop() {
  if (is_dirty_) save();
  diameter_->stop(diameter::DisconnectCause::rebooting);
}

// What the service wants done.

void GatewayProgram::apply(const gateway::ServiceOutput& output) {
  for (const gateway::Output::Datagram& datagram : output.send)
    machine_.send_datagram(join_port, decode_place(datagram.to), datagram.octets);
  for (const gateway::JoinRecord& join : output.joins)
    tell(machine_, network_,
         {.kind = Happening::Kind::admit,
          .id = join.node_id,
          .code = static_cast<std::uint32_t>(join.code)});
  if (output.save_cache && !is_dirty_) {
    is_dirty_ = true;
    machine_.arm(save_timer, machine_.now() + save_after);
  }
  if (output.save_now) save();
  if (const auto deadline = service_->next_deadline()) machine_.arm(question_timer, *deadline);
  tell_keys();
}

void GatewayProgram::tell_keys() {
  if (!service_->has_network_keys()) return;
  const OctetView key = service_->cache().gateway->view();
  if (std::ranges::equal(key, key_told_)) return;
  key_told_ = copy_secret(key);
  tell(machine_, network_, {.kind = Happening::Kind::keys, .key = name_key(key)});
}

void GatewayProgram::save() {
  const bool is_saved = file_ && file_->write(service_->cache()).has_value();
  is_dirty_ = !is_saved;
  if (is_saved) {
    machine_.disarm(save_timer);
  } else {
    tell(machine_, network_, {.kind = Happening::Kind::disk, .text = "cache not written"});
    machine_.arm(save_timer, machine_.now() + save_again);
  }
  apply(service_->on_saved(is_saved));
}

void GatewayProgram::on_datagram(std::uint16_t /*port*/, Endpoint from, OctetView octets) {
  machine_.spend(Work::datagram);
  apply(service_->receive(octets, encode_place(from), machine_.now()));
}

void GatewayProgram::on_timer(Timer timer) {
  if (timer == diameter_timer) return diameter_->on_timer();
  if (timer == question_timer) return apply(service_->on_timer(machine_.now()));
  if (timer == save_timer) save();
}

// KMS.

NodeIndex GatewayProgram::kms_of(diameter::PeerIndex peer) const {
  return peer < kms_.size() ? kms_[peer].node : no_node;
}

std::optional<diameter::RequestId> GatewayProgram::request(OctetView message) {
  machine_.spend(Work::message);
  const auto id = diameter_->request(message);
  if (id) {
    asked_[*id] = machine_.now();
    tell(machine_, network_, {.kind = Happening::Kind::ask});
  }
  return id;
}

void GatewayProgram::answer(diameter::RequestId request, OctetView message) {
  machine_.spend(Work::message);
  diameter_->answer(request, message);
}

void GatewayProgram::tell_reply(diameter::RequestId request, std::uint32_t code) {
  const auto asked = asked_.find(request);
  if (asked == asked_.end()) return;
  const Duration took = machine_.now() - asked->second;
  asked_.erase(asked);
  tell(machine_, network_, {.kind = Happening::Kind::reply, .code = code, .took = took});
}

void GatewayProgram::on_answer(const diameter::Effect& answer) {
  tell_reply(answer.request, answer.result);
  apply(service_->on_answer(answer.request, answer.message, machine_.now()));
}

void GatewayProgram::on_failure(const diameter::Effect& failure) {
  tell_reply(failure.request, 0);
  apply(service_->on_failure(failure.request, failure.result, machine_.now()));
}

void GatewayProgram::on_request(const diameter::Effect& request, std::string_view /*host*/,
                                bool /*is_protected*/) {
  machine_.spend(Work::message);
  apply(service_->on_request(request.request, request.message));
}

void GatewayProgram::on_peer_up(diameter::PeerIndex peer) {
  tell(machine_, network_, {.kind = Happening::Kind::peer_up, .peer = kms_of(peer)});
  apply(service_->on_peer_up(diameter_->node().peer_host(peer), machine_.now()));
}

void GatewayProgram::on_peer_down(diameter::PeerIndex peer) {
  tell(machine_, network_, {.kind = Happening::Kind::peer_down, .peer = kms_of(peer)});
  apply(service_->on_peer_down(diameter_->node().peer_host(peer)));
}

}  // namespace touchstone::sim
