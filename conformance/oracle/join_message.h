#pragma once
// The messages by which a node joins, written from docs/formats/join.md.

#include <optional>

#include "conformance/oracle/model.h"

namespace touchstone::conformance::oracle {

namespace join_type {
inline constexpr std::uint8_t request = 1;
inline constexpr std::uint8_t challenge = 2;
inline constexpr std::uint8_t proof = 3;
inline constexpr std::uint8_t result = 4;
}  // namespace join_type

namespace join_code {
inline constexpr std::uint8_t admitted = 1;
inline constexpr std::uint8_t refused = 2;
inline constexpr std::uint8_t later = 3;
}  // namespace join_code

struct JoinMessage {
  std::uint8_t type = join_type::request;
  std::uint8_t code = 0;
  std::uint32_t node_id = 0;
  Key16 node_nonce{};
  Key16 gateway_nonce{};
  Key16 mac{};  ///< of proof and result

  friend bool operator==(const JoinMessage&, const JoinMessage&) = default;
};

[[nodiscard]] Octets print_join(const JoinMessage& message);
/// Nothing for octets that the page has dropped.
[[nodiscard]] std::optional<JoinMessage> read_join(OctetView datagram);
/// The MAC of a proof or a result under the root key of the node.
[[nodiscard]] Key16 join_mac(const Key16& root_key, const JoinMessage& message);

}  // namespace touchstone::conformance::oracle
