#include <fmt/format.h>
#include <algorithm>

#include "sim/checks/checks.h"

namespace touchstone::sim {
namespace {

/// The last moment at which something became true for each of many, and who is missing.
class AllBy : public Check {
 public:
  AllBy(const Expectation& expectation, const Topology& topology)
      : Check(expectation.check),
        topology_(topology),
        by_(expectation.by),
        done_(topology.size(), not_asked) {}

 protected:
  void need(NodeIndex node) {
    if (done_[node] == not_asked) done_[node] = missing;
  }
  void reach(NodeIndex node, Moment at) {
    if (done_[node] == missing) done_[node] = at;
  }
  void lose(NodeIndex node) {
    if (done_[node] != not_asked) done_[node] = missing;
  }
  void finish(Moment now) override {
    const Moment by = by_ == Moment() ? now : by_;
    std::size_t asked = 0;
    std::size_t late = 0;
    NodeIndex first = no_node;
    for (NodeIndex node = 0; node < done_.size(); ++node) {
      asked += done_[node] == not_asked ? 0U : 1U;
      if (done_[node] == not_asked || (done_[node] != missing && done_[node] <= by)) continue;
      if (late++ == 0) first = node;
    }
    if (late > 0)
      violate(fmt::format("{} of {} not by {:.3f} s, {} first", late, asked, in_seconds(by),
                          topology_.nodes[first].name));
    if (asked == 0) violate("there is nobody of whom it could be asked");
  }

 private:
  static constexpr Moment not_asked{-2};
  static constexpr Moment missing{-1};

  const Topology& topology_;
  Moment by_;
  std::vector<Moment> done_;
};

class GatewaysHaveKeys final : public AllBy {
 public:
  GatewaysHaveKeys(const Expectation& expectation, const CheckSite& site)
      : AllBy(expectation, site.topology) {
    for (const Member& gateway : site.deployment.network().gateways)
      need(gateway.node);
  }
  void on_happening(const Happening& one) override {
    if (one.kind == Happening::Kind::keys) reach(one.node, one.at);
    if (one.kind == Happening::Kind::crash) lose(one.node);
  }
};

/// Every node that began to join and that some keyring knows is in. The last attempt counts.
class NodesJoined final : public AllBy {
 public:
  NodesJoined(const Expectation& expectation, const CheckSite& site)
      : AllBy(expectation, site.topology),
        network_(site.deployment.network()),
        begun_(site.topology.size()) {}
  void on_happening(const Happening& one) override {
    if (one.kind == Happening::Kind::begin) {
      begun_[one.node] = one.id;
      lose(one.node);
    }
    if (one.kind == Happening::Kind::join && one.code == admitted) {
      need(one.node);
      reach(one.node, one.at);
    }
  }
  void finish(Moment now) override {
    for (NodeIndex node = 0; node < begun_.size(); ++node)
      if (begun_[node] != 0 && network_.known.contains(begun_[node])) need(node);
    AllBy::finish(now);
  }

 private:
  const Network& network_;
  std::vector<std::uint32_t> begun_;  // ids; 0: never
};

/// The factory's batches are in every keyring.
class DeliveriesTaken final : public Check {
 public:
  DeliveriesTaken(const Expectation& expectation, const CheckSite& site)
      : Check(expectation.check),
        expected_(site.scenario.deliveries.size() * site.deployment.network().kms.size()),
        by_(expectation.by) {}
  void on_happening(const Happening& one) override {
    const bool is_taken = one.kind == Happening::Kind::deliver && one.code == 0;
    if (is_taken && (by_ == Moment() || one.at <= by_)) ++taken_;
  }
  void finish(Moment /*now*/) override {
    if (taken_ < expected_) violate(fmt::format("{} of {} deliveries", taken_, expected_));
    if (expected_ == 0) violate("nothing was to be delivered");
  }

 private:
  std::uint64_t expected_;
  Moment by_;
  std::uint64_t taken_ = 0;
};

/// The network is as before the fault, for each of them.
class Recovers final : public Check {
 public:
  Recovers(const Expectation& expectation, const CheckSite& /*site*/) : Check(expectation.check) {}
  void on_happening(const Happening& one) override {
    if (one.kind == Happening::Kind::heal) ++healed_;
    if (one.kind == Happening::Kind::recover) ++recovered_;
  }
  void finish(Moment /*now*/) override {
    if (recovered_ < healed_) violate(fmt::format("{} of {} faults", recovered_, healed_));
  }

 private:
  std::uint64_t healed_ = 0;
  std::uint64_t recovered_ = 0;
};

}  // namespace

void add_liveness_checks(CheckTable& table) {
  table.add<GatewaysHaveKeys>("all_gateways_have_keys");
  table.add<NodesJoined>("all_nodes_joined");
  table.add<DeliveriesTaken>("all_deliveries_taken");
  table.add<Recovers>("recovers_from_faults");
}

}  // namespace touchstone::sim
