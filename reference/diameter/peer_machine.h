#pragma once
// The peer state machine of RFC 6733 §5.6, as rows that the code runs, the test walks and the page
// docs/components/diameter-peer.md is drawn from.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace touchstone::diameter {

/// Which standard the peer is expected to follow. What differs is marked in the rows.
enum class Profile : std::uint8_t { rfc6733, rfc3588 };

enum class PeerState : std::uint8_t {
  closed,
  wait_conn_ack,
  wait_i_cea,
  wait_conn_ack_elect,
  wait_returns,
  i_open,
  r_open,
  closing,
};
inline constexpr std::size_t peer_state_count = 8;

/// I- is the connection that we began, R- the one that the peer began.
enum class PeerEvent : std::uint8_t {
  start,
  r_conn_cer,  ///< a new connection whose CER names this peer
  i_rcv_conn_ack,
  i_rcv_conn_nack,
  timeout,
  i_rcv_cea,
  i_rcv_non_cea,
  i_rcv_cer,  ///< a second CER on a connection that is open
  r_rcv_cer,
  i_peer_disc,
  r_peer_disc,
  i_rcv_dpr,
  r_rcv_dpr,
  i_rcv_dpa,
  r_rcv_dpa,
  i_rcv_dwr,
  r_rcv_dwr,
  i_rcv_dwa,
  r_rcv_dwa,
  i_rcv_message,
  r_rcv_message,
  send_message,
  stop,
  win_election,
};
inline constexpr std::size_t peer_event_count = 24;

/// Steps, carried out in the order of the bits. Where a row of the standard has "I-Disc, R-Snd-CEA"
/// the order does not matter to anybody.
enum PeerAction : std::uint32_t {
  act_i_snd_conn_req = 1U << 0,
  act_r_accept = 1U << 1,
  act_process_cer = 1U << 2,
  act_process_cea = 1U << 3,
  act_process_dwr = 1U << 4,
  act_process_dwa = 1U << 5,
  act_process = 1U << 6,
  act_snd_cer = 1U << 7,
  act_r_snd_cea = 1U << 8,
  act_snd_cea_again = 1U << 9,     ///< on the connection that the second CER came by
  act_snd_cea_refusal = 1U << 10,  ///< the same with 5012
  act_snd_dpr = 1U << 11,          ///< on the open connection
  act_snd_dpa = 1U << 12,
  act_snd_dwa = 1U << 13,
  act_snd_message = 1U << 14,
  act_elect = 1U << 15,
  act_r_reject = 1U << 16,
  act_i_disc = 1U << 17,
  act_r_disc = 1U << 18,
  act_error = 1U << 19,  ///< every connection of the peer is ended
  act_cleanup = 1U << 20,
};
inline constexpr std::size_t peer_action_count = 21;

struct PeerTransition {
  PeerState from;
  PeerEvent event;
  std::uint32_t actions;
  PeerState to;
  std::string_view clause;
};

/// The rows of `profile`, at most one for a state and an event. Rows of §5.6 bear its number alone;
/// the others say what they add: a second CER (RFC 6737 took its place in 6733, a 3588 peer gets
/// its CEA), and messages that cross a DPR.
[[nodiscard]] std::span<const PeerTransition> peer_transitions(Profile profile) noexcept;

/// The row of a state and an event; null when the event cannot happen there or is ignored.
[[nodiscard]] const PeerTransition* find_transition(Profile profile, PeerState state,
                                                    PeerEvent event) noexcept;

[[nodiscard]] std::string_view print_state(PeerState state) noexcept;
[[nodiscard]] std::string_view print_event(PeerEvent event) noexcept;
/// `R-Accept, Process-CER, R-Snd-CEA`; empty for none.
[[nodiscard]] std::string print_actions(std::uint32_t actions);

}  // namespace touchstone::diameter
