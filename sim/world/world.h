#pragma once
// A network in which time passes: `flow` (an event queue, no IP), `ns3` (TCP, UDP and IP of ns-3)
// and `emu` (the same in real time, with real processes) are worlds. Whoever runs on it sees
// streams, datagrams and the time, and never which world it is.
//
// A world is of one thread. It calls WorldEvents from within run_until() alone, never from within
// a call of its own; views live until the callback returns.

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reference/base/octets.h"
#include "reference/base/result.h"
#include "sim/world/time.h"
#include "sim/world/topology.h"

namespace touchstone::sim {

struct Endpoint {
  std::uint32_t address = 0;  ///< IPv4
  std::uint16_t port = 0;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// One end of a connection. A number is never used twice in a run.
struct StreamId {
  NodeIndex node = no_node;
  std::uint32_t number = 0;

  friend auto operator<=>(const StreamId&, const StreamId&) = default;
};

/// What nodes learn from the network.
class WorldEvents {
 public:
  virtual ~WorldEvents() = default;

  /// Of a port that listens.
  virtual void on_accepted(StreamId stream, std::uint16_t port, Endpoint from) = 0;
  /// The two ends of connect(). A connection is not made when the far node refuses it, or when
  /// nothing was heard for the patience of connect(); the stream is gone then.
  virtual void on_connected(StreamId stream) = 0;
  virtual void on_connect_failed(StreamId stream) = 0;
  /// In order, nothing twice, in pieces of any size.
  virtual void on_octets(StreamId stream, OctetView octets) = 0;
  /// The far end has closed or reset it, or the network has given it up; the stream is gone.
  /// Never called after close() or abort() of this end.
  virtual void on_closed(StreamId stream) = 0;
  virtual void on_datagram(NodeIndex node, std::uint16_t port, Endpoint from, OctetView octets) = 0;
};

/// What somebody who listens on a wire sees of one packet, at the lower end of a link.
struct Captured {
  LinkIndex link = 0;
  Endpoint from;
  Endpoint to;
  bool is_stream = false;
  OctetView payload;  ///< of TCP or UDP; not empty
};
using Tap = std::function<void(const Captured&)>;

enum class Way : std::uint8_t { up, down };  ///< towards the parent, or from it

/// Gilbert-Elliott: two states that a packet may find the link in.
struct BurstLoss {
  double to_bad = 0;    ///< chance to turn bad, for each packet
  double to_good = 1;   ///< and to turn good again
  double loss_bad = 1;  ///< chance to lose a packet
  double loss_good = 0;
};

/// What is wrong with a link, for both ways. Each packet draws for itself.
struct Impairment {
  double loss = 0;  ///< chances, 0 .. 1
  BurstLoss burst{};
  Duration extra_delay{};
  double reorder = 0;  ///< chance to arrive `reorder_by` later than it would
  Duration reorder_by{std::chrono::milliseconds(10)};
  double duplicate = 0;
  double corrupt = 0;  ///< one octet of the payload is changed, and checksums are repaired
};

/// Since the run began, over all links. Each kind of fault shows in one of them.
struct WorldCounters {
  std::uint64_t packets = 0;     ///< that entered a link; a packet over three links counts thrice
  std::uint64_t octets = 0;      ///< of their payload
  std::uint64_t lost = 0;        ///< by Impairment::loss
  std::uint64_t burst_lost = 0;  ///< by Impairment::burst
  std::uint64_t dropped = 0;     ///< by drop_packet()
  std::uint64_t cut = 0;         ///< by a link that is down, a partition, or a node without power
  std::uint64_t overflowed = 0;  ///< by a full queue
  std::uint64_t delayed = 0;     ///< by extra_delay
  std::uint64_t reordered = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t corrupted = 0;
  std::uint64_t retransmitted = 0;  ///< segments that a stream sent again
  std::uint64_t events = 0;         ///< of the queue
};

/// Nodes `first` .. `end`-1.
struct NodeSpan {
  NodeIndex first = 0;
  NodeIndex end = 0;

