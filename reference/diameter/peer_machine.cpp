#include "reference/diameter/peer_machine.h"

#include <algorithm>
#include <array>

namespace touchstone::diameter {
namespace {

using S = PeerState;
using E = PeerEvent;

constexpr std::string_view table = "RFC 6733 §5.6";
// 6733 dropped the second CER; the connection stays as it is and the peer is told.
constexpr std::string_view second_cer_6733 = "RFC 6733 §5.6 has no row: 5012, stay open";
constexpr std::string_view second_cer_3588 = "RFC 3588 §5.6";
// What the peer sent before our DPR reached it is read to the end and not served, so that the DPA
// behind it is seen.
constexpr std::string_view crossing = "RFC 6733 §5.4: in flight while closing";

template <Profile profile>
constexpr std::uint32_t second_cer =
    profile == Profile::rfc3588 ? std::uint32_t{act_process_cer | act_snd_cea_again}
                                : std::uint32_t{act_snd_cea_refusal};

template <Profile profile>
constexpr auto rows = std::to_array<PeerTransition>({
    {S::closed, E::start, act_i_snd_conn_req, S::wait_conn_ack, table},
    {S::closed, E::r_conn_cer, act_r_accept | act_process_cer | act_r_snd_cea, S::r_open, table},

    {S::wait_conn_ack, E::i_rcv_conn_ack, act_snd_cer, S::wait_i_cea, table},
    {S::wait_conn_ack, E::i_rcv_conn_nack, act_cleanup, S::closed, table},
    {S::wait_conn_ack, E::r_conn_cer, act_r_accept | act_process_cer, S::wait_conn_ack_elect,
     table},
    {S::wait_conn_ack, E::timeout, act_error, S::closed, table},

    {S::wait_i_cea, E::i_rcv_cea, act_process_cea, S::i_open, table},
    {S::wait_i_cea, E::r_conn_cer, act_r_accept | act_process_cer | act_elect, S::wait_returns,
     table},
    {S::wait_i_cea, E::i_peer_disc, act_i_disc, S::closed, table},
    {S::wait_i_cea, E::i_rcv_non_cea, act_error, S::closed, table},
    {S::wait_i_cea, E::timeout, act_error, S::closed, table},

    {S::wait_conn_ack_elect, E::i_rcv_conn_ack, act_snd_cer | act_elect, S::wait_returns, table},
    {S::wait_conn_ack_elect, E::i_rcv_conn_nack, act_r_snd_cea, S::r_open, table},
    {S::wait_conn_ack_elect, E::r_peer_disc, act_r_disc, S::wait_conn_ack, table},
    {S::wait_conn_ack_elect, E::r_conn_cer, act_r_reject, S::wait_conn_ack_elect, table},
    {S::wait_conn_ack_elect, E::timeout, act_error, S::closed, table},

    {S::wait_returns, E::win_election, act_i_disc | act_r_snd_cea, S::r_open, table},
    {S::wait_returns, E::i_peer_disc, act_i_disc | act_r_snd_cea, S::r_open, table},
    {S::wait_returns, E::i_rcv_cea, act_r_disc | act_process_cea, S::i_open, table},
    {S::wait_returns, E::r_peer_disc, act_r_disc, S::wait_i_cea, table},
    {S::wait_returns, E::r_conn_cer, act_r_reject, S::wait_returns, table},
    {S::wait_returns, E::timeout, act_error, S::closed, table},
    {S::wait_returns, E::i_rcv_non_cea, act_i_disc | act_r_snd_cea, S::r_open,
     "RFC 6733 §5.6 has no row: as I-Peer-Disc"},

    {S::r_open, E::send_message, act_snd_message, S::r_open, table},
    {S::r_open, E::r_rcv_message, act_process, S::r_open, table},
    {S::r_open, E::r_rcv_dwr, act_process_dwr | act_snd_dwa, S::r_open, table},
    {S::r_open, E::r_rcv_dwa, act_process_dwa, S::r_open, table},
    {S::r_open, E::r_conn_cer, act_r_reject, S::r_open, table},
    {S::r_open, E::stop, act_snd_dpr, S::closing, table},
    {S::r_open, E::r_rcv_dpr, act_snd_dpa, S::closing, table},
    {S::r_open, E::r_peer_disc, act_r_disc, S::closed, table},
    {S::r_open, E::r_rcv_cer, second_cer<profile>, S::r_open,
     profile == Profile::rfc3588 ? second_cer_3588 : second_cer_6733},

    {S::i_open, E::send_message, act_snd_message, S::i_open, table},
    {S::i_open, E::i_rcv_message, act_process, S::i_open, table},
    {S::i_open, E::i_rcv_dwr, act_process_dwr | act_snd_dwa, S::i_open, table},
    {S::i_open, E::i_rcv_dwa, act_process_dwa, S::i_open, table},
    {S::i_open, E::r_conn_cer, act_r_reject, S::i_open, table},
    {S::i_open, E::stop, act_snd_dpr, S::closing, table},
    {S::i_open, E::i_rcv_dpr, act_snd_dpa, S::closing, table},
    {S::i_open, E::i_peer_disc, act_i_disc, S::closed, table},
    {S::i_open, E::i_rcv_cer, second_cer<profile>, S::i_open,
     profile == Profile::rfc3588 ? second_cer_3588 : second_cer_6733},

    {S::closing, E::i_rcv_dpa, act_i_disc, S::closed, table},
    {S::closing, E::r_rcv_dpa, act_r_disc, S::closed, table},
    {S::closing, E::timeout, act_error, S::closed, table},
    {S::closing, E::i_peer_disc, act_i_disc, S::closed, table},
    {S::closing, E::r_peer_disc, act_r_disc, S::closed, table},
    {S::closing, E::r_conn_cer, act_r_reject, S::closing, crossing},
    {S::closing, E::i_rcv_dpr, act_snd_dpa, S::closing, crossing},
    {S::closing, E::r_rcv_dpr, act_snd_dpa, S::closing, crossing},
});

constexpr std::uint8_t no_row = 255;

template <Profile profile>
constexpr auto row_of = [] {
  std::array<std::array<std::uint8_t, peer_event_count>, peer_state_count> out{};
  for (auto& events : out)
    events.fill(no_row);
  for (std::size_t i = 0; i < rows<profile>.size(); ++i) {
    const PeerTransition& row = rows<profile>[i];
    out[static_cast<std::size_t>(row.from)][static_cast<std::size_t>(row.event)] =
        static_cast<std::uint8_t>(i);
  }
  return out;
}();

template <Profile profile>
const PeerTransition* find_row(PeerState state, PeerEvent event) noexcept {
  const std::uint8_t row =
      row_of<profile>[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
  return row == no_row ? nullptr : &rows<profile>[row];
}

}  // namespace

std::span<const PeerTransition> peer_transitions(Profile profile) noexcept {
  if (profile == Profile::rfc3588) return rows<Profile::rfc3588>;
  return rows<Profile::rfc6733>;
}

const PeerTransition* find_transition(Profile profile, PeerState state, PeerEvent event) noexcept {
  return profile == Profile::rfc3588 ? find_row<Profile::rfc3588>(state, event)
                                     : find_row<Profile::rfc6733>(state, event);
}

std::string_view print_state(PeerState state) noexcept {
  static constexpr std::array<std::string_view, peer_state_count> names = {
      "Closed",       "Wait-Conn-Ack", "Wait-I-CEA", "Wait-Conn-Ack/Elect",
      "Wait-Returns", "I-Open",        "R-Open",     "Closing"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view print_event(PeerEvent event) noexcept {
  static constexpr std::array<std::string_view, peer_event_count> names = {
      "Start",         "R-Conn-CER",    "I-Rcv-Conn-Ack", "I-Rcv-Conn-Nack", "Timeout",
      "I-Rcv-CEA",     "I-Rcv-Non-CEA", "I-Rcv-CER",      "R-Rcv-CER",       "I-Peer-Disc",
      "R-Peer-Disc",   "I-Rcv-DPR",     "R-Rcv-DPR",      "I-Rcv-DPA",       "R-Rcv-DPA",
      "I-Rcv-DWR",     "R-Rcv-DWR",     "I-Rcv-DWA",      "R-Rcv-DWA",       "I-Rcv-Message",
      "R-Rcv-Message", "Send-Message",  "Stop",           "Win-Election"};
  return names[static_cast<std::size_t>(event)];
}

std::string print_actions(std::uint32_t actions) {
  static constexpr std::array<std::string_view, peer_action_count> names = {
      "I-Snd-Conn-Req", "R-Accept",  "Process-CER", "Process-CEA", "Process-DWR",   "Process-DWA",
      "Process",        "I-Snd-CER", "R-Snd-CEA",   "Snd-CEA",     "Snd-CEA(5012)", "Snd-DPR",
      "Snd-DPA",        "Snd-DWA",   "Snd-Message", "Elect",       "R-Reject",      "I-Disc",
      "R-Disc",         "Error",     "Cleanup"};
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((actions >> i & 1) == 0) continue;
    if (!out.empty()) out += ", ";
    out += names[i];
  }
  return out;
}

}  // namespace touchstone::diameter
