#include <fmt/format.h>
#include <algorithm>

#include "reference/keyring/keyring_file.h"
#include "sim/checks/checks.h"
#include "sim/checks/key_scan.h"

namespace touchstone::sim {
namespace {

/// A gateway that is connected to a KMS, and has been for the window, has the Gateway key that this
/// KMS serves, and has served for the window. Time while a fault lasts does not count.
class OneGatewayKey final : public Check {
 public:
  OneGatewayKey(const Expectation& expectation, const CheckSite& site)
      : Check(expectation.check),
        topology_(site.topology),
        window_(site.scenario.keys.rotation_window) {}

  void on_happening(const Happening& one) override {
    judge(one.at);
    switch (one.kind) {
      case Happening::Kind::fault:
        quiet_ += faults_++ == 0 ? one.at - counted_from_ : Duration();
        return;
      case Happening::Kind::heal:
        if (--faults_ == 0) counted_from_ = one.at;
        return;
      case Happening::Kind::keys:
        keys_[one.node] = {one.key, quiet_at(one.at)};
        return;
      case Happening::Kind::serve:
        if (!served_.contains(one.node) || served_[one.node].key != one.key)
          served_[one.node] = {one.key, quiet_at(one.at)};
        return;
      case Happening::Kind::peer_up:
        links_[{one.node, one.peer}] = quiet_at(one.at);
        return;
      case Happening::Kind::peer_down:
        links_.erase({one.node, one.peer});
        return;
      case Happening::Kind::crash:
        keys_.erase(one.node);
        served_.erase(one.node);
        std::erase_if(links_, [&](const auto& link) {
          return link.first.first == one.node || link.first.second == one.node;
        });
        return;
      default:
        return;
    }
  }
  void finish(Moment now) override { judge(now); }

 private:
  struct Held {
    std::uint64_t key = 0;
    Duration since{};  // of quiet time
  };

  [[nodiscard]] Duration quiet_at(Moment now) const {
    return faults_ > 0 ? quiet_ : quiet_ + (now - counted_from_);
  }

  void judge(Moment now) {
    if (!holds() || faults_ > 0) return;
    const Duration quiet = quiet_at(now);
    if (quiet < next_look_) return;
    next_look_ = quiet + std::chrono::milliseconds(500);
    for (const auto& [link, since] : links_) {
      const auto mine = keys_.find(link.first);
      const auto theirs = served_.find(link.second);
      if (mine == keys_.end() || theirs == served_.end()) continue;
      const Duration from = std::max({since, theirs->second.since});
      if (mine->second.key != theirs->second.key && quiet - from > window_)
        violate(fmt::format("{} and {} have two Gateway keys at {:.3f} s",
                            topology_.nodes[link.first].name, topology_.nodes[link.second].name,
                            in_seconds(now)));
    }
  }

  const Topology& topology_;
  Duration window_;
  Duration quiet_{};
  Moment counted_from_{};
  Duration next_look_{};
  int faults_ = 0;
  std::map<NodeIndex, Held> keys_;
  std::map<NodeIndex, Held> served_;
  std::map<std::pair<NodeIndex, NodeIndex>, Duration> links_;  // gateway and KMS
};

class NoStranger final : public Check {
 public:
  NoStranger(const Expectation& expectation, const CheckSite& site)
      : Check(expectation.check), network_(site.deployment.network()) {}
  void on_happening(const Happening& one) override {
    if (one.kind == Happening::Kind::admit) ++decided_;
    if (one.kind == Happening::Kind::admit && one.code == admitted &&
        !network_.known.contains(one.id))
      violate(fmt::format("0x{:08x} admitted at {:.3f} s", one.id, in_seconds(one.at)));
  }
  void finish(Moment /*now*/) override {
    if (decided_ == 0) violate("no gateway has decided anything");
  }

