#pragma once
// The inside of the world `flow`, shared by flow_world.cpp and flow_streams.cpp alone.

#include <vector>

#include "sim/flow/event_queue.h"
#include "sim/flow/link.h"
#include "sim/flow/packet.h"
#include "sim/flow/streams.h"
#include "sim/world/world.h"

namespace touchstone::sim {

class FlowWorld final : public World {
 public:
  FlowWorld(const Topology& topology, WorldSettings settings);

  [[nodiscard]] const Topology& topology() const override { return topology_; }
  [[nodiscard]] Moment now() const override { return now_; }
  void attach(WorldEvents& events) override { listener_ = &events; }
  void schedule(Moment at, Action what) override { queue_.push(std::max(at, now_), what); }
  void run_until(Moment end) override;
  void stop() override { is_stopped_ = true; }

  void listen(NodeIndex node, std::uint16_t port) override;
  StreamId connect(NodeIndex node, Endpoint to, Duration patience) override;
  void send(StreamId stream, OctetView octets) override;
  void close(StreamId stream) override;
  void abort(StreamId stream) override;
  [[nodiscard]] std::size_t backlog(StreamId stream) const override;

  void bind(NodeIndex node, std::uint16_t port) override;
  void send_datagram(NodeIndex node, std::uint16_t from, Endpoint to, OctetView octets) override;

  void set_impairment(LinkIndex link, const Impairment& impairment) override;
  void set_link_up(LinkIndex link, bool is_up) override { links_[link].set_up(is_up); }
  void drop_packet(LinkIndex link, Way way, std::uint64_t nth) override;
  PartitionId partition(NodeSet a, NodeSet b) override;
  void heal(PartitionId partition) override;
  void set_power(NodeIndex node, bool is_on) override;

  [[nodiscard]] const WorldCounters& counters() const override { return counters_; }

 private:
  using Number = PacketPool::Number;

  struct NodeState {
    bool has_power = true;
    std::vector<std::uint16_t> listening;
    std::vector<std::uint16_t> bound;
  };
  struct Partition {
    PartitionId id;
    NodeSet a;
    NodeSet b;
  };

  // flow_world.cpp: packets on their way.
  Number make_packet(Packet::Kind kind, Endpoint from, Endpoint to);
  void launch(Number number);
  void forward(Number number);
  void pass(Number number, const Passage& passage);
  void on_packet(Number number);
  void arrive(Number number);
  void lose(Number number);
  [[nodiscard]] bool is_cut(NodeIndex from, NodeIndex to) const;
  void capture(LinkIndex link, const Packet& packet) const;

  // flow_streams.cpp: what the ends make of them.
  void resend(Number number);
  void refuse(const Packet& packet);
  void take_syn(const Packet& packet);
  void take_syn_ack(const Packet& packet);
  void take_segment(Packet& packet);
  void take_reset(const Packet& packet);
  void open(StreamId stream, StreamId far);
  bool deliver(Packet& packet);
  void acknowledge(const Packet& packet);
  void on_acknowledged(StreamId stream);
  void send_waiting(StreamId stream);
  void send_segment(StreamId stream, StreamEnd& end, OctetView octets, bool is_last);
  void give_up(StreamId stream);
  [[nodiscard]] Duration patience_with(const Packet& packet);

  Topology topology_;
  WorldSettings settings_;
  WorldEvents* listener_ = nullptr;
  WorldCounters counters_;
  EventQueue queue_;
  Moment now_{};
  bool is_stopped_ = false;
  PacketPool packets_;
  std::vector<FlowLink> links_;
  std::vector<NodeState> nodes_;
  std::vector<Partition> partitions_;
  PartitionId next_partition_ = 1;
  mutable StreamTable streams_;
};

}  // namespace touchstone::sim
