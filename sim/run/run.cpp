#include "sim/run/run.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>

#include "reference/crypto/digest.h"
#include "sim/checks/check.h"
#include "sim/crypto/deterministic_random.h"
#include "sim/metrics/statistics.h"
#include "sim/run/manifest.h"
#include "sim/run/summary.h"

namespace touchstone::sim {
namespace {

constexpr int slices = 100;
/// How often the load of a KMS is told.
constexpr int load_samples = 200;

std::unexpected<Error> invalid(std::string what) {
  return fail(std::errc::invalid_argument, std::move(what));
}

/// Everything that one run holds, in the order in which it has to go.
class Run {
 public:
  Run(Scenario scenario, const Worlds& worlds, const RunOptions& options)
      : scenario_(std::move(scenario)),
        worlds_(worlds),
        options_(options),
        topology_(build_topology(scenario_)),
        statistics_(topology_, journal_),
        random_(hash_name(scenario_.name, scenario_.seed)) {}

  Result<RunResult> go() {
    const auto wall = std::chrono::steady_clock::now();
    const std::clock_t cpu = std::clock();
    TOUCHSTONE_TRY_VOID(open_log());
    TOUCHSTONE_TRY_VOID(make_world());
    deployment_.emplace(scenario_, *world_, journal_);
    TOUCHSTONE_TRY_VOID(make_checks());
    deployment_->schedule();
    schedule_load();
    play();
    for (const auto& check : checks_)
      finish(*check);
    const auto lasted = std::chrono::steady_clock::now() - wall;
    return finish_run(static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC,
                      std::chrono::duration<double>(lasted).count());
  }

 private:
  Result<void> open_log() {
    if (!options_.report.empty()) {
      TOUCHSTONE_TRY(log_, EventLog::open(options_.report + "/metrics.jsonl", topology_));
    } else if (options_.keeps_log) {
      log_ = std::make_unique<EventLog>(topology_);
    }
    if (log_) journal_.add(*log_);
    journal_.add(statistics_);
    return {};
  }

  Result<void> make_world() {
    const auto named = std::ranges::find(worlds_, scenario_.world, &NamedWorld::name);
    if (named == worlds_.end()) return invalid("this build has no world `" + scenario_.world + "`");
    if (!scenario_.externals.empty() && scenario_.world != "emu")
      return invalid("[[external]] needs the world `emu`");
    WorldSettings settings;
    settings.seed = scenario_.seed;
    if (listens()) settings.tap = [this](const Captured& captured) { hear(captured); };
    for (const std::string& pattern : scenario_.record.pcap) {
      const std::vector<NodeIndex> nodes = matching(topology_, pattern);
      if (nodes.empty()) return invalid("[record] pcap: nobody is `" + pattern + "`");
      for (const NodeIndex node : nodes)
        if (node != 0) settings.pcap_links.push_back(node);
    }
    if (options_.report.empty()) settings.pcap_links.clear();  // there is no place for them
    if (!settings.pcap_links.empty()) settings.pcap_folder = options_.report;
    for (const ExternalPlan& one : scenario_.externals) {
      if (topology_.find(one.via) == no_node)
        return invalid("[[external]] via: nobody is `" + one.via + "`");
      settings.external.push_back(process_of(one));
    }
    TOUCHSTONE_TRY(world_, named->make(topology_, std::move(settings)));
    return {};
  }

  ExternalProcess process_of(const ExternalPlan& plan) const {
    ExternalProcess process{.node = topology_.find(plan.name),
                            .command = plan.command,
                            .ready_port = static_cast<std::uint16_t>(plan.ready_port)};
    if (!options_.report.empty()) process.log = options_.report + "/" + plan.name + ".log";
    for (const TopologyNode& node : topology_.nodes)
      if (node.role == Role::gateway || node.role == Role::kms || node.role == Role::external)
        process.hosts.emplace_back(node.name + "." + simulated_realm, node.address);
    return process;
  }

  /// Whether somebody looks at packets: it costs time.
  [[nodiscard]] bool listens() const {
    return !scenario_.attacks.empty() ||
           std::ranges::any_of(scenario_.expectations, [](const Expectation& one) {
             return one.check == "no_key_on_wire";
           });
  }

