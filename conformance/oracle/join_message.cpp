#include "conformance/oracle/join_message.h"

#include <algorithm>

#include "conformance/oracle/derivation.h"

namespace touchstone::conformance::oracle {

namespace {

constexpr std::string_view join_magic = "TSJ1";
constexpr std::size_t without_mac = 44;
constexpr std::size_t with_mac = 60;

bool has_mac(std::uint8_t type) {
  return type == join_type::proof || type == join_type::result;
}

Octets print_start(const JoinMessage& message) {
  Octets out(join_magic.begin(), join_magic.end());
  out.insert(out.end(), {message.type, message.code, 0, 0});
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(message.node_id >> shift));
  out.insert(out.end(), message.node_nonce.begin(), message.node_nonce.end());
  out.insert(out.end(), message.gateway_nonce.begin(), message.gateway_nonce.end());
  return out;
}

}  // namespace

Octets print_join(const JoinMessage& message) {
  Octets out = print_start(message);
  if (has_mac(message.type)) out.insert(out.end(), message.mac.begin(), message.mac.end());
  return out;
}

std::optional<JoinMessage> read_join(OctetView datagram) {
  if (datagram.size() < without_mac) return std::nullopt;
  JoinMessage message{.type = datagram[4], .code = datagram[5]};
  for (std::size_t i = 8; i < 12; ++i)
    message.node_id = message.node_id << 8 | datagram[i];
  std::copy_n(datagram.begin() + 12, 16, message.node_nonce.begin());
  std::copy_n(datagram.begin() + 28, 16, message.gateway_nonce.begin());
  if (has_mac(message.type) && datagram.size() == with_mac)
    std::copy_n(datagram.begin() + 44, 16, message.mac.begin());
  // Whatever else it is, it is not this message.
  if (!std::ranges::equal(print_join(message), datagram)) return std::nullopt;
  const bool is_result = message.type == join_type::result;
  const bool is_paired = is_result ? message.code >= 1 && message.code <= 3 : message.code == 0;
  const bool is_known = message.type >= 1 && message.type <= 4;
  return is_paired && is_known ? std::optional(message) : std::nullopt;
}

Key16 join_mac(const Key16& root_key, const JoinMessage& message) {
  return aes_cmac(derive_key(root_key, "TOUCHSTONE-JOIN/1", {}), print_start(message));
}

}  // namespace touchstone::conformance::oracle
