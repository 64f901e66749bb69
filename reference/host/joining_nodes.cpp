#include "reference/host/joining_nodes.h"

#include <csignal>
#include <map>
#include <memory>

#include "reference/gateway/join_session.h"
#include "reference/host/datagram_port.h"

namespace touchstone::host {
namespace {

using gateway::JoinCode;
using gateway::JoinTime;

/// How exact the times of repetitions are.
constexpr std::chrono::milliseconds tick{10};

JoinTime join_time(LoopTime now) {
  return std::chrono::duration_cast<JoinTime>(now.time_since_epoch());
}

class Joining {
 public:
  Joining(const JoinOrder& order, RandomSource& random)
      : order_(order), random_(random), timer_(loop_) {}

  Result<std::vector<JoinOutcome>> run() {
    TOUCHSTONE_TRY(port_, DatagramPort::open(loop_, Endpoint{}, [this](OctetView datagram, auto&) {
                     take(datagram);
                   }));
    for (const int signal : {SIGTERM, SIGINT})
      loop_.on_signal(signal, [this] { loop_.stop(); });
    fill_up();
    schedule();
    if (!under_way_.empty()) loop_.run();
    return std::move(outcomes_);
  }

 private:
  struct Node {
    gateway::JoinSession session;
    LoopTime since;
  };

  void say(const Octets& octets) {
    if (!octets.empty()) port_->send(octets, order_.via);
  }

  /// Begins as many nodes as may be on their way. One id is on its way once.
  void fill_up() {
    while (under_way_.size() < order_.at_once && next_ < order_.nodes.size()) {
      const keyring::NodeRow& row = order_.nodes[next_++];
      const LoopTime now = EventLoop::now();
      SecretKey<16> key{std::span<const std::uint8_t, 16>(row.root_key)};
      const auto [place, fresh] = under_way_.try_emplace(
          row.node_id, Node{gateway::JoinSession(row.node_id, std::move(key), random_), now});
      if (fresh) say(place->second.session.start(join_time(now)));
    }
    if (under_way_.empty()) loop_.stop();
  }

  void take(OctetView datagram) {
    const auto message = gateway::decode_join(datagram);
    const auto found = message ? under_way_.find(message->node_id) : under_way_.end();
    if (found == under_way_.end()) return;
    const LoopTime now = EventLoop::now();
    say(found->second.session.receive(datagram, join_time(now)));
    if (found->second.session.result() == JoinCode::none) return;
    finish(found, now);
    fill_up();
  }

  using Place = std::map<keyring::NodeId, Node>::iterator;

  Place finish(Place place, LoopTime now) {
    const gateway::JoinSession& session = place->second.session;
    outcomes_.push_back(
        {.node_id = place->first,
         .result = session.result() != JoinCode::none ? session.result() : session.heard(),
         .took = std::chrono::duration_cast<std::chrono::microseconds>(now - place->second.since)});
    return under_way_.erase(place);
  }

  void on_tick() {
    const LoopTime now = EventLoop::now();
    for (auto one = under_way_.begin(); one != under_way_.end();) {
      gateway::JoinSession& session = one->second.session;
      say(session.on_timer(join_time(now)));
      const bool ended = session.result() != JoinCode::none;
      one = ended || now - one->second.since >= order_.patience ? finish(one, now) : std::next(one);
    }
    fill_up();
    schedule();
  }

  void schedule() {
    timer_.at(EventLoop::now() + tick, [this] { on_tick(); });
  }

  const JoinOrder& order_;
  RandomSource& random_;
  EventLoop loop_;
  LoopTimer timer_;
  std::unique_ptr<DatagramPort> port_;
  std::map<keyring::NodeId, Node> under_way_;
  std::size_t next_ = 0;
  std::vector<JoinOutcome> outcomes_;
};

}  // namespace

Result<std::vector<JoinOutcome>> join_nodes(const JoinOrder& order, RandomSource& random) {
  return Joining(order, random).run();
}

}  // namespace touchstone::host
