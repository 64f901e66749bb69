#include "reference/diameter/watchdog.h"

#include <algorithm>
#include <array>

#include "reference/base/defect.h"

namespace touchstone::diameter {
namespace {

using State = WatchdogState;
using Event = WatchdogEvent;

constexpr int answers_to_trust = 3;

constexpr auto transitions = std::to_array<WatchdogTransition>({
    {State::initial, Event::connection_up, 0, true, State::okay},
    {State::okay, Event::received_dwa, 0, true, State::okay},
    {State::okay, Event::received_other, 0, true, State::okay},
    {State::okay, Event::timer_idle, watchdog_send_dwr, true, State::okay},
    {State::okay, Event::timer_pending, watchdog_failover, true, State::suspect},
    {State::okay, Event::connection_down, watchdog_close | watchdog_failover, false, State::down},
    {State::suspect, Event::received_dwa, watchdog_failback, true, State::okay},
    {State::suspect, Event::received_other, watchdog_failback, true, State::okay},
    {State::suspect, Event::timer_pending, watchdog_close, false, State::down},
    {State::suspect, Event::timer_idle, watchdog_close, false, State::down},
    {State::suspect, Event::connection_down, watchdog_close, false, State::down},
    {State::down, Event::connection_up, watchdog_send_dwr, true, State::reopen},
    {State::reopen, Event::received_dwa, 0, false, State::reopen},
    {State::reopen, Event::received_last_dwa, watchdog_failback, false, State::okay},
    {State::reopen, Event::received_other, 0, false, State::reopen},
    {State::reopen, Event::timer_idle, watchdog_send_dwr, true, State::reopen},
    {State::reopen, Event::timer_pending, 0, true, State::reopen},
    {State::reopen, Event::timer_missed, watchdog_close, false, State::down},
    {State::reopen, Event::connection_down, watchdog_close, false, State::down},
});

}  // namespace

std::span<const WatchdogTransition> watchdog_transitions() noexcept {
  return transitions;
}

std::string_view print_state(WatchdogState state) noexcept {
  static constexpr std::array<std::string_view, 5> names = {"INITIAL", "OKAY", "SUSPECT", "DOWN",
                                                            "REOPEN"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view print_event(WatchdogEvent event) noexcept {
  static constexpr std::array<std::string_view, 8> names = {
      "connection up",   "connection down",          "DWA",
      "third DWA",       "any other message",        "Tw, nothing pending",
      "Tw, DWR pending", "Tw, DWR pending once more"};
  return names[static_cast<std::size_t>(event)];
}

std::uint32_t Watchdog::take(WatchdogEvent event, Time now, Duration jitter) noexcept {
  const auto* row = std::ranges::find_if(transitions, [&](const WatchdogTransition& candidate) {
    return candidate.from == state_ && candidate.event == event;
  });
  if (row == transitions.end()) return 0;
  state_ = row->to;
  if ((row->actions & watchdog_send_dwr) != 0) pending_ = true;
  if (row->sets_timer) deadline_ = now + tw_ + std::clamp(jitter, -most_jitter, most_jitter);
  if (state_ == State::down) {
    pending_ = false;
    deadline_.reset();
  }
  return row->actions;
}

std::uint32_t Watchdog::on_connection_up(Time now, Duration jitter) noexcept {
  answers_ = 0;
  pending_ = false;
  return take(Event::connection_up, now, jitter);
}

std::uint32_t Watchdog::on_connection_down(Time now, Duration jitter) noexcept {
  return take(Event::connection_down, now, jitter);
}

std::uint32_t Watchdog::on_message(bool is_dwa, Time now, Duration jitter) noexcept {
  if (!is_dwa || !pending_) return take(Event::received_other, now, jitter);
  pending_ = false;
  const int enough = TOUCHSTONE_DEFECT("DP-42.trusted_at_once") ? 1 : answers_to_trust;
  if (state_ == State::reopen && ++answers_ == enough) {
    return take(Event::received_last_dwa, now, jitter);
  }
  return take(Event::received_dwa, now, jitter);
}

std::uint32_t Watchdog::on_timer(Time now, Duration jitter) noexcept {
  if (!deadline_ || now < *deadline_) return 0;
  if (!pending_) return take(Event::timer_idle, now, jitter);
  if (state_ != State::reopen) return take(Event::timer_pending, now, jitter);
  if (answers_ < 0) return take(Event::timer_missed, now, jitter);
  answers_ = -1;
  return take(Event::timer_pending, now, jitter);
}

}  // namespace touchstone::diameter
