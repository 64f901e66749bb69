#include "sim/net/ns3_world.h"

#include <fmt/format.h>
#include <ns3/boolean.h>
#include <ns3/global-value.h>
#include <ns3/object-factory.h>
#include <ns3/simulator.h>
#include <ns3/string.h>
#include <algorithm>
#include <filesystem>

#include "sim/net/datagrams.h"
#include "sim/net/errc.h"
#include "sim/net/network.h"
#include "sim/net/ns3_time.h"
#include "sim/net/paused_run.h"
#include "sim/net/streams.h"

namespace touchstone::sim::net {
namespace {

constexpr std::uint32_t link_type_ppp = 9;
constexpr std::uint64_t never = UINT64_MAX - 1;

/// ns-3 has one simulator in a process; whoever holds this has it.
class Simulation {
 public:
  Simulation(const Ns3Options& options, bool is_real_time, bool has_checksums) {
    using ns3::GlobalValue;
    GlobalValue::Bind("SimulatorImplementationType",
                      ns3::StringValue(is_real_time ? "ns3::RealtimeSimulatorImpl"
                                                    : "ns3::DefaultSimulatorImpl"));
    GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(has_checksums));
    ns3::Simulator::SetScheduler(ns3::ObjectFactory(type_of(options.scheduler)));
    is_running_ = true;
  }
  ~Simulation() {
    ns3::Simulator::Destroy();
    is_running_ = false;
  }
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  static bool is_running() { return is_running_; }
  /// Empty for a scheduler that ns-3 does not have.
  static std::string type_of(const std::string& scheduler) {
    constexpr std::array<std::array<const char*, 2>, 5> names{
        {{"map", "ns3::MapScheduler"},
         {"heap", "ns3::HeapScheduler"},
         {"list", "ns3::ListScheduler"},
         {"calendar", "ns3::CalendarScheduler"},
         {"priority_queue", "ns3::PriorityQueueScheduler"}}};
    for (const auto& [name, type] : names)
      if (scheduler == name) return type;
    return {};
  }

 private:
  inline static bool is_running_ = false;
};

class Ns3World final : public World {
 public:
  Ns3World(const Topology& topology, WorldSettings settings, const Ns3Options& options,
           bool is_real_time)
      : topology_(topology),
        simulation_(options, is_real_time, is_real_time || !settings.pcap_folder.empty()),
        wiring_{.topology = &topology_,
                .seed = settings.seed,
                .tap = std::move(settings.tap),
                .counters = {},
                .powered = std::vector<bool>(topology.size(), true),
                .partitions = {}},
        network_(wiring_),
        streams_(network_, wiring_),
        datagrams_(network_, wiring_) {
    if (is_real_time) real_time_.emplace();
  }

  Network& network() { return network_; }
  void keep(std::shared_ptr<void> kept) { kept_ = std::move(kept); }

  Result<void> capture(const WorldSettings& settings) {
    for (const LinkIndex link : settings.pcap_links) {
      const auto file = ns3::CreateObject<ns3::PcapFileWrapper>();
      file->SetAttribute("NanosecMode", ns3::BooleanValue(true));
      const auto path = std::filesystem::path(settings.pcap_folder) /
                        fmt::format("{}.pcap", topology_.nodes[link].name);
      file->Open(path.string(), std::ios::out | std::ios::binary);
      if (file->Fail()) return fail(Errc::capture, path.string());
      file->Init(link_type_ppp);
      network_.wire(link).capture(file);
    }
    return {};
  }

  [[nodiscard]] const Topology& topology() const override { return topology_; }
  [[nodiscard]] Moment now() const override {
    return Moment(ns3::Simulator::Now().GetNanoSeconds());
  }
  void attach(WorldEvents& events) override {
    streams_.attach(events);
    datagrams_.attach(events);
  }
  void schedule(Moment at, Action what) override {
    const Duration wait = std::max(at - now(), Duration::zero());
    ns3::Simulator::Schedule(to_ns3(wait), std::move(what));
  }

  void run_until(Moment end) override {
    const Duration wait = std::max(end - now(), Duration::zero());
    end_ = ns3::Simulator::Schedule(to_ns3(wait), [this] { end_when_idle(never); });
    if (real_time_)
      real_time_->go_on();
    else
      ns3::Simulator::Run();
    end_.Cancel();
  }
  void stop() override {
    if (real_time_)
      ns3::Simulator::ScheduleNow(&PausedRun::pause, &*real_time_);
    else
      ns3::Simulator::Stop();
  }

