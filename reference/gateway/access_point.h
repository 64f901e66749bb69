#pragma once
// What an access point does for nodes that join: it passes their datagrams on to the gateway and
// the gateway's back, as they are (004 §A.3-2, GC-03; docs/formats/join.md).

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <optional>

#include "reference/gateway/join.h"

namespace touchstone::gateway {

/// Which node waits for an answer to which attempt. Only messages of the join pass: requests and
/// proofs to the gateway, challenges and results to the node that began the attempt.
class AccessPoint {
 public:
  /// Longer than a challenge can be answered and its result repeated.
  static constexpr std::chrono::seconds remembered_for{75};

  /// `max_attempts` bounds the memory: newcomers over it are dropped until older ones have gone.
  explicit AccessPoint(std::size_t max_attempts = 65536) : max_attempts_(max_attempts) {}

  /// Whether what `node` sent goes to the gateway. An attempt is that of the first sender.
  bool goes_up(OctetView datagram, const Sender& node, std::chrono::seconds now);
  /// Whom a datagram of the gateway is for.
  [[nodiscard]] std::optional<Sender> goes_down(OctetView datagram) const;

  [[nodiscard]] std::size_t attempts() const noexcept { return nodes_.size(); }

 private:
  using Attempt = std::array<std::uint8_t, 20>;  ///< node id and node nonce
  struct Leaving {
    std::chrono::seconds at;
    Attempt attempt;
  };

  std::size_t max_attempts_;
  std::map<Attempt, Sender> nodes_;
  std::deque<Leaving> leaving_;
};

}  // namespace touchstone::gateway
