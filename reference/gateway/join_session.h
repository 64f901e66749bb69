#pragma once
// A node on its way in: attempts, repetitions and their times (docs/formats/join.md, "Proof").

#include <chrono>
#include <optional>

#include "reference/base/random.h"
#include "reference/gateway/join.h"

namespace touchstone::gateway {

/// Time since any fixed moment; it never goes back.
using JoinTime = std::chrono::milliseconds;

/// Each call gives the datagram to send now; it is empty when there is nothing to say.
class JoinSession {
 public:
  /// A refusal has no MAC: `admitted` may still come in this time, and then counts.
  static constexpr JoinTime refusal_settles{300};

  /// `random` outlives the session; it gives each attempt its nonce.
  JoinSession(keyring::NodeId node_id, SecretKey<16> root_key, RandomSource& random);

  [[nodiscard]] Octets start(JoinTime now);
  [[nodiscard]] Octets receive(OctetView datagram, JoinTime now);
  [[nodiscard]] Octets on_timer(JoinTime now);
  /// Nothing when the session is over.
  [[nodiscard]] std::optional<JoinTime> next_deadline() const noexcept { return deadline_; }

  /// `admitted` or `refused` when the session is over. It has no end of its own while the gateway
  /// is silent or says `later`: the caller gives up when it wants.
  [[nodiscard]] JoinCode result() const noexcept { return result_; }
  /// What the gateway said last; none when it was silent.
  [[nodiscard]] JoinCode heard() const noexcept { return heard_; }
  [[nodiscard]] keyring::NodeId node_id() const noexcept { return node_id_; }

 private:
  enum class Phase : std::uint8_t { asking, proving, refused, later };

  Octets begin(JoinTime now);
  Octets say(Octets octets, JoinTime now);
  void hear(JoinCode code, JoinTime now);

  keyring::NodeId node_id_;
  SecretKey<16> root_key_;
  RandomSource& random_;
  std::optional<JoiningNode> attempt_;
  Phase phase_ = Phase::asking;
  Octets said_;            // what is repeated
  std::size_t times_ = 0;  // how often it was said
  std::size_t laters_ = 0;
  std::optional<JoinTime> deadline_;
  JoinCode heard_ = JoinCode::none;
  JoinCode result_ = JoinCode::none;
};

}  // namespace touchstone::gateway