  void listen(NodeIndex node, std::uint16_t port) override { streams_.listen(node, port); }
  StreamId connect(NodeIndex node, Endpoint to, Duration patience) override {
    return streams_.connect(node, to, patience);
  }
  void send(StreamId stream, OctetView octets) override { streams_.send(stream, octets); }
  void close(StreamId stream) override { streams_.close(stream); }
  void abort(StreamId stream) override { streams_.abort(stream); }
  [[nodiscard]] std::size_t backlog(StreamId stream) const override {
    return streams_.backlog(stream);
  }

  void bind(NodeIndex node, std::uint16_t port) override { datagrams_.bind(node, port); }
  void send_datagram(NodeIndex node, std::uint16_t from, Endpoint to, OctetView octets) override {
    datagrams_.send(node, from, to, octets);
  }

  void set_impairment(LinkIndex link, const Impairment& impairment) override {
    network_.wire(link).set_impairment(impairment);
  }
  void set_link_up(LinkIndex link, bool is_up) override { network_.wire(link).set_up(is_up); }
  void drop_packet(LinkIndex link, Way way, std::uint64_t nth) override {
    network_.wire(link).drop_packet(way, nth);
  }
  PartitionId partition(NodeSet a, NodeSet b) override {
    wiring_.partitions.push_back({next_partition_, std::move(a), std::move(b)});
    return next_partition_++;
  }
  void heal(PartitionId partition) override {
    std::erase_if(wiring_.partitions, [&](const auto& one) { return one.id == partition; });
  }
  void set_power(NodeIndex node, bool is_on) override {
    wiring_.powered[node] = is_on;
    if (is_on) return;
    streams_.lose(node);
    datagrams_.lose(node);
  }

  [[nodiscard]] const WorldCounters& counters() const override {
    wiring_.counters.events = ns3::Simulator::GetEventCount();
    return wiring_.counters;
  }

 private:
  // What else happens at the last moment, and what that brings about at once, is part of the run:
  // the end waits until nothing but itself has happened since it last looked.
  void end_when_idle(std::uint64_t seen) {
    const std::uint64_t happened = ns3::Simulator::GetEventCount();
    if (happened == seen + 1 || real_time_) return stop();
    end_ = ns3::Simulator::ScheduleNow([this, happened] { end_when_idle(happened); });
  }

  std::shared_ptr<void> kept_;
  const Topology topology_;
  Simulation simulation_;
  mutable Wiring wiring_;
  Network network_;
  Streams streams_;
  Datagrams datagrams_;
  PartitionId next_partition_ = 1;
  ns3::EventId end_;
  std::optional<PausedRun> real_time_;  // ends before everything that its events speak of
};

Result<std::unique_ptr<Ns3World>> make(const Topology& topology, const WorldSettings& settings,
                                       const Ns3Options& options, bool is_real_time) {
  if (Simulation::is_running()) return fail(Errc::running, "a world of ns-3 is there already");
  if (topology.nodes.empty()) return fail(Errc::topology, "the topology has no nodes");
  if (Simulation::type_of(options.scheduler).empty())
    return fail(Errc::scheduler, fmt::format("ns-3 has no scheduler \"{}\"", options.scheduler));
  auto world = std::make_unique<Ns3World>(topology, settings, options, is_real_time);
  TOUCHSTONE_TRY_VOID(world->capture(settings));
  return world;
}

}  // namespace

Result<std::unique_ptr<World>> make_ns3_world(const Topology& topology,
                                              const WorldSettings& settings,
                                              const Ns3Options& options) {
  return make(topology, settings, options, false);
}

Result<std::unique_ptr<World>> make_real_time_world(const Topology& topology,
                                                    const WorldSettings& settings,
                                                    const std::vector<Machine>& at,
                                                    std::shared_ptr<void> kept) {
  auto world = make(topology, settings, {}, true);
  if (!world) return std::unexpected(world.error());
  (*world)->keep(std::move(kept));
  for (const Machine& machine : at)
    (*world)->network().join_machine(machine.node, machine.tap);
  return *std::move(world);
}

}  // namespace touchstone::sim::net
