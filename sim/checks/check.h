#pragma once
// What has to hold in a run. A safety check sees a violation when it happens, a liveness check at
// the end.

#include <memory>
#include <string>
#include <vector>

#include "reference/gateway/join.h"
#include "sim/deployment/deployment.h"
#include "sim/metrics/journal.h"

namespace touchstone::sim {

/// Happening::code of a node that was let in.
inline constexpr auto admitted = static_cast<std::uint32_t>(gateway::JoinCode::admitted);

class Check : public Watcher {
 public:
  explicit Check(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool holds() const noexcept { return why_.empty(); }
  /// What was wrong first; empty while it holds.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

  void on_happening(const Happening& /*happening*/) override {}
  virtual void on_captured(const Captured& /*captured*/) {}
  /// The run is over.
  virtual void finish(Moment /*now*/) {}

 protected:
  void violate(std::string why) {
    if (why_.empty()) why_ = std::move(why);
  }

 private:
  std::string name_;
  std::string why_;
};

struct CheckSite {
  const Scenario& scenario;
  const Topology& topology;
  Deployment& deployment;
};

/// Those that scenarios may name.
[[nodiscard]] const std::vector<std::string>& check_names();
/// Of that name, or null. What the site names outlives the check.
[[nodiscard]] std::unique_ptr<Check> make_check(const Expectation& expectation,
                                                const CheckSite& site);

}  // namespace touchstone::sim
