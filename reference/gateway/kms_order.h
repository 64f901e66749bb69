#pragma once
// Which of several KMS a gateway asks: the first of its list that works, with a delay on the way
// back so that one which comes and goes does not carry the traffic with it.

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace touchstone::gateway {

class KmsOrder {
 public:
  /// `servers` in the order of preference, none of them up. One that is preferred to the present
  /// one is returned to when it has been up for `failback_after`.
  explicit KmsOrder(std::size_t servers,
                    std::chrono::seconds failback_after = std::chrono::seconds(30))
      : up_since_(servers), failback_after_(failback_after) {}

  /// The connection to `server` is open, or is no more (RFC 3539 SUSPECT is down too).
  void set_up(std::size_t server, std::chrono::nanoseconds now);
  void set_down(std::size_t server, std::chrono::nanoseconds now);

  /// The server to ask; nothing while all are down. Requests that wait for an answer of another one
  /// are sent again to it, with the T bit (RFC 6733 §5.5.4).
  std::optional<std::size_t> choose(std::chrono::nanoseconds now);

 private:
  std::vector<std::optional<std::chrono::nanoseconds>> up_since_;
  std::chrono::nanoseconds failback_after_;
  std::optional<std::size_t> present_;
};

}  // namespace touchstone::gateway
