#pragma once
// The figures of a run, gathered while it happens.

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/metrics/journal.h"

namespace touchstone::sim {

/// Times of one kind, all of them kept.
class Sample {
 public:
  void add(Duration time) {
    times_.push_back(static_cast<std::uint32_t>(time.count() / 1000));
    is_sorted_ = false;
  }
  [[nodiscard]] std::size_t size() const noexcept { return times_.size(); }
  /// The smallest time that `part` of them do not exceed; zero of none.
  [[nodiscard]] Duration quantile(double part) const;
  [[nodiscard]] Duration mean() const;

 private:
  mutable std::vector<std::uint32_t> times_;  // microseconds: over an hour fits
  mutable bool is_sorted_ = false;
};

struct Recovery {
  std::string fault;
  Moment healed_at{};
  Duration took{-1};        ///< -1: not yet
  std::size_t waiting = 0;  ///< nodes that began before and still join
};

class Statistics final : public Watcher {
 public:
  /// `journal` hears of recoveries. A network has recovered from a fault when every gateway that
  /// runs is connected to a KMS, and every node that began to join before the fault ended is in or
  /// refused.
  Statistics(const Topology& topology, Journal& journal);

  void on_happening(const Happening& happening) override;

  [[nodiscard]] std::uint64_t count(Happening::Kind kind) const noexcept {
    return counts_[static_cast<std::size_t>(kind)];
  }
  Sample joins;       ///< of those that were admitted
  Sample replies;     ///< questions of gateways to KMS, answered
  Sample first_keys;  ///< of gateways, since they started
  std::uint64_t admitted = 0;
  std::uint64_t refused = 0;
  std::uint64_t datagrams = 0;  ///< that joining nodes sent, of ended joins
  std::uint64_t unanswered = 0;
  std::map<std::uint32_t, std::uint64_t> results;  ///< answers of KMS by Result-Code
  std::vector<Recovery> recoveries;
  [[nodiscard]] std::size_t joining() const noexcept { return joining_; }

 private:
  void on_join(const Happening& happening);
  void set_begun(NodeIndex node, Moment at);
  void look_for_recovery(Moment now);
  [[nodiscard]] bool is_recovered(const Recovery& recovery) const;

  const Topology& topology_;
  Journal& journal_;
  std::array<std::uint64_t, static_cast<std::size_t>(Happening::Kind::count_)> counts_{};
  std::vector<Moment> begun_;  // by node; -1: it does not join now
  std::size_t joining_ = 0;
  std::map<NodeIndex, Moment> started_;   // gateways that run
  std::set<NodeIndex> with_keys_;         // of those
  std::map<NodeIndex, int> connections_;  // of gateways to KMS
  std::size_t open_recoveries_ = 0;
};

}  // namespace touchstone::sim
