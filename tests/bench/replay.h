#pragma once
// Sends again on a bare network what a run has sent: at the same times, as much, to the same nodes.

#include <ns3/socket.h>

#include <deque>
#include <map>
#include <unordered_map>

#include "tests/bench/bare_network.h"
#include "tests/bench/observed_world.h"

namespace touchstone::bench {

class Replay {
 public:
  /// What the references name outlives the replay.
  Replay(const BareNetwork& network, const Sendings& sendings)
      : network_(network), sendings_(sendings) {}

  /// Lets happen what happens until `end`. Seconds of the processor.
  double run(sim::Moment end);
  /// Sendings for which there was no socket.
  [[nodiscard]] std::uint64_t missed() const noexcept { return missed_; }

 private:
  using Socket = ns3::Ptr<ns3::Socket>;
  /// Whom a node has accepted a stream from.
  using Pair = std::pair<sim::NodeIndex, sim::NodeIndex>;

  void schedule_next();
  void play();
  void play(const Sending& one);
  void send_datagram(const Sending& one);
  void listen(const Sending& one);
  void connect(const Sending& one);
  void on_stream(const Sending& one);

  const BareNetwork& network_;
  const Sendings& sendings_;
  std::size_t next_ = 0;
  std::uint64_t missed_ = 0;
  std::map<std::pair<sim::NodeIndex, std::uint16_t>, Socket> ports_;
  std::unordered_map<std::uint32_t, Socket> streams_;
  std::map<Pair, std::deque<Socket>> accepted_;
};

}  // namespace touchstone::bench
