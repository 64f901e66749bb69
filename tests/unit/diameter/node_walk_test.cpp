// A node in every state of the peer machine, and everything that the world can do to it there: what
// it does is what the row of RFC 6733 §5.6 says, and nothing when there is none.

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/diameter/node_scene.h"

namespace touchstone::diameter {
namespace {

using namespace std::chrono_literals;
using made::avp_text;
using made::avp_u32;
using made::good;
using made::Scene;
using Kind = Effect::Kind;
using State = PeerState;
using Event = PeerEvent;

constexpr std::string_view peer_name = "z.example";

Octets cea() {
  return made::wire(
      {.command = command_capabilities_exchange},
      {good(avp_result_code), avp_text(avp_origin_host, peer_name), good(avp_origin_realm),
       good(avp_host_ip_address), good(avp_vendor_id), good(avp_product_name), good(258)});
}
Octets cer() {
  return Scene::cer(peer_name, {good(avp_auth_application_id)});
}
Octets base(std::uint32_t command, std::uint8_t flags) {
  const bool is_dpr = command == command_disconnect_peer && flags == flag_request;
  return Scene::base(command, flags,
                     {is_dpr ? avp_u32(avp_disconnect_cause, 0) : good(avp_result_code)},
                     peer_name);
}
Octets amr() {
  std::vector<Octets> avps = made::demanded(made::form_named("amr"));
  for (Octets& one : avps) {
    const std::uint32_t code = AvpReader(one).next()->code;
    if (code == avp_origin_host) one = avp_text(code, peer_name);
    if (code == avp_destination_realm) one = avp_text(code, "example");
  }
  return made::wire({.flags = flag_request | flag_proxiable, .command = 260, .application = 2},
                    avps);
}

NodeConfig config_of(Profile profile, std::string host) {
  NodeConfig config = made::config(std::move(host));
  config.profile = profile;
  return config;
}

/// A node and its connections to the one peer, which wins elections against m and loses to zz.
struct World {
  explicit World(Profile profile, std::string host = "m.example")
      : scene(config_of(profile, std::move(host)), {{std::string(peer_name), true}}) {}

  void begin() {
    scene.node.start(scene.now, scene.effects);
    initiated = scene.effects.list().back().connection;
  }
  void connect() { scene.node.on_connected(*initiated, false, scene.now, scene.effects); }
  void accept() {
    newest = scene.node.on_accepted(false, scene.now, scene.effects);
    hear(newest, cer());
  }
  void hear(std::optional<ConnectionId> on, const Octets& octets) {
    scene.node.on_octets(on.value(), octets, scene.now, scene.effects);
  }

