#include "reference/gateway/join.h"

#include <algorithm>

#include "reference/base/defect.h"
#include "reference/base/reader.h"
#include "reference/crypto/mac.h"
#include "reference/gateway/errc.h"

namespace touchstone::gateway {
namespace {

constexpr std::string_view magic = "TSJ1";
/// SP 800-108, counter mode, PRF AES-CMAC: counter | label | 00 | length in bits.
constexpr std::string_view key_label = "TOUCHSTONE-JOIN/1";

SecretKey<16> join_key(const SecretKey<16>& root_key) {
  Writer input;
  input.u32(1).text(key_label).u8(0).u32(128);
  auto key = crypto::cmac(root_key.view(), input.view());
  SecretKey<16> made{std::span<const std::uint8_t, 16>(key)};
  wipe(key.data(), key.size());
  return made;
}

bool has_mac(JoinType type) {
  return type == JoinType::proof || type == JoinType::result;
}

/// Everything but the MAC.
Writer write_start(const JoinMessage& message) {
  Writer out;
  out.text(magic)
      .u8(static_cast<std::uint8_t>(message.type))
      .u8(static_cast<std::uint8_t>(message.code))
      .u16(0)
      .u32(message.node_id)
      .octets(message.node_nonce)
      .octets(message.gateway_nonce);
  return out;
}

template <std::size_t size>
void copy_to(std::array<std::uint8_t, size>& to, OctetView from) {
  std::ranges::copy(from.first(size), to.begin());
}

bool is_zero(OctetView octets) {
  return std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
}

/// Type and code as the page pairs them.
bool is_paired(std::uint8_t type, std::uint8_t code) {
  if (type < 1 || type > 4) return false;
  return type == static_cast<std::uint8_t>(JoinType::result) ? code >= 1 && code <= 3 : code == 0;
}

}  // namespace

Octets encode_join(const JoinMessage& message) {
  Writer out = write_start(message);
  if (has_mac(message.type)) out.octets(message.mac);
  return std::move(out).take();
}

Result<JoinMessage> decode_join(OctetView datagram) {
  if (datagram.size() < join_short_size || as_text(datagram.first(4)) != magic)
    return fail(Errc::not_a_join);
  if (!is_paired(datagram[4], datagram[5]) ||
      (!is_zero(datagram.subspan(6, 2)) && !TOUCHSTONE_DEFECT("JN-02.any_octet")))
    return fail(Errc::not_a_join, {}, 4);
  JoinMessage message;
  message.type = static_cast<JoinType>(datagram[4]);
  message.code = static_cast<JoinCode>(datagram[5]);
  if (datagram.size() != (has_mac(message.type) ? join_long_size : join_short_size))
    return fail(Errc::not_a_join, {}, datagram.size());
  Reader reader(datagram.subspan(8));
  message.node_id = *reader.u32();
  copy_to(message.node_nonce, *reader.octets(16));
  copy_to(message.gateway_nonce, *reader.octets(16));
  if (has_mac(message.type)) copy_to(message.mac, *reader.octets(16));
  if (message.type == JoinType::request && !is_zero(message.gateway_nonce))
    return fail(Errc::not_a_join, {}, 28);
  return message;
}

JoinMac join_mac(const SecretKey<16>& root_key, const JoinMessage& message) {
  return crypto::cmac(join_key(root_key).view(), write_start(message).view());
}

bool has_join_mac(const SecretKey<16>& root_key, const JoinMessage& message) {
  return equal_in_constant_time(join_mac(root_key, message), message.mac);
}

JoiningNode::JoiningNode(keyring::NodeId node_id, SecretKey<16> root_key, const JoinNonce& nonce)
    : node_id_(node_id), root_key_(std::move(root_key)), nonce_(nonce) {}

Octets JoiningNode::request() const {
  return encode_join({.node_id = node_id_, .node_nonce = nonce_});
}

JoiningNode::Step JoiningNode::receive(OctetView datagram) const {
  const auto read = decode_join(datagram);
  if (!read || read->node_id != node_id_ || read->node_nonce != nonce_) return {};
  JoinMessage message = *read;
  if (message.type == JoinType::challenge) {
    message.type = JoinType::proof;
    message.mac = join_mac(root_key_, message);
    return {encode_join(message), std::nullopt};
  }
  if (message.type != JoinType::result) return {};
  if (message.code == JoinCode::admitted && !has_join_mac(root_key_, message)) return {};
  return {{}, message.code};
}

JoinNonce Challenger::nonce_for(const JoinMessage& message, const Sender& sender,
                                std::uint32_t second) const {
  Writer input;
  input.u32(second).u32(message.node_id);
  if (!TOUCHSTONE_DEFECT("JN-01.one_nonce")) input.octets(message.node_nonce);
  if (!TOUCHSTONE_DEFECT("JN-03.any_sender")) input.octets(sender);
  const auto mac = crypto::cmac(secret_.view(), input.view());
  Writer nonce;
  nonce.u32(second).octets(OctetView(mac).first(12));
  JoinNonce made{};
  copy_to(made, nonce.view());
  return made;
}

JoinMessage Challenger::challenge(const JoinMessage& request, const Sender& sender,
                                  std::chrono::seconds now) const {
  JoinMessage challenge = request;
  challenge.type = JoinType::challenge;
  challenge.gateway_nonce = nonce_for(request, sender, static_cast<std::uint32_t>(now.count()));
  return challenge;
}

bool Challenger::is_mine(const JoinMessage& proof, const Sender& sender,
                         std::chrono::seconds now) const {
  const std::uint32_t given = *Reader(proof.gateway_nonce).u32();
  const std::uint32_t age = static_cast<std::uint32_t>(now.count()) - given;
  if (age > static_cast<std::uint32_t>(lifetime.count()) && !TOUCHSTONE_DEFECT("JN-06.any_age"))
    return false;
  return equal_in_constant_time(nonce_for(proof, sender, given), proof.gateway_nonce);
}

}  // namespace touchstone::gateway