  [[nodiscard]] bool contains(NodeIndex node) const noexcept { return node >= first && node < end; }
};
using NodeSet = std::vector<NodeSpan>;

using PartitionId = std::uint32_t;

class World {
 public:
  using Action = std::function<void()>;

  virtual ~World() = default;

  [[nodiscard]] virtual const Topology& topology() const = 0;
  [[nodiscard]] virtual Moment now() const = 0;
  /// Whoever hears; once, before run_until().
  virtual void attach(WorldEvents& events) = 0;
  /// Calls `what` at `at`, or as soon as it can be; of one moment in the order of the calls.
  virtual void schedule(Moment at, Action what) = 0;
  /// Lets happen what happens until `end`, that moment included, or until stop().
  virtual void run_until(Moment end) = 0;
  virtual void stop() = 0;

  // Streams: TCP or what behaves like it.

  virtual void listen(NodeIndex node, std::uint16_t port) = 0;
  virtual StreamId connect(NodeIndex node, Endpoint to, Duration patience) = 0;
  /// Nothing happens to a stream that is gone, here and below.
  virtual void send(StreamId stream, OctetView octets) = 0;
  /// After what was sent. The end is gone for its owner at once.
  virtual void close(StreamId stream) = 0;
  /// Now, with RST where there is one.
  virtual void abort(StreamId stream) = 0;
  /// Octets that were sent and have not left this end.
  [[nodiscard]] virtual std::size_t backlog(StreamId stream) const = 0;

  // Datagrams: UDP, at most 1400 octets.

  virtual void bind(NodeIndex node, std::uint16_t port) = 0;
  virtual void send_datagram(NodeIndex node, std::uint16_t from, Endpoint to, OctetView octets) = 0;

  // Faults.

  virtual void set_impairment(LinkIndex link, const Impairment& impairment) = 0;
  virtual void set_link_up(LinkIndex link, bool is_up) = 0;
  /// Drops the `nth` packet (1, 2, ...) that enters the link this way from now on.
  virtual void drop_packet(LinkIndex link, Way way, std::uint64_t nth) = 0;
  /// Nothing passes between a node of `a` and one of `b` until heal().
  virtual PartitionId partition(NodeSet a, NodeSet b) = 0;
  virtual void heal(PartitionId partition) = 0;
  /// A node without power hears and says nothing, forwards nothing, and has lost its streams and
  /// ports without a word; who speaks to it on an old stream when it is back is told RST.
  virtual void set_power(NodeIndex node, bool is_on) = 0;

  [[nodiscard]] virtual const WorldCounters& counters() const = 0;
};

/// A process that a node of Role::external stands for.
struct ExternalProcess {
  NodeIndex node = no_node;
  std::vector<std::string> command;  ///< argument list; empty: the caller starts it
  std::uint16_t ready_port = 0;      ///< TCP port that tells that it is there; 0: none
  std::string log = {};  ///< file of what it writes; empty: it writes where this program does
  /// Names that it knows beside those of the topology.
  std::vector<std::pair<std::string, std::uint32_t>> hosts = {};
  /// Told when it has started: its process id. /proc/<id>/ns/net is its network.
  std::function<void(int)> on_start = {};
};

struct WorldSettings {
  std::uint64_t seed = 1;
  Tap tap = {};  ///< none: nobody listens
  /// Links that are captured, and where to; a world without packets has none of it.
  std::string pcap_folder = {};
  std::vector<LinkIndex> pcap_links = {};
  std::vector<ExternalProcess> external = {};
};

/// Errors: what this machine or this build lacks, in `detail`.
using WorldFactory =
    std::function<Result<std::unique_ptr<World>>(const Topology& topology, WorldSettings settings)>;

struct NamedWorld {
  std::string name;  ///< `flow`, `ns3`, `emu`
  WorldFactory make;
};
using Worlds = std::vector<NamedWorld>;

}  // namespace touchstone::sim