 private:
  const Network& network_;
  std::uint64_t decided_ = 0;
};

/// Finds a key, or looks at nothing, and does not hold.
class NoKeyOnWire final : public Check {
 public:
  NoKeyOnWire(const Expectation& expectation, const CheckSite& site)
      : Check(expectation.check), topology_(site.topology), scan_(site.deployment.all_keys()) {}
  void on_captured(const Captured& captured) override {
    if (holds() && scan_.finds(captured))
      violate("a key on the link of " + topology_.nodes[captured.link].name);
  }
  void finish(Moment /*now*/) override {
    if (scan_.scanned() == 0) violate("not an octet was captured");
  }

 private:
  const Topology& topology_;
  KeyScan scan_;
};

/// What a KMS has on its disk is a whole keyring, at every start and at the end.
class NoTornKeyring final : public Check {
 public:
  NoTornKeyring(const Expectation& expectation, const CheckSite& site)
      : Check(expectation.check), topology_(site.topology), deployment_(site.deployment) {
    for (const Fault& fault : site.scenario.faults)
      if (fault.kind == FaultKind::crash && !fault.keeps_disk) erased_.push_back(fault.target);
  }
  void on_happening(const Happening& one) override {
    if (one.kind == Happening::Kind::start) look(one.node, one.at);
  }
  void finish(Moment now) override {
    for (const Member& kms : deployment_.network().kms)
      look(kms.node, now);
    if (looked_ == 0) violate("no keyring was looked at");
  }

 private:
  void look(NodeIndex node, Moment at) {
    const std::string& name = topology_.nodes[node].name;
    Machine* machine = deployment_.machines().find(node);
    const bool is_erased = std::ranges::any_of(
        erased_, [&](const std::string& pattern) { return matches(pattern, name); });
    if (topology_.nodes[node].role != Role::kms || machine == nullptr || is_erased) return;
    ++looked_;
    const Octets* file = machine->disk().look(keyring_path);
    if (file == nullptr)
      return violate(fmt::format("{} has none at {:.3f} s", name, in_seconds(at)));
    Findings findings;
    const keyring::ReadOptions strictly{keyring::Strictness::strict, false};
    if (!keyring::parse_keyring(*file, strictly, findings))
      violate(fmt::format("{} is torn at {:.3f} s", name, in_seconds(at)));
  }

  const Topology& topology_;
  Deployment& deployment_;
  std::vector<std::string> erased_;
  std::uint64_t looked_ = 0;
};

class AttacksFail final : public Check {
 public:
  AttacksFail(const Expectation& expectation, const CheckSite& /*site*/)
      : Check(expectation.check) {}
  void on_happening(const Happening& one) override {
    if (one.kind == Happening::Kind::attack) struck_ += one.count;
    if (one.kind == Happening::Kind::breach)
      violate(fmt::format("{} at {:.3f} s", one.text, in_seconds(one.at)));
  }
  void finish(Moment /*now*/) override {
    if (struck_ == 0) violate("no attack has ended");
  }

 private:
  std::uint64_t struck_ = 0;
};

const CheckTable& table() {
  static const CheckTable made = [] {
    CheckTable all;
    add_safety_checks(all);
    add_liveness_checks(all);
    return all;
  }();
  return made;
}

}  // namespace

void add_safety_checks(CheckTable& checks) {
  checks.add<OneGatewayKey>("one_gateway_key");
  checks.add<NoStranger>("no_stranger_admitted");
  checks.add<NoKeyOnWire>("no_key_on_wire");
  checks.add<NoTornKeyring>("no_torn_keyring");
  checks.add<AttacksFail>("attacks_fail");
}

const std::vector<std::string>& check_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [name, maker] : table().makers())
      all.push_back(name);
    return all;
  }();
  return names;
}

std::unique_ptr<Check> make_check(const Expectation& expectation, const CheckSite& site) {
  const auto found = table().makers().find(expectation.check);
  return found == table().makers().end() ? nullptr : found->second(expectation, site);
}

}  // namespace touchstone::sim
