#include "sim/study/run_data.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "sim/study/errc.h"
#include "sim/study/statistics.h"

namespace touchstone::sim::study {
namespace {

constexpr std::size_t bin_count = 120;
constexpr std::size_t cdf_points = 200;
constexpr std::size_t histogram_bins = 36;
constexpr int admitted = 1;  // `r` of an event `join`

struct Join {
  double at = 0;
  double ms = 0;
};

struct Bin {
  std::uint64_t begun = 0;
  std::uint64_t refused = 0;
  std::uint64_t asked = 0;
  std::vector<double> ms;
};

class Gatherer {
 public:
  explicit Gatherer(double stop) : stop_(std::max(stop, 1e-9)), bins_(bin_count), last_load_s_() {}

  static bool wants(std::string_view kind) {
    constexpr std::array<std::string_view, 7> kinds{"begin", "join", "ask",    "load",
                                                    "fault", "heal", "recover"};
    return std::ranges::find(kinds, kind) != kinds.end();
  }

  void add(std::string_view kind, const Json& event) {
    const double at = event.value("t", 0.0);
    Bin& bin = bins_[std::min(static_cast<std::size_t>(std::max(at, 0.0) / stop_ * bin_count),
                              bin_count - 1)];
    if (kind == "begin") ++bin.begun;
    if (kind == "ask") ++bin.asked;
    if (kind == "join") add_join(at, event, bin);
    if (kind == "load") add_load(at, event);
    if (kind == "fault")
      faults_.push_back(
          {{"text", event.value("x", "")}, {"from", at}, {"to", nullptr}, {"recovered", nullptr}});
    if (kind == "heal") close(event.value("x", ""), "to", at);
    if (kind == "recover") close(event.value("x", ""), "recovered", at);
  }

  Json finish(Json summary) {
    std::vector<double> all;
    for (const Join& join : joins_)
      all.push_back(join.ms);
    std::ranges::sort(all);
    Json made{{"summary", std::move(summary)}, {"bin_s", stop_ / bin_count}};
    made["joins"] = joins();
    made["bins"] = bins();
    made["histogram"] = histogram(all);
    made["cdf"] = cdf(all);
    made["kms"] = Json::array();
    for (auto& [name, kms] : kms_)
      made["kms"].push_back(std::move(kms));
    made["faults"] = std::move(faults_);
    return made;
  }

 private:
  void add_join(double at, const Json& event, Bin& bin) {
    if (event.value("r", 0) != admitted) {
      ++bin.refused;
      return;
    }
    joins_.push_back({at, event.value("ms", 0.0)});
    bin.ms.push_back(joins_.back().ms);
  }

  // `c` things wait, and it was busy for `ms` since the last time.
  void add_load(double at, const Json& event) {
    const std::string name = event.value("n", "");
    auto [found, is_new] = kms_.try_emplace(name);
    if (is_new)
      found->second = {{"name", name},
                       {"at_s", Json::array()},
                       {"queue", Json::array()},
                       {"load", Json::array()}};
    const double gap = at - last_load_s_[name];
    last_load_s_[name] = at;
    found->second["at_s"].push_back(at);
    found->second["queue"].push_back(event.value("c", 0));
    found->second["load"].push_back(gap <= 0 ? 0.0
                                             : std::min(event.value("ms", 0.0) / 1000 / gap, 1.0));
  }

  // The first fault of this text that has no such moment yet.
  void close(const std::string& text, const char* moment, double at) {
    for (Json& fault : faults_)
      if (fault["text"] == text && fault[moment].is_null()) {
        fault[moment] = at;
        return;
      }
  }

  [[nodiscard]] Json joins() const {
    Json at = Json::array();
    Json ms = Json::array();
    const std::size_t step =
        std::max<std::size_t>((joins_.size() + most_points - 1) / most_points, 1);
    for (std::size_t i = 0; i < joins_.size(); i += step) {
      at.push_back(joins_[i].at);
      ms.push_back(joins_[i].ms);
    }
    return {{"of", joins_.size()}, {"at_s", std::move(at)}, {"ms", std::move(ms)}};
  }

