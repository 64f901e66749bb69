#include "reference/diameter/peer_machine.h"
#include "tests/support/tree.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace touchstone::diameter {
namespace {

constexpr std::uint32_t every_send = act_snd_cer | act_r_snd_cea | act_snd_cea_again |
                                     act_snd_cea_refusal | act_snd_dpr | act_snd_dpa | act_snd_dwa |
                                     act_snd_message;

bool has(std::uint32_t actions, std::uint32_t any) {
  return (actions & any) != 0;
}

// Which of the two connections a state has.
bool has_initiated(PeerState state) {
  return state == PeerState::wait_conn_ack || state == PeerState::wait_i_cea ||
         state == PeerState::wait_conn_ack_elect || state == PeerState::wait_returns ||
         state == PeerState::i_open || state == PeerState::closing;
}
bool has_accepted(PeerState state) {
  return state == PeerState::wait_conn_ack_elect || state == PeerState::wait_returns ||
         state == PeerState::r_open || state == PeerState::closing;
}

void judge_row(const PeerTransition& row) {
  const auto place = testing::Message() << print_state(row.from) << ' ' << print_event(row.event);
  EXPECT_FALSE(row.clause.empty()) << place;
  EXPECT_FALSE(print_actions(row.actions).empty()) << place;
  const bool ends_both = has(row.actions, act_error | act_cleanup);
  // Whoever ends in Closed has ended its connections; who ends a connection has had it.
  if (row.to == PeerState::closed) {
    EXPECT_TRUE(ends_both || has(row.actions, act_i_disc | act_r_disc)) << place;
    EXPECT_FALSE(has(row.actions, every_send)) << place;
  }
  const auto implies = [&](bool premise, bool conclusion) {
    EXPECT_TRUE(!premise || conclusion) << place;
  };
  implies(has(row.actions, act_i_disc), has_initiated(row.from));
  implies(has(row.actions, act_r_disc), has_accepted(row.from));
  // A connection appears by being begun or accepted, and goes by being ended.
  const bool stays = row.to != PeerState::closing;
  implies(!has_initiated(row.from) && has_initiated(row.to) && stays,
          has(row.actions, act_i_snd_conn_req));
  implies(!has_accepted(row.from) && has_accepted(row.to) && stays, has(row.actions, act_r_accept));
  implies(has_accepted(row.from) && !has_accepted(row.to) && row.from != PeerState::closing,
          has(row.actions, act_r_disc) || ends_both);
  // A second connection is accepted or turned away, never left.
  implies(row.event == PeerEvent::r_conn_cer, has(row.actions, act_r_accept | act_r_reject));
}

class DiameterPeerMachine : public testing::TestWithParam<Profile> {};

// The whole product of states and events: what has a row keeps the promises of the two connections,
// and what has none is in no row.
TEST_P(DiameterPeerMachine, EveryStateAndEventHasItsRowOrNone) {
  std::size_t found = 0;
  for (std::size_t s = 0; s < peer_state_count; ++s) {
    for (std::size_t e = 0; e < peer_event_count; ++e) {
      const auto state = static_cast<PeerState>(s);
      const auto event = static_cast<PeerEvent>(e);
      const PeerTransition* row = find_transition(GetParam(), state, event);
      if (row == nullptr) continue;
      EXPECT_EQ(row->from, state);
      EXPECT_EQ(row->event, event);
      judge_row(*row);
      ++found;
    }
  }
  EXPECT_EQ(found, peer_transitions(GetParam()).size());
}

TEST_P(DiameterPeerMachine, EveryStateIsReachedAndEveryStateLeadsToClosed) {
  std::set<PeerState> reached = {PeerState::closed};
  std::set<PeerState> leads = {PeerState::closed};
  for (std::size_t round = 0; round < peer_state_count; ++round) {
    for (const PeerTransition& row : peer_transitions(GetParam())) {
      if (reached.contains(row.from)) reached.insert(row.to);
      if (leads.contains(row.to)) leads.insert(row.from);
    }
  }
  EXPECT_EQ(reached.size(), peer_state_count);
  EXPECT_EQ(leads.size(), peer_state_count);
}

TEST_P(DiameterPeerMachine, EveryWaitingStateHasATimeout) {
  for (const PeerState state :
       {PeerState::wait_conn_ack, PeerState::wait_i_cea, PeerState::wait_conn_ack_elect,
        PeerState::wait_returns, PeerState::closing}) {
    const PeerTransition* row = find_transition(GetParam(), state, PeerEvent::timeout);
    ASSERT_NE(row, nullptr) << print_state(state);
    EXPECT_EQ(row->to, PeerState::closed);
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, DiameterPeerMachine,
                         testing::Values(Profile::rfc6733, Profile::rfc3588));

TEST(DiameterPeerMachineProfiles, DifferInTheSecondCerAlone) {
  for (const PeerTransition& row : peer_transitions(Profile::rfc6733)) {
    const PeerTransition* other = find_transition(Profile::rfc3588, row.from, row.event);
    ASSERT_NE(other, nullptr);
    const bool second_cer = row.event == PeerEvent::i_rcv_cer || row.event == PeerEvent::r_rcv_cer;
    EXPECT_EQ(row.actions != other->actions, second_cer);
    EXPECT_EQ(row.to, other->to);
  }
}

// The page of the tables, made from the rows.
std::string make_page() {
  std::ostringstream out;
  out << "# Peer state machine\n\nMade from the rows of `reference/diameter/peer_machine.cpp`; "
         "a test compares.\n\n```dot\ndigraph peer {\n";
  std::set<std::string> arcs;
  for (const PeerTransition& row : peer_transitions(Profile::rfc6733)) {
    std::ostringstream arc;
    arc << "  \"" << print_state(row.from) << "\" -> \"" << print_state(row.to) << "\" [label=\""
        << print_event(row.event) << "\"];\n";
    arcs.insert(arc.str());
  }
  for (const std::string& arc : arcs)
    out << arc;
  out << "}\n```\n\n| state | event | actions | next state | clause |\n|---|---|---|---|---|\n";
  for (const PeerTransition& row : peer_transitions(Profile::rfc6733)) {
    out << "| " << print_state(row.from) << " | " << print_event(row.event) << " | "
        << print_actions(row.actions) << " | " << print_state(row.to) << " | " << row.clause
        << " |\n";
  }
  out << "\nA 3588 peer that sends a second CER gets a CEA.\n";
  return out.str();
}

TEST(DiameterPeerMachinePage, IsFresh) {
  const std::string path = tests::tree_path("docs/components/diameter-peer.md");
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = make_page();
  if (text.str() == page) return;
  const std::string fresh = testing::TempDir() + "diameter-peer.md";
  std::ofstream(fresh) << page;
  ADD_FAILURE() << path << " is not what the rows say; " << fresh << " is";
}

}  // namespace
}  // namespace touchstone::diameter
