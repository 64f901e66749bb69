#include "sim/run/shrink.h"

#include <algorithm>

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

class Shrinker {
 public:
  Shrinker(const Scenario& scenario, const Worlds& worlds, int max_runs)
      : worlds_(worlds), left_(max_runs), best_{with_drawn_faults(scenario), {}} {}

  Result<std::optional<Shrunk>> go() {
    TOUCHSTONE_TRY(const RunResult first, run(best_.scenario, worlds_, {}));
    const auto failed = std::ranges::find(first.checks, false, &CheckResult::holds);
    if (failed == first.checks.end()) return std::nullopt;
    best_.failed = *failed;
    // Halves first, then ever smaller parts, then one by one until nothing more can go.
    for (std::size_t part = best_.scenario.faults.size(); part >= 1; part /= 2)
      take_away(part);
    while (take_away(1)) {
    }
    simplify();
    return best_;
  }

 private:
  bool take_away(std::size_t part) {
    bool is_smaller = false;
    for (std::size_t i = 0; i < best_.scenario.faults.size();) {
      Scenario less = best_.scenario;
      const auto begin = less.faults.begin() + static_cast<std::ptrdiff_t>(i);
      const auto size = std::min(part, less.faults.size() - i);
      less.faults.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
      if (fails(less)) {
        is_smaller = true;
      } else {
        i += part;
      }
    }
    return is_smaller;
  }

  void simplify() {
    for (std::size_t i = 0; i < best_.scenario.faults.size(); ++i) {
      for (const Duration lasts : {1s, 5s, 10s}) {
        Scenario less = best_.scenario;
        if (less.faults[i].lasts <= lasts) break;
        less.faults[i].lasts = lasts;
        if (fails(less)) break;
      }
      Scenario rounder = best_.scenario;
      rounder.faults[i].at = std::chrono::floor<std::chrono::seconds>(rounder.faults[i].at);
      if (rounder.faults[i] != best_.scenario.faults[i]) fails(rounder);
    }
  }

  // The same check; a run that cannot be made does not count.
  bool fails(const Scenario& scenario) {
    if (left_-- <= 0) return false;
    ++best_.runs;
    const Result<RunResult> result = run(scenario, worlds_, {});
    if (!result) return false;
    const auto found = std::ranges::find_if(result->checks, [this](const CheckResult& one) {
      return one.name == best_.failed.name && !one.holds;
    });
    if (found == result->checks.end()) return false;
    best_.scenario = scenario;
    best_.failed = *found;
    return true;
  }

  const Worlds& worlds_;
  int left_;
  Shrunk best_;
};

}  // namespace

Result<std::optional<Shrunk>> shrink(const Scenario& scenario, const Worlds& worlds, int max_runs) {
  return Shrinker(scenario, worlds, max_runs).go();
}

}  // namespace touchstone::sim
