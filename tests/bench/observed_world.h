#pragma once
// A world that is another one, and notes what its nodes send and how much processor time it takes
// to run: that of run_until() alone, so that what is built before does not count.

#include <ctime>
#include <map>

#include "sim/world/world.h"

namespace touchstone::bench {

/// What a node has its network do. Streams have the number of one end.
struct Sending {
  enum class Kind : std::uint8_t { bind, datagram, listen, connect, accept, octets, close, abort };
  sim::Moment at{};
  Kind kind = Kind::bind;
  sim::NodeIndex node = sim::no_node;
  sim::NodeIndex to = sim::no_node;  ///< of an accepted stream: who has connected
  std::uint16_t port = 0;            ///< own, where there is one
  std::uint16_t far_port = 0;
  std::uint32_t stream = 0;
  std::uint32_t size = 0;
};
using Sendings = std::vector<Sending>;

struct Observation {
  double run_seconds = 0;  ///< of the processor
  std::uint64_t packets = 0;
  Sendings sendings;  ///< when they are recorded
};

class ObservedWorld final : public sim::World, private sim::WorldEvents {
 public:
  /// `observation` outlives the world.
  ObservedWorld(std::unique_ptr<sim::World> world, Observation& observation, bool records)
      : world_(std::move(world)), observation_(observation), records_(records) {}
  ~ObservedWorld() override { observation_.packets = world_->counters().packets; }

  [[nodiscard]] const sim::Topology& topology() const override { return world_->topology(); }
  [[nodiscard]] sim::Moment now() const override { return world_->now(); }
  void attach(sim::WorldEvents& events) override {
    events_ = &events;
    world_->attach(records_ ? *this : events);
  }
  void schedule(sim::Moment at, Action what) override { world_->schedule(at, std::move(what)); }
  void run_until(sim::Moment end) override {
    const std::clock_t begin = std::clock();
    world_->run_until(end);
    observation_.run_seconds += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  void stop() override { world_->stop(); }

  void listen(sim::NodeIndex node, std::uint16_t port) override {
    note({.kind = Sending::Kind::listen, .node = node, .port = port});
    world_->listen(node, port);
  }
  sim::StreamId connect(sim::NodeIndex node, sim::Endpoint to, sim::Duration patience) override {
    const sim::StreamId stream = world_->connect(node, to, patience);
    note({.kind = Sending::Kind::connect,
          .node = node,
          .to = topology().at_address(to.address),
          .far_port = to.port,
          .stream = stream.number});
    return stream;
  }
  void send(sim::StreamId stream, OctetView octets) override {
    note_stream(Sending::Kind::octets, stream, octets.size());
    world_->send(stream, octets);
  }
  void close(sim::StreamId stream) override {
    note_stream(Sending::Kind::close, stream, 0);
    world_->close(stream);
  }
  void abort(sim::StreamId stream) override {
    note_stream(Sending::Kind::abort, stream, 0);
    world_->abort(stream);
  }
  [[nodiscard]] std::size_t backlog(sim::StreamId stream) const override {
    return world_->backlog(stream);
  }

  void bind(sim::NodeIndex node, std::uint16_t port) override {
    note({.kind = Sending::Kind::bind, .node = node, .port = port});
    world_->bind(node, port);
  }
  void send_datagram(sim::NodeIndex node, std::uint16_t from, sim::Endpoint to,
                     OctetView octets) override {
    note({.kind = Sending::Kind::datagram,
          .node = node,
          .to = topology().at_address(to.address),
          .port = from,
          .far_port = to.port,
          .size = static_cast<std::uint32_t>(octets.size())});
    world_->send_datagram(node, from, to, octets);
  }

  void set_impairment(sim::LinkIndex link, const sim::Impairment& impairment) override {
    world_->set_impairment(link, impairment);
  }
  void set_link_up(sim::LinkIndex link, bool is_up) override { world_->set_link_up(link, is_up); }
  void drop_packet(sim::LinkIndex link, sim::Way way, std::uint64_t nth) override {
    world_->drop_packet(link, way, nth);
  }
  sim::PartitionId partition(sim::NodeSet a, sim::NodeSet b) override {
    return world_->partition(std::move(a), std::move(b));
  }
  void heal(sim::PartitionId partition) override { world_->heal(partition); }
  void set_power(sim::NodeIndex node, bool is_on) override { world_->set_power(node, is_on); }
  [[nodiscard]] const sim::WorldCounters& counters() const override { return world_->counters(); }

 private:
  void note(Sending sending) {
    if (!records_) return;
    sending.at = now();
    observation_.sendings.push_back(sending);
  }
  void note_stream(Sending::Kind kind, sim::StreamId stream, std::size_t size) {
    note({.kind = kind,
          .node = stream.node,
          .stream = stream.number,
          .size = static_cast<std::uint32_t>(size)});
  }

  void on_accepted(sim::StreamId stream, std::uint16_t port, sim::Endpoint from) override {
    note({.kind = Sending::Kind::accept,
          .node = stream.node,
          .to = topology().at_address(from.address),
          .port = port,
          .stream = stream.number});
    events_->on_accepted(stream, port, from);
  }
  void on_connected(sim::StreamId stream) override { events_->on_connected(stream); }
  void on_connect_failed(sim::StreamId stream) override { events_->on_connect_failed(stream); }
  void on_octets(sim::StreamId stream, OctetView octets) override {
    events_->on_octets(stream, octets);
  }
  void on_closed(sim::StreamId stream) override { events_->on_closed(stream); }
  void on_datagram(sim::NodeIndex node, std::uint16_t port, sim::Endpoint from,
                   OctetView octets) override {
    events_->on_datagram(node, port, from, octets);
  }

  std::unique_ptr<sim::World> world_;
  Observation& observation_;
  bool records_;
  sim::WorldEvents* events_ = nullptr;
};

}  // namespace touchstone::bench