  void hear(const Captured& captured) {
    for (const auto& check : checks_)
      check->on_captured(captured);
    if (deployment_) deployment_->overhear(captured);
  }

  Result<void> make_checks() {
    const CheckSite site{scenario_, topology_, *deployment_};
    for (const Expectation& expectation : scenario_.expectations) {
      auto check = make_check(expectation, site);
      if (check == nullptr) return invalid("[[expect]] no check is `" + expectation.check + "`");
      journal_.add(*check);
      checks_.push_back(std::move(check));
    }
    return {};
  }

  void schedule_load() {
    const Duration gap =
        std::max<Duration>(scenario_.stop / load_samples, std::chrono::milliseconds(1));
    busy_.assign(deployment_->network().kms.size(), {});
    world_->schedule(world_->now() + gap, [this] { tell_load(); });
  }

  void tell_load() {
    const std::vector<Member>& all = deployment_->network().kms;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Machine* machine = deployment_->machines().find(all[i].node);
      if (machine == nullptr || !machine->has_power()) continue;
      const Duration busy = machine->load().busy;
      journal_.tell({.at = world_->now(),
                     .kind = Happening::Kind::load,
                     .node = all[i].node,
                     .count = machine->queue_length(),
                     .took = busy - busy_[i]});
      busy_[i] = busy;
    }
    const Duration gap =
        std::max<Duration>(scenario_.stop / load_samples, std::chrono::milliseconds(1));
    if (world_->now() + gap <= scenario_.stop)
      world_->schedule(world_->now() + gap, [this] { tell_load(); });
  }

  void play() {
    for (int slice = 1; slice <= slices; ++slice) {
      const Moment until = scenario_.stop * slice / slices;
      world_->run_until(until);
      if (options_.on_progress)
        options_.on_progress({until, scenario_.stop, statistics_.admitted, statistics_.refused,
                              statistics_.joining()});
    }
  }

  void finish(Check& check) {
    check.finish(scenario_.stop);
    result_.checks.push_back({check.name(), check.holds(), check.why()});
    journal_.tell({.at = scenario_.stop,
                   .kind = Happening::Kind::check,
                   .code = check.holds() ? 0U : 1U,
                   .text = check.name()});
  }

  Result<RunResult> finish_run(double cpu, double wall) {
    result_.counters = world_->counters();
    if (log_) TOUCHSTONE_TRY_VOID(log_->finish());
    if (options_.keeps_log && options_.report.empty()) {
      result_.log = log_->text();
      result_.log_sha256 = to_hex(crypto::sha256(as_octets(result_.log)));
    }
    if (!options_.report.empty()) {
      TOUCHSTONE_TRY(result_.log_sha256, hash_file(options_.report + "/metrics.jsonl"));
    }
    write_summary({.scenario = scenario_,
                   .statistics = statistics_,
                   .log = log_.get(),
                   .world = *world_,
                   .deployment = *deployment_,
                   .cpu_seconds = cpu,
                   .wall_seconds = wall},
                  result_);
    deployment_.reset();
    world_.reset();  // what it captured is in its files now
    if (!options_.report.empty())
      TOUCHSTONE_TRY_VOID(write_report(options_.report, scenario_, result_));
    return std::move(result_);
  }

  Scenario scenario_;
  const Worlds& worlds_;
  const RunOptions& options_;
  Topology topology_;
  Journal journal_;
  Statistics statistics_;
  DeterministicRandom random_;
  std::unique_ptr<EventLog> log_;
  std::unique_ptr<World> world_;
  std::optional<Deployment> deployment_;
  std::vector<std::unique_ptr<Check>> checks_;
  std::vector<Duration> busy_;
  RunResult result_;
};

}  // namespace

bool RunResult::holds() const {
  return std::ranges::all_of(checks, &CheckResult::holds);
}

Result<RunResult> run(const Scenario& scenario, const Worlds& worlds, const RunOptions& options) {
  return Run(with_drawn_faults(scenario), worlds, options).go();
}

}  // namespace touchstone::sim
