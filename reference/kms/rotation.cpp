#include "reference/kms/rotation.h"

#include <algorithm>
#include <array>
#include <utility>

namespace touchstone::kms {
namespace {

// As many gateways as can be open at once; beyond them a few hear of keys that they have.
constexpr std::size_t max_remembered = 65536;

// A refusal may be about a HAR that the way there has damaged; one that comes again is meant.
constexpr int max_refusals = 3;

// The gateway wants the keys and cannot take them now.
constexpr std::array<std::uint32_t, 3> not_now = {
    diameter::result_unable_to_deliver, diameter::result_too_busy, diameter::result_out_of_space};

std::uint64_t draw(RandomSource& random) {
  std::array<std::uint8_t, 8> octets{};
  random.fill(octets);
  std::uint64_t value = 0;
  for (const std::uint8_t octet : octets)
    value = value << 8 | octet;
  return value;
}

}  // namespace

void Rotations::on_changed(bool gateway, bool code_download) {
  if (!gateway && !code_download) return;
  gateway_ = gateway_ || gateway;
  code_download_ = code_download_ || code_download;
  ++generation_;
}

bool Rotations::wants(std::string_view host) const {
  if (generation_ == 0) return false;
  const std::string name(host);
  const auto reached = [&](const auto& map) {
    const auto found = map.find(name);
    return found != map.end() && found->second == generation_;
  };
  return !reached(done_) && !reached(on_the_way_);
}

void Rotations::encode(SecretOctets& out, const KeySnapshot& keys,
                       const KeyServiceSettings& settings, std::string_view host,
                       std::string_view session_id, RandomSource& random) const {
  diameter::Rotation rotation;
  if (gateway_) rotation.gateway = keys.gateway().copy();
  if (code_download_) rotation.code_download = keys.code_download().copy();
  rotation.registration.home_agent = settings.address;
  rotation.registration.identification = draw(random);
  rotation.session_id = session_id;
  rotation.origin_host = settings.host;
  rotation.origin_realm = settings.realm;
  rotation.realm = settings.realm;
  rotation.destination_host = host;
  diameter::encode_rotation(out, {}, rotation, settings.wrapping_key);
}

void Rotations::on_sent(Request request, std::string_view host) {
  on_the_way_[std::string(host)] = generation_;
  sent_[request] = {std::string(host), generation_};
}

Rotations::Told Rotations::on_answer(Request request, std::uint32_t result) {
  const auto found = sent_.find(request);
  if (found == sent_.end()) return {};
  if (result == diameter::result_success) return take(request, true);
  if (std::ranges::find(not_now, result) != not_now.end()) return take(request, false);
  if (refused_.size() >= max_remembered) refused_.clear();
  Refused& refused = refused_[found->second.host];
  if (refused.generation != found->second.generation) refused = {found->second.generation, 0};
  return take(request, ++refused.times >= max_refusals);
}

Rotations::Told Rotations::take(Request request, bool is_done) {
  const auto found = sent_.find(request);
  if (found == sent_.end()) return {};
  Sent sent = std::move(found->second);
  sent_.erase(found);
  const auto way = on_the_way_.find(sent.host);
  if (way != on_the_way_.end() && way->second == sent.generation) on_the_way_.erase(way);
  if (is_done) {
    if (done_.size() >= max_remembered) done_.clear();
    done_[sent.host] = sent.generation;
  }
  return {std::move(sent.host), !is_done};
}

}  // namespace touchstone::kms
