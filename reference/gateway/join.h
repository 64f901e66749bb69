#pragma once
// The join of a node: it proves that it has its root key without sending it
// (docs/formats/join.md). 004 §A.3 leaves the messages open.
//
//   node                      gateway
//    | request  id, nonce_n    |
//    |------------------------>|
//    |  challenge  nonce_g     |   made from a secret, the time and the sender: nothing is stored
//    |<------------------------|
//    | proof  MAC              |
//    |------------------------>|
//    |  result  code, MAC      |
//    |<------------------------|

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "reference/base/secret.h"
#include "reference/keyring/model.h"

namespace touchstone::gateway {

enum class JoinType : std::uint8_t { request = 1, challenge = 2, proof = 3, result = 4 };

/// What a result says. Only `admitted` has a MAC: a gateway without the key cannot make one.
enum class JoinCode : std::uint8_t {
  none = 0,  ///< in every message but a result
  admitted = 1,
  refused = 2,  ///< unknown node, or a proof that does not hold
  later = 3,    ///< no KMS can be asked; try again
};

using JoinNonce = std::array<std::uint8_t, 16>;
using JoinMac = std::array<std::uint8_t, 16>;

inline constexpr std::size_t join_short_size = 44;  ///< request, challenge
inline constexpr std::size_t join_long_size = 60;   ///< proof, result

struct JoinMessage {
  JoinType type = JoinType::request;
  JoinCode code = JoinCode::none;
  keyring::NodeId node_id = 0;
  JoinNonce node_nonce{};
  JoinNonce gateway_nonce{};  ///< zero in a request, which is as long as its answer on purpose
  JoinMac mac{};              ///< of proof and result

  friend bool operator==(const JoinMessage&, const JoinMessage&) = default;
};

[[nodiscard]] Octets encode_join(const JoinMessage& message);
/// Errc::not_a_join for another size, magic, type, code or reserved octet than the page has.
Result<JoinMessage> decode_join(OctetView datagram);

/// The MAC over all octets of the message before it, under a key derived from the root key for
/// this purpose. The type is among the octets, so that no message can stand for another.
[[nodiscard]] JoinMac join_mac(const SecretKey<16>& root_key, const JoinMessage& message);
/// Constant time.
[[nodiscard]] bool has_join_mac(const SecretKey<16>& root_key, const JoinMessage& message);

/// The node's half: one attempt to join.
class JoiningNode {
 public:
  /// `nonce` is fresh random for each attempt.
  JoiningNode(keyring::NodeId node_id, SecretKey<16> root_key, const JoinNonce& nonce);

  [[nodiscard]] Octets request() const;
  struct Step {
    Octets reply;                    ///< to send; empty when there is nothing to say
    std::optional<JoinCode> result;  ///< the attempt is over
  };
  /// A refusal has no MAC, so that anybody can send one: a caller that wants to be sure waits for
  /// `admitted` until its own time-out. What does not belong to this attempt is passed over.
  Step receive(OctetView datagram) const;

 private:
  keyring::NodeId node_id_;
  SecretKey<16> root_key_;
  JoinNonce nonce_;
};

/// Where a datagram came from, as octets that are the same for the same sender.
using Sender = Octets;

/// Challenges that need no memory: whoever floods the gateway with requests takes none.
class Challenger {
 public:
  /// How long a challenge can be answered.
  static constexpr std::chrono::seconds lifetime{30};

  explicit Challenger(SecretKey<16> secret) : secret_(std::move(secret)) {}

  [[nodiscard]] JoinMessage challenge(const JoinMessage& request, const Sender& sender,
                                      std::chrono::seconds now) const;
  /// Whether `proof` answers a challenge that was given to this sender for this node and nonce, not
  /// longer than `lifetime` ago.
  [[nodiscard]] bool is_mine(const JoinMessage& proof, const Sender& sender,
                             std::chrono::seconds now) const;

 private:
  [[nodiscard]] JoinNonce nonce_for(const JoinMessage& message, const Sender& sender,
                                    std::uint32_t second) const;

  SecretKey<16> secret_;
};

}  // namespace touchstone::gateway
