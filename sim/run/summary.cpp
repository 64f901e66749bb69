#include "sim/run/summary.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/scenario/fields.h"

namespace touchstone::sim {
namespace {

using Json = nlohmann::ordered_json;

double milliseconds(Duration time) {
  return static_cast<double>(time.count()) / 1e6;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Json quantiles(const Sample& sample) {
  return {{"count", sample.size()},
          {"mean", milliseconds(sample.mean())},
          {"p50", milliseconds(sample.quantile(0.5))},
          {"p95", milliseconds(sample.quantile(0.95))},
          {"p99", milliseconds(sample.quantile(0.99))},
          {"max", milliseconds(sample.quantile(1))}};
}

Json counters_of(const WorldCounters& counters) {
  return {{"packets", counters.packets},
          {"octets", counters.octets},
          {"lost", counters.lost},
          {"burst_lost", counters.burst_lost},
          {"dropped", counters.dropped},
          {"cut", counters.cut},
          {"overflowed", counters.overflowed},
          {"delayed", counters.delayed},
          {"reordered", counters.reordered},
          {"duplicated", counters.duplicated},
          {"corrupted", counters.corrupted},
          {"retransmitted", counters.retransmitted},
          {"events", counters.events}};
}

Json joins_of(const RunFigures& figures) {
  const Statistics& statistics = figures.statistics;
  const std::uint64_t ended = statistics.admitted + statistics.refused;
  return {{"begun", statistics.count(Happening::Kind::begin)},
          {"admitted", statistics.admitted},
          {"refused", statistics.refused},
          {"open", statistics.joining()},
          {"latency_ms", quantiles(statistics.joins)},
          {"datagrams_per_join", ratio(statistics.datagrams, ended)},
          {"octets_per_join", ratio(figures.world.counters().octets, statistics.admitted)}};
}

Json machines_of(const RunFigures& figures) {
  Json all = Json::array();
  for (const Member& kms : figures.deployment.network().kms) {
    Machine* machine = figures.deployment.machines().find(kms.node);
    if (machine == nullptr) continue;
    const Machine::Load& load = machine->load();
    const DiskCounters& disk = machine->disk().counters();
    all.push_back({{"name", machine->name()},
                   {"busy_s", in_seconds(load.busy)},
                   {"load", in_seconds(load.busy) / in_seconds(figures.scenario.stop)},
                   {"longest_queue", load.longest_queue},
                   {"longest_wait_ms", milliseconds(load.longest_wait)},
                   {"disk_writes", disk.writes},
                   {"disk_syncs", disk.syncs},
                   {"disk_refused", disk.refused},
                   {"disk_torn", disk.torn}});
  }
  return all;
}

/// Of all machines together.
Json clocks_of(const RunFigures& figures) {
  Machine::ClockError all;
  for (NodeIndex node = 0; node < figures.world.topology().size(); ++node) {
    const Machine* machine = figures.deployment.machines().find(node);
    if (machine == nullptr) continue;
    const Machine::ClockError one = machine->clock_error();
    all.jumps += one.jumps;
    all.jumped += one.jumped;
    all.drifted += std::chrono::abs(one.drifted);
  }
  return {{"jumps", all.jumps},
          {"jumped_ms", milliseconds(all.jumped)},
          {"drifted_ms", milliseconds(all.drifted)}};
}

Json recoveries_of(const Statistics& statistics) {
  Json all = Json::array();
  for (const Recovery& one : statistics.recoveries)
    all.push_back({{"fault", one.fault},
                   {"healed_s", in_seconds(one.healed_at)},
                   {"took_s", one.took < Duration() ? Json() : Json(in_seconds(one.took))}});
  return all;
}

Json happenings_of(const Statistics& statistics) {
  Json all = Json::object();
  for (std::size_t i = 0; i < static_cast<std::size_t>(Happening::Kind::count_); ++i) {
    const auto kind = static_cast<Happening::Kind>(i);
    if (statistics.count(kind) > 0) all[print_kind(kind)] = statistics.count(kind);
  }
  return all;
}

// Peak resident memory of this process, in megabytes.
double peak_memory() {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line))
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

std::string row(std::string_view name, const std::string& value) {
  return fmt::format("  {:<26}{}\n", name, value);
}

std::string row_of_times(std::string_view name, const Json& times) {
  return row(name, fmt::format("{:>8}  p50 {:>9.3f}  p95 {:>9.3f}  p99 {:>9.3f}  max {:>9.3f} ms",
                               times["count"].get<std::uint64_t>(), times["p50"].get<double>(),
                               times["p95"].get<double>(), times["p99"].get<double>(),
                               times["max"].get<double>()));
}

std::string table_of(const RunFigures& figures, const Json& all, const RunResult& result) {
  const Json& joins = all["joins"];
  std::string text =
      fmt::format("{} on {}, seed {}, {:.1f} s\n", figures.scenario.name, figures.scenario.world,
                  figures.scenario.seed, in_seconds(figures.scenario.stop));
  text += row_of_times("joins", joins["latency_ms"]);
  text += row("  refused, still open", fmt::format("{}, {}", joins["refused"].get<std::uint64_t>(),
                                                   joins["open"].get<std::uint64_t>()));
  text += row("  datagrams, octets each",
              fmt::format("{:.2f}, {:.0f}", joins["datagrams_per_join"].get<double>(),
                          joins["octets_per_join"].get<double>()));
  text += row_of_times("questions to a KMS", all["questions"]["latency_ms"]);
  text +=
      row("  unanswered", fmt::format("{}", all["questions"]["unanswered"].get<std::uint64_t>()));
  text += row_of_times("network keys after start", all["keys"]["latency_ms"]);
  for (const Json& kms : all["kms"])
    text +=
        row(kms["name"].get<std::string>(),
            fmt::format("load {:.1f} %, longest queue {}, longest wait {:.3f} ms",
                        100 * kms["load"].get<double>(), kms["longest_queue"].get<std::uint64_t>(),
                        kms["longest_wait_ms"].get<double>()));
  text += row("segments sent again",
              fmt::format("{}", all["network"]["retransmitted"].get<std::uint64_t>()));
  for (const Recovery& one : figures.statistics.recoveries)
    text +=
        row("recovered from",
            one.fault + (one.took < Duration() ? std::string(": not yet")
                                               : fmt::format(": {:.3f} s", in_seconds(one.took))));
  for (const CheckResult& check : result.checks)
    text += row(check.holds ? "holds" : "DOES NOT HOLD",
                check.name + (check.holds ? "" : ": " + check.why));
  text += row("events",
              fmt::format("{} in {:.2f} s of processor time, {:.0f} MB",
                          figures.world.counters().events, figures.cpu_seconds, peak_memory()));
  return text;
}

}  // namespace

void write_summary(const RunFigures& figures, RunResult& result) {
  const Statistics& statistics = figures.statistics;
  Json all;
  all["schema"] = 1;
  all["scenario"] = {{"name", figures.scenario.name},
                     {"question", figures.scenario.question},
                     {"world", figures.scenario.world},
                     {"seed", figures.scenario.seed},
                     {"stop_s", in_seconds(figures.scenario.stop)},
                     {"nodes", figures.world.topology().size()}};
  all["joins"] = joins_of(figures);
  all["questions"] = {{"asked", statistics.count(Happening::Kind::ask)},
                      {"unanswered", statistics.unanswered},
                      {"latency_ms", quantiles(statistics.replies)}};
  all["keys"] = {{"latency_ms", quantiles(statistics.first_keys)}};
  all["results"] = Json::object();
  for (const auto& [code, count] : statistics.results)
    all["results"][std::to_string(code)] = count;
  all["kms"] = machines_of(figures);
  all["clocks"] = clocks_of(figures);
  all["network"] = counters_of(figures.world.counters());
  all["happenings"] = happenings_of(statistics);
  all["recoveries"] = recoveries_of(statistics);
  all["checks"] = Json::array();
  for (const CheckResult& check : result.checks)
    all["checks"].push_back({{"name", check.name}, {"holds", check.holds}, {"why", check.why}});
  if (figures.log != nullptr)
    all["log"] = {{"events", figures.log->lines()},
                  {"octets", figures.log->octets()},
                  {"octets_per_event", ratio(figures.log->octets(), figures.log->lines())},
                  {"sha256", result.log_sha256}};
  all["machine"] = {
      {"cpu_s", figures.cpu_seconds}, {"wall_s", figures.wall_seconds}, {"peak_mb", peak_memory()}};
  result.summary = all.dump(2) + "\n";
  result.table = table_of(figures, all, result);
}

}  // namespace touchstone::sim