  Json bins() {
    Json all = Json::array();
    for (std::size_t i = 0; i < bins_.size(); ++i) {
      Bin& bin = bins_[i];
      std::ranges::sort(bin.ms);
      Json one{{"at_s", (static_cast<double>(i) + 0.5) * stop_ / bin_count},
               {"begun", bin.begun},
               {"admitted", bin.ms.size()},
               {"refused", bin.refused},
               {"asked", bin.asked}};
      if (!bin.ms.empty()) {
        one["p50"] = quantile(bin.ms, 0.5);
        one["p95"] = quantile(bin.ms, 0.95);
        one["max"] = bin.ms.back();
      }
      all.push_back(std::move(one));
    }
    return all;
  }

  // Bins of equal width on a logarithmic axis, since latencies go from milliseconds to minutes.
  static Json histogram(const std::vector<double>& sorted) {
    Json all = Json::array();
    if (sorted.empty()) return all;
    const double low = std::max(sorted.front(), 1e-3) * 0.999;
    const double high = std::max(sorted.back() * 1.001, low * 1.05);
    const double step = std::log(high / low) / histogram_bins;
    auto at = sorted.begin();
    for (std::size_t i = 0; i < histogram_bins; ++i) {
      const double to = low * std::exp(step * static_cast<double>(i + 1));
      const auto end =
          i + 1 == histogram_bins ? sorted.end() : std::upper_bound(at, sorted.end(), to);
      all.push_back({{"from_ms", low * std::exp(step * static_cast<double>(i))},
                     {"to_ms", to},
                     {"count", end - at}});
      at = end;
    }
    return all;
  }

  static Json cdf(const std::vector<double>& sorted) {
    Json ms = Json::array();
    Json share = Json::array();
    for (std::size_t i = 1; i <= cdf_points && !sorted.empty(); ++i) {
      const double part = static_cast<double>(i) / cdf_points;
      ms.push_back(std::max(quantile(sorted, part), 1e-3));
      share.push_back(part);
    }
    return {{"ms", std::move(ms)}, {"share", std::move(share)}};
  }

  double stop_;
  std::vector<Join> joins_;
  std::vector<Bin> bins_;
  std::map<std::string, Json> kms_;
  std::map<std::string, double> last_load_s_;
  Json faults_ = Json::array();
};

// `"e":"join"` -> `join`, without reading the rest: most lines are not wanted. Nothing when the
// line is spelled in another way.
std::string_view kind_of(std::string_view line) {
  constexpr std::string_view key = "\"e\":\"";
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + key.size());
  return line.substr(0, line.find('"'));
}

bool has_its_parts(const Json& summary) {
  constexpr std::array<const char*, 6> parts{"scenario", "joins",      "questions",
                                             "kms",      "recoveries", "checks"};
  return summary.is_object() &&
         std::ranges::all_of(parts, [&](const char* part) { return summary.contains(part); }) &&
         summary["scenario"].is_object() && summary["scenario"].contains("stop_s") &&
         summary["scenario"]["stop_s"].is_number();
}

}  // namespace

Result<Json> make_run_data(std::string_view summary, std::istream& events) {
  Json read = Json::parse(summary, nullptr, false);
  if (!has_its_parts(read)) return fail(Errc::report, "summary.json is not the summary of a run");
  Gatherer gatherer(read["scenario"]["stop_s"].get<double>());
  std::string line;
  for (std::size_t number = 1; std::getline(events, line); ++number) {
    const std::string_view kind = kind_of(line);
    if (!kind.empty() && !Gatherer::wants(kind)) continue;
    const Json event = Json::parse(line, nullptr, false);
    if (!event.is_object() || !event.contains("e") || !event["e"].is_string())
      return fail(Errc::report, fmt::format("metrics.jsonl:{}: this is no event", number));
    gatherer.add(event["e"].get<std::string>(), event);
  }
  return gatherer.finish(std::move(read));
}

std::string answer_of(std::string_view scenario) {
  try {
    return toml::parse(scenario)["answer"].value_or(std::string());
  } catch (const toml::parse_error&) {
    return {};
  }
}

}  // namespace touchstone::sim::study
