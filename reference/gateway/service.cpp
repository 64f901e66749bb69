#include "reference/gateway/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "reference/base/defect.h"

namespace touchstone::gateway {
namespace {

/// A KMS says 5003 of a node that it does not know and of a gateway that it does not like; the text
/// tells them apart (docs/formats/diameter-kms.md).
constexpr std::string_view unknown_node = "unknown node";

GatewayTime gateway_time(diameter::Time now) {
  return std::chrono::duration_cast<GatewayTime>(now.time_since_epoch());
}

SecretKey<16> draw_key(RandomSource& random) {
  SecretKey<16> key;
  random.fill(key.writable());
  return key;
}

std::uint64_t draw_identification(RandomSource& random) {
  std::array<std::uint8_t, 8> octets{};
  random.fill(octets);
  std::uint64_t value = 0;
  for (const std::uint8_t octet : octets)
    value = value << 8 | octet;
  return value;
}

std::string print_node(keyring::NodeId node_id) {
  return fmt::format("0x{:08x}", node_id);
}

/// What a KMS wrote is shown when it can be shown.
std::string printable(std::string_view text) {
  std::string shown(text.substr(0, 64));
  std::ranges::replace_if(shown, [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return shown;
}

std::string_view print_code(JoinCode code) {
  switch (code) {
    case JoinCode::admitted:
      return "admitted";
    case JoinCode::refused:
      return "refused";
    case JoinCode::later:
      return "later";
    case JoinCode::none:
      break;
  }
  return "none";
}

bool names_unknown_node(const diameter::MessageView& message) {
  const auto text = message.find(diameter::avp_error_message);
  return text && text->text() == unknown_node;
}

}  // namespace

GatewayService::GatewayService(Cache cache, ServiceSettings settings, KmsLink& link,
                               RandomSource& random)
    : settings_(std::move(settings)),
      link_(link),
      random_(random),
      gateway_(std::move(cache), draw_key(random), settings_.gateway) {}

ServiceOutput GatewayService::start(Time now) {
  ServiceOutput out;
  out.log.push_back(fmt::format("start realm={} cached_nodes={} network_keys={}", cache().realm,
                                cache().nodes.size(), has_network_keys() ? "cached" : "missing"));
  // No KMS is connected yet: they are asked for when one is.
  if (gateway_.start().ask_network_keys) ask_again_at_ = now + settings_.ask_again;
  return out;
}

ServiceOutput GatewayService::receive(OctetView datagram, const Sender& sender, Time now) {
  ServiceOutput out;
  if (TOUCHSTONE_DEFECT("GC-06.silent_without_kms") && up_.empty()) return out;
  carry_out(gateway_.receive(datagram, sender, gateway_time(now)), now, out);
  return out;
}

ServiceOutput GatewayService::on_peer_up(std::string_view host, Time now) {
  ServiceOutput out;
  up_.emplace(host);
  out.log.push_back(fmt::format("kms_up host={}", printable(host)));
  const bool asks = !has_network_keys() && !TOUCHSTONE_DEFECT("GC-01.never_asks");
  if (asks || TOUCHSTONE_DEFECT("GC-01.asks_each_time")) ask_network_keys(now, out);
  return out;
}

ServiceOutput GatewayService::on_peer_down(std::string_view host) {
  ServiceOutput out;
  up_.erase(std::string(host));
  out.log.push_back(fmt::format("kms_down host={}", printable(host)));
  return out;
}

ServiceOutput GatewayService::on_timer(Time now) {
  ServiceOutput out;
  if (ask_again_at_ && now >= *ask_again_at_) ask_network_keys(now, out);
  return out;
}

// Questions.

diameter::KeyRequest GatewayService::request_of(const Question& question) const {
  diameter::KeyRequest request;
  request.asked = question.asked;
  request.node_id = question.node_id;
  if (question.asked.node_root && TOUCHSTONE_DEFECT("GC-04.another_node")) request.node_id ^= 1;
  request.co_located = question.asked.code_download;
  request.registration.care_of = settings_.address;
  request.registration.identification = question.identification;
  request.session_id = question.session_id;
  request.origin_host = settings_.host;
  request.origin_realm = settings_.realm;
  request.realm = cache().realm;
  request.destination_host = question.second_kms;
  return request;
}

/// Whom a question that the first KMS has not answered goes to; empty when there is nobody.
std::string GatewayService::second_kms() const {
  const auto is_up = [this](const std::string& host) { return up_.contains(host); };
  const auto first = std::ranges::find_if(settings_.kms, is_up);
  if (first == settings_.kms.end()) return {};
  const auto second = std::find_if(first + 1, settings_.kms.end(), is_up);
  return second == settings_.kms.end() ? std::string() : *second;
}

/// False when no KMS can be asked.
bool GatewayService::ask(Question question) {
  question.is_outdated = false;
  question.session_id = link_.next_session_id();
  question.identification = draw_identification(random_);
  SecretOctets message;
  diameter::encode_key_request(message, {}, request_of(question));
  const auto id = link_.request(message);
  if (!id) return false;
  ++counters_.asked;
  questions_.insert_or_assign(*id, std::move(question));
  return true;
}

void GatewayService::ask_network_keys(Time now, ServiceOutput& out) {
  if (asks_network_keys_) return;
  ask_again_at_ = now + settings_.ask_again;
  asks_network_keys_ = ask({.asked = {.gateway = true, .code_download = true}});
  if (asks_network_keys_) ask_again_at_.reset();
  out.log.push_back(asks_network_keys_ ? "ask keys=network" : "ask keys=network result=no_kms");
}

void GatewayService::carry_out(Output output, Time now, ServiceOutput& out) {
  std::ranges::move(output.send, std::back_inserter(out.send));
  out.save_cache = out.save_cache || output.save_cache;
  for (const JoinRecord& join : output.joins) {
    counters_.admitted += join.code == JoinCode::admitted ? 1 : 0;
    counters_.refused += join.code == JoinCode::refused ? 1 : 0;
    counters_.later += join.code == JoinCode::later ? 1 : 0;
    out.joins.push_back(join);
    if (TOUCHSTONE_DEFECT("GC-07.joins_untold")) continue;
    out.log.push_back(
        fmt::format("join node={} result={}", print_node(join.node_id), print_code(join.code)));
  }
  for (const keyring::NodeId node_id : output.ask_nodes) {
    if (ask({.asked = {.node_root = true}, .node_id = node_id})) {
      out.log.push_back(fmt::format("ask node={}", print_node(node_id)));
    } else {
      out.log.push_back(fmt::format("ask node={} result=no_kms", print_node(node_id)));
      carry_out(gateway_.no_answer(node_id, gateway_time(now)), now, out);
    }
  }
}

// Answers.

ServiceOutput GatewayService::on_answer(diameter::RequestId request,
                                        const diameter::MessageView& message, Time now) {
  ServiceOutput out;
  auto found = questions_.extract(request);
  if (found.empty()) return out;
  const Question question = std::move(found.mapped());
  asks_network_keys_ = asks_network_keys_ && question.asked.node_root;
  auto answer = diameter::decode_key_answer(message, request_of(question), settings_.wrapping_key);
  if (answer) {
    take(question, *std::move(answer), message, now, out);
  } else {
    give_up(question, "not_an_answer", now, out);
  }
  return out;
}

ServiceOutput GatewayService::on_failure(diameter::RequestId request, std::uint32_t result,
                                         Time now) {
  ServiceOutput out;
  auto found = questions_.extract(request);
  if (found.empty()) return out;
  Question& question = found.mapped();
  if (result == 0 && question.second_kms.empty()) {
    question.second_kms = second_kms();
    if (!question.second_kms.empty()) {
      out.log.push_back("ask again kms=" + question.second_kms);
      if (ask(question)) return out;
    }
  }
  asks_network_keys_ = asks_network_keys_ && question.asked.node_root;
  give_up(question, result == 0 ? "time_out" : "no_kms", now, out);
  return out;
}

void GatewayService::take(const Question& question, diameter::KeyAnswer answer,
                          const diameter::MessageView& message, Time now, ServiceOutput& out) {
  const GatewayTime at = gateway_time(now);
  if (!question.asked.node_root) {
    if (!answer.gateway || !answer.code_download)
      return give_up(question, std::to_string(answer.result_code), now, out);
    // Another KMS has told newer ones, perhaps: only a new question tells.
    if (question.is_outdated) return give_up(question, "outdated", now, out);
    out.log.emplace_back("answer keys=network result=2001");
    return carry_out(
        gateway_.take_network_keys(*std::move(answer.gateway), *std::move(answer.code_download)),
        now, out);
  }
  const std::string node = print_node(question.node_id);
  if (answer.node_root) {
    out.log.push_back(fmt::format("answer node={} result=2001", node));
    if (TOUCHSTONE_DEFECT("GC-07.key_told")) out.log.back() += to_hex(answer.node_root->view());
    return carry_out(gateway_.take_node_key(question.node_id, *std::move(answer.node_root), at),
                     now, out);
  }
  if (answer.result_code == diameter::result_authorization_rejected &&
      names_unknown_node(message)) {
    out.log.push_back(fmt::format("answer node={} result=unknown", node));
    return carry_out(gateway_.node_is_unknown(question.node_id, at), now, out);
  }
  give_up(question, std::to_string(answer.result_code), now, out);
}

void GatewayService::give_up(const Question& question, std::string_view why, Time now,
                             ServiceOutput& out) {
  if (question.asked.node_root) {
    out.log.push_back(fmt::format("answer node={} result={}", print_node(question.node_id), why));
    carry_out(gateway_.no_answer(question.node_id, gateway_time(now)), now, out);
    return;
  }
  ask_again_at_ = now + settings_.ask_again;
  out.log.push_back(fmt::format("answer keys=network result={}", why));
}

// New keys from the KMS.

ServiceOutput GatewayService::on_request(diameter::RequestId request,
                                         const diameter::MessageView& message) {
  ServiceOutput out;
  const diameter::AnswerOrigin origin{.host = settings_.host, .realm = settings_.realm};
  auto rotation = diameter::decode_rotation(message, settings_.wrapping_key);
  diameter::Refusal refusal = rotation ? diameter::Refusal() : rotation.error();
  Output decided;
  if (rotation) refusal.result_code = gateway_.rotate(*rotation, decided);
  const bool is_taken = refusal.result_code == diameter::result_success;
  out.log.push_back(fmt::format("rotate gateway={} code_download={}",
                                rotation && rotation->gateway ? "new" : "none",
                                rotation && rotation->code_download ? "new" : "none"));
  if (!is_taken) {
    SecretOctets answer;
    diameter::encode_refusal(answer, message, origin, refusal);
    link_.answer(request, answer);
    out.log.back() += fmt::format(" result={}", refusal.result_code);
    return out;
  }
  for (auto& [asked, question] : questions_)
    question.is_outdated = question.is_outdated || !question.asked.node_root;
  Unsaved& one = unsaved_.emplace_back();
  one.request = request;
  diameter::encode_rotation_answer(one.taken, message, origin);
  diameter::encode_refusal(one.refused, message, origin,
                           {diameter::result_out_of_space, "the keys could not be saved"});
  out.save_cache = out.save_now = true;
  return out;
}

ServiceOutput GatewayService::on_saved(bool is_saved) {
  ServiceOutput out;
  for (const Unsaved& one : std::exchange(unsaved_, {})) {
    counters_.rotations += is_saved ? 1 : 0;
    link_.answer(one.request, is_saved ? one.taken : one.refused);
    out.log.emplace_back(is_saved ? "rotate result=2001" : "rotate result=4002 unsaved");
  }
  return out;
}

}  // namespace touchstone::gateway
