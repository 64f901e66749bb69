#include "tests/property/soak/roles.h"

#include <algorithm>

namespace touchstone::soak {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view realm = "example";

// Octets that differ for every pair of numbers, without zeros.
template <std::size_t size>
std::array<std::uint8_t, size> make_key(std::uint64_t what, std::uint64_t version) {
  std::mt19937_64 engine(what << 32 | version);
  std::array<std::uint8_t, size> key{};
  for (std::uint8_t& octet : key)
    octet = static_cast<std::uint8_t>(engine() | 1);
  return key;
}

constexpr std::uint64_t network_keys = 1;  // no node has this id

// How often the key of `node` has changed up to `generation`.
std::uint32_t version_of(std::uint32_t node, std::uint32_t generation) {
  return (generation + 7 - node % 7) / 7;
}

kms::KeyServiceSettings settings_of(const std::string& host) {
  kms::KeyServiceSettings settings;
  settings.host = host;
  settings.realm = realm;
  settings.unknown_limit = {1000, 1ms};
  return settings;
}

std::string_view text_of(const diameter::MessageView& message, std::uint32_t code) {
  const auto avp = message.find(code);
  return avp ? avp->text() : std::string_view{};
}

}  // namespace

std::string node_key(std::uint32_t node, std::uint32_t generation) {
  return to_hex(make_key<16>(node, version_of(node, generation)));
}

std::string gateway_key(std::uint32_t generation) {
  return to_hex(make_key<24>(network_keys, generation));
}

kms::KeySnapshotPointer keyring_of(std::uint32_t generation) {
  keyring::Keyring keys;
  keys.network.gateway = SecretKey<24>(make_key<24>(network_keys, generation));
  keys.network.gateway_cdld = SecretKey<16>(make_key<16>(network_keys, generation));
  for (std::uint32_t node = first_node; node < first_node + known_nodes; ++node)
    keys.nodes.push_back({node, 1, 0, make_key<16>(node, version_of(node, generation))});
  return std::make_unique<const kms::KeySnapshot>(std::move(keys));
}

Kms::Kms(Network& network, Machine& machine, Faults& faults)
    : network_(network),
      machine_(machine),
      faults_(faults),
      service_(settings_of(machine.host), keyring_of(0), network.chance) {}

void Kms::reload(bool is_good) {
  if (!is_good) {
    service_.reload(fail(std::errc::io_error));
    return;
  }
  ++generation;
  service_.reload(keyring_of(generation));
  push_to_all();
}

void Kms::push_to_all() {
  for (diameter::PeerIndex peer = 0; peer < machine_.peer_hosts.size(); ++peer)
    push(peer);
}

void Kms::push(diameter::PeerIndex peer) {
  diameter::Rotation rotation;
  rotation.gateway = service_.keys().gateway().copy();
  const std::string session = machine_.node.next_session_id();
  rotation.session_id = session;
  rotation.origin_host = machine_.host;
  rotation.origin_realm = realm;
  rotation.realm = realm;
  rotation.destination_host = machine_.peer_hosts[peer];
  SecretOctets message;
  diameter::encode_rotation(message, {}, rotation, nullptr);
  const auto id = machine_.node.request(message, network_.time_of(machine_), machine_.effects);
  if (id) pushes_[*id] = peer;
  network_.settle(machine_);
}

void Kms::on_request(const Effect& request) {
  const std::string session(text_of(request.message, diameter::avp_session_id));
  if (!sessions_.insert(session).second) faults_.push_back("served twice: " + session);
  SecretOctets out;
  const kms::KeyAudit audit =
      service_.answer(request.message, {machine_.peer_hosts[request.peer], false},
                      network_.time_of(machine_).time_since_epoch(), out);
  if (audit.result_code == diameter::result_success) ++served;
  machine_.node.answer(request.request, out, machine_.effects);
}

void Kms::on_answer(const Effect& answer) {
  pushes_.erase(answer.request);
  if (answer.result == diameter::result_success) ++rotations;
}

// A gateway that is there, and did not answer, is told again.
void Kms::on_failure(const Effect& failure) {
  const auto found = pushes_.find(failure.request);
  if (found == pushes_.end()) return;
  const diameter::PeerIndex peer = found->second;
  pushes_.erase(found);
  network_.at(1s, [this, peer] { push(peer); });
}

diameter::KeyRequest Gateway::request_of(const Question& question) const {
  diameter::KeyRequest request;
  request.asked.node_root = true;
  request.node_id = question.node;
  request.session_id = question.session;
  request.origin_host = machine_.host;
  request.origin_realm = realm;
  request.realm = realm;
  return request;
}

void Gateway::ask() {
  Question question;
  question.session = machine_.node.next_session_id();
  question.node = first_node +
                  static_cast<std::uint32_t>(network_.chance.below(known_nodes + known_nodes / 10));
  question.generation = (*std::ranges::min_element(servers_, {}, [](const Kms* one) {
                          return one->generation;
                        }))->generation;
  question.since = network_.time_of(machine_);
  SecretOctets message;
  diameter::encode_key_request(message, {}, request_of(question));
  ++asked;
  const auto id = machine_.node.request(message, question.since, machine_.effects);
  if (!id) {
    ++unsent;
  } else {
    open_.emplace(*id, std::move(question));
  }
  network_.settle(machine_);
}

void Gateway::check() {
  for (const auto& [id, question] : open_) {
    // As long as a request may take, and a second for the call that comes to it.
    if (network_.time_of(machine_) - question.since > 11s)
      faults_.push_back(machine_.host + " waits too long for " + question.session);
  }
  if (machine_.node.pending_count() != open_.size())
    faults_.push_back(machine_.host + " holds requests that nobody waits for");
}

void Gateway::on_answer(const Effect& answer) {
  const auto found = open_.find(answer.request);
  if (found == open_.end()) return faults_.push_back("an answer without a question");
  const Question question = std::move(found->second);
  open_.erase(found);
  const auto decoded = diameter::decode_key_answer(answer.message, request_of(question), nullptr);
  if (!decoded) return faults_.push_back("an answer that does not fit: " + question.session);
  const bool is_known = question.node < first_node + known_nodes;
  if (decoded->result_code != diameter::result_success) {
    if (is_known || decoded->result_code != diameter::result_authorization_rejected)
      faults_.push_back("result " + std::to_string(decoded->result_code));
    ++unknown;
    return;
  }
  const std::string key = to_hex(decoded->node_root->view());
  const auto newest =
      std::ranges::max(servers_, {}, [](const Kms* one) { return one->generation; });
  bool is_right = false;
  for (std::uint32_t g = question.generation; g <= newest->generation; ++g)
    is_right = is_right || key == node_key(question.node, g);
  if (!is_known || !is_right) faults_.push_back("a wrong key: " + question.session);
  ++keys;
}

void Gateway::on_failure(const Effect& failure) {
  if (open_.erase(failure.request) == 0) faults_.push_back("a failure without a question");
  ++failed;
}

// A rotation.
void Gateway::on_request(const Effect& request) {
  auto rotation = diameter::decode_rotation(request.message, nullptr);
  if (!rotation) return faults_.push_back("a rotation that cannot be read");
  network_key = to_hex(rotation->gateway->view());
  SecretOctets out;
  diameter::encode_rotation_answer(out, request.message,
                                   {machine_.host, realm, 0, diameter::application_base});
  machine_.node.answer(request.request, out, machine_.effects);
}

}  // namespace touchstone::soak
