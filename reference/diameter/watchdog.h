#pragma once
// Is the peer still there? The algorithm of RFC 3539 §3.4.1 and its Appendix A for one peer, as
// rows and as an object.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace touchstone::diameter {

/// A moment of the caller's clock; only differences mean something.
using Time = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

enum class WatchdogState : std::uint8_t { initial, okay, suspect, down, reopen };

enum class WatchdogEvent : std::uint8_t {
  connection_up,      ///< capabilities are exchanged
  connection_down,    ///< the transport is gone
  received_dwa,       ///< an answer to our DWR
  received_last_dwa,  ///< the third one since the peer came back, or the fourth after a missed one
  received_other,     ///< any other message
  timer_idle,         ///< Tw expired, no DWR pending
  timer_pending,      ///< Tw expired, a DWR pending
  timer_missed,       ///< the same once more, without a DWA between, since the peer came back
};

/// What the driver does.
enum WatchdogAction : std::uint32_t {
  watchdog_send_dwr = 1U << 0,
  watchdog_failover = 1U << 1,  ///< pending requests go to another peer
  watchdog_failback = 1U << 2,  ///< new requests may come here again
  watchdog_close = 1U << 3,     ///< close the connection
};

struct WatchdogTransition {
  WatchdogState from;
  WatchdogEvent event;
  std::uint32_t actions;
  bool sets_timer;  ///< SetWatchdog() of the Appendix
  WatchdogState to;
};

/// The table of RFC 3539 Appendix A; what has no row is ignored. Two things are the user's: opening
/// a connection again, which the Appendix does by the same timer in INITIAL and DOWN, and what
/// becomes of messages that come in REOPEN. The Appendix throws all but DWA away, which RFC 6733
/// §5.6 does not: an open peer is served.
[[nodiscard]] std::span<const WatchdogTransition> watchdog_transitions() noexcept;
[[nodiscard]] std::string_view print_state(WatchdogState state) noexcept;
[[nodiscard]] std::string_view print_event(WatchdogEvent event) noexcept;

/// The object. `jitter` is chance from -2 to +2 seconds, drawn anew for each call; more is cut.
class Watchdog {
 public:
  static constexpr Duration least_tw = std::chrono::seconds(6);
  static constexpr Duration most_jitter = std::chrono::seconds(2);

  /// `tw` is raised to least_tw.
  explicit Watchdog(Duration tw) noexcept : tw_(tw < least_tw ? least_tw : tw) {}

  // Each call returns the actions to carry out.
  std::uint32_t on_connection_up(Time now, Duration jitter) noexcept;
  std::uint32_t on_connection_down(Time now, Duration jitter) noexcept;
  std::uint32_t on_message(bool is_dwa, Time now, Duration jitter) noexcept;
  /// Does nothing before next_deadline().
  std::uint32_t on_timer(Time now, Duration jitter) noexcept;

  /// Nothing while no connection is up.
  [[nodiscard]] std::optional<Time> next_deadline() const noexcept { return deadline_; }
  [[nodiscard]] WatchdogState state() const noexcept { return state_; }
  /// Whether a DWR waits for its answer; there is never a second one.
  [[nodiscard]] bool is_pending() const noexcept { return pending_; }

 private:
  std::uint32_t take(WatchdogEvent event, Time now, Duration jitter) noexcept;

  Duration tw_;
  WatchdogState state_ = WatchdogState::initial;
  bool pending_ = false;
  int answers_ = 0;  // NumDWA: DWAs since the peer came back, -1 when one was just missed
  std::optional<Time> deadline_;
};

}  // namespace touchstone::diameter