  Scene scene;
  std::optional<ConnectionId> initiated;
  std::optional<ConnectionId> accepted;
  std::optional<ConnectionId> newest;
};

/// Brings a fresh world to `state`; Closing by either connection.
void go_to(World& world, State state, bool by_accepting) {
  const bool accepts = state == State::r_open || (state == State::closing && by_accepting);
  if (accepts) {
    world.accept();
    world.accepted = world.newest;
  } else if (state != State::closed) {
    world.begin();
    if (state != State::wait_conn_ack && state != State::wait_conn_ack_elect) world.connect();
    if (state == State::wait_conn_ack_elect || state == State::wait_returns) {
      world.accept();
      world.accepted = world.newest;
    }
    if (state == State::i_open || state == State::closing) world.hear(world.initiated, cea());
  }
  // By the peer's DPR: a node that stops has nothing to do with new connections.
  if (state == State::closing)
    world.hear(by_accepting ? world.accepted : world.initiated,
               base(command_disconnect_peer, flag_request));
  world.scene.take();
}

/// The message that brings `event` on its connection; empty when it is no message.
Octets message_of(Event event) {
  switch (event) {
    case Event::i_rcv_cea:
      return cea();
    case Event::i_rcv_cer:
    case Event::r_rcv_cer:
      return cer();
    case Event::i_rcv_dpr:
    case Event::r_rcv_dpr:
      return base(command_disconnect_peer, flag_request);
    case Event::i_rcv_dpa:
    case Event::r_rcv_dpa:
      return base(command_disconnect_peer, 0);
    case Event::i_rcv_dwr:
    case Event::r_rcv_dwr:
      return base(command_device_watchdog, flag_request);
    case Event::i_rcv_dwa:
    case Event::r_rcv_dwa:
      return base(command_device_watchdog, 0);
    case Event::i_rcv_message:
    case Event::r_rcv_message:
      return amr();
    default:
      return {};
  }
}

bool is_of_accepted(Event event) {
  return print_event(event).starts_with("R-Rcv") || event == Event::r_peer_disc;
}

/// Does `event` to the world; false when it cannot happen there: the connection is not there, or
/// the node itself makes the event.
bool bring(World& world, State state, Event event) {
  Scene& scene = world.scene;
  const bool connects = state == State::wait_conn_ack || state == State::wait_conn_ack_elect;
  const auto& on = is_of_accepted(event) ? world.accepted : world.initiated;
  const Octets message = message_of(event);
  if (!message.empty()) {
    const bool there = on && (is_of_accepted(event) || !connects);
    if (there) world.hear(on, message);
    return there;
  }
  switch (event) {
    case Event::start:
      scene.node.start(scene.now, scene.effects);
      return true;
    case Event::stop:
      scene.node.stop(DisconnectCause::rebooting, scene.now, scene.effects);
      return true;
    case Event::timeout:
      scene.now += 20s;
      scene.node.on_timer(scene.now, scene.effects);
      return true;
    case Event::r_conn_cer:
      world.accept();
      return true;
    case Event::send_message:
      scene.node.request(amr(), scene.now, scene.effects);
      return true;
    case Event::i_rcv_conn_ack:
      if (connects) world.connect();
      return connects;
    case Event::i_rcv_conn_nack:
      if (connects) scene.node.on_connect_failed(*on, scene.now, scene.effects);
      return connects;
    case Event::i_peer_disc:
    case Event::r_peer_disc:
      if (on) scene.node.on_closed(*on, scene.now, scene.effects);
      return on.has_value();
    default:
      return false;  // Win-Election, and I-Rcv-Non-CEA, which any other message is
  }
}

/// The event that a message is where a CEA is awaited.
Event meant(State state, Event event) {
  const bool waits = state == State::wait_i_cea || state == State::wait_returns;
  const bool is_other = print_event(event).starts_with("I-Rcv-") && event != Event::i_rcv_cea;
  return waits && is_other ? Event::i_rcv_non_cea : event;
}

std::uint32_t action_of(const made::Sent& sent) {
  const bool is_request = sent.view.header.is_request();
  switch (sent.view.header.command) {
    case command_capabilities_exchange:
      if (is_request) return act_snd_cer;
      return sent.result() == 2001 ? act_r_snd_cea : act_snd_cea_refusal;
    case command_device_watchdog:
      return act_snd_dwa;
    case command_disconnect_peer:
      return is_request ? act_snd_dpr : act_snd_dpa;
    default:
      return act_snd_message;
  }
}

/// What was done, in the bits of the actions that can be seen from outside.
std::uint32_t actions_of(World& world) {
  std::uint32_t done = 0;
  for (const Effect& effect : world.scene.take()) {
    if (effect.kind == Kind::connect) done |= act_i_snd_conn_req;
    if (effect.kind == Kind::request) done |= act_process;
    const bool is_end = effect.kind == Kind::close || effect.kind == Kind::abort;
    if (is_end && effect.connection == world.initiated) done |= act_i_disc;
    if (is_end && effect.connection == world.accepted) done |= act_r_disc;
    if (is_end && effect.connection == world.newest && world.newest != world.accepted)
      done |= act_r_reject;
    if (effect.kind == Kind::send) done |= action_of(made::Sent(effect.octets));
  }
  return done;
}

/// The same bits of a row: a connection that the world ended is not ended again.
std::uint32_t visible(std::uint32_t actions, Event event, const World& world) {
  constexpr std::uint32_t seen = act_i_snd_conn_req | act_process | act_i_disc | act_r_disc |
                                 act_r_reject | act_snd_cer | act_r_snd_cea | act_snd_cea_refusal |
                                 act_snd_dwa | act_snd_dpr | act_snd_dpa | act_snd_message;
  std::uint32_t out = actions & seen;
  if ((actions & act_snd_cea_again) != 0) out |= act_r_snd_cea;
  if ((actions & act_error) != 0) {
    if (world.initiated) out |= act_i_disc;
    if (world.accepted) out |= act_r_disc;
  }
  if (event == Event::i_peer_disc) out &= ~std::uint32_t{act_i_disc};
  if (event == Event::r_peer_disc) out &= ~std::uint32_t{act_r_disc};
  return out;
}

class DiameterNodeWalk : public testing::TestWithParam<Profile> {
 protected:
  // True when the event can happen there.
  bool step(State state, Event event, bool by_accepting) {
    World world(GetParam());
    go_to(world, state, by_accepting);
    EXPECT_EQ(world.scene.node.peer_state(0), state);
    const auto place = testing::Message() << print_state(state) << ' ' << print_event(event);
    if (!bring(world, state, event)) return false;
    const PeerTransition* row = find_transition(GetParam(), state, meant(state, event));
    EXPECT_EQ(print_state(world.scene.node.peer_state(0)),
              print_state(row == nullptr ? state : row->to))
        << place;
    const std::uint32_t expected = row == nullptr ? 0 : visible(row->actions, event, world);
    EXPECT_EQ(print_actions(actions_of(world)), print_actions(expected)) << place;
    return true;
  }
};

TEST_P(DiameterNodeWalk, DoesInEveryStateOnEveryEventWhatTheRowSays) {
  std::set<std::pair<State, Event>> walked;
  for (std::size_t s = 0; s < peer_state_count; ++s) {
    for (std::size_t e = 0; e < peer_event_count; ++e) {
      const auto state = static_cast<State>(s);
      const auto event = static_cast<Event>(e);
      for (const bool by_accepting : {false, true}) {
        if (step(state, event, by_accepting)) walked.emplace(state, meant(state, event));
      }
    }
  }
  // No row is left out but the one that the node brings about itself.
  for (const PeerTransition& row : peer_transitions(GetParam())) {
    if (row.event == Event::win_election) continue;
    EXPECT_TRUE(walked.contains({row.from, row.event}))
        << print_state(row.from) << ' ' << print_event(row.event);
  }
}

TEST_P(DiameterNodeWalk, TheWinnerOfAnElectionKeepsWhatItAccepted) {
  for (const State state : {State::wait_i_cea, State::wait_conn_ack_elect}) {
    World world(GetParam(), "zz.example");
    go_to(world, state, false);
    if (state == State::wait_i_cea) {
      world.accept();
    } else {
      world.connect();
    }
    EXPECT_EQ(world.scene.node.peer_state(0), State::r_open);
    EXPECT_EQ(world.scene.node.connection_count(), 1U);
    EXPECT_NE(actions_of(world) & act_r_snd_cea, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, DiameterNodeWalk,
                         testing::Values(Profile::rfc6733, Profile::rfc3588));

}  // namespace
}  // namespace touchstone::diameter
