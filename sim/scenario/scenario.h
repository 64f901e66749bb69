#pragma once
// A scenario: who is there, what they do, what goes wrong, and what has to hold
// (docs/formats/scenario.md). Plain data; every field is a row of fields.h.

#include <string>
#include <vector>

#include "reference/base/clock.h"
#include "reference/base/result.h"
#include "sim/faults/fault.h"
#include "sim/machines/machine.h"
#include "sim/nodes/attacker.h"
#include "sim/nodes/network.h"
#include "sim/world/topology.h"

namespace touchstone::sim {

enum class TopologyKind : std::uint8_t {
  star,      ///< gateways around the KMS
  tree,      ///< routers in between, `fan` links each
  chain,     ///< one router behind the other, a gateway at each
  branches,  ///< branch offices of `fan` gateways behind a head office
  two_sites  ///< half of the gateways and a KMS at each of two sites
};

struct TopologyPlan {
  TopologyKind kind = TopologyKind::tree;
  std::uint32_t kms = 1;
  std::uint32_t gateways = 10;
  std::uint32_t access_points = 0;  ///< of each gateway; 0: nodes ask it themselves
  std::uint32_t enodes = 10;        ///< of each gateway
  std::uint32_t strangers = 0;      ///< of each gateway: nodes that no keyring knows
  std::uint32_t fan = 32;
  bool lks = false;  ///< a factory behind the `wan`
  LinkProperties core{std::chrono::milliseconds(1), {}, 1'000'000'000};
  LinkProperties wan{std::chrono::milliseconds(20), {}, 100'000'000};
  LinkProperties access{std::chrono::milliseconds(2), {}, 100'000'000};
  LinkProperties radio{std::chrono::milliseconds(5), {}, 1'000'000};
};

struct KeyPlan {
  Protection protection = Protection::wrap;
  kms::ReloadMode reload = kms::ReloadMode::on_signal;
  Duration restart{std::chrono::seconds(20)};  ///< of a KMS that cannot reload
  Duration watchdog{std::chrono::seconds(30)};
  Duration rotation_window{std::chrono::seconds(30)};
  double initial = 1;  ///< part of the nodes that the keyring knows from the beginning
  std::uint32_t unknown_burst = 100;  ///< unknown nodes that a gateway may ask for at once
};

enum class Arrival : std::uint8_t {
  uniform,  ///< at any moment of `spread`
  poisson,  ///< exponential gaps, `spread` for all
  burst     ///< all at once
};

/// Nodes begin to join; one that has joined before is switched off and on again.
struct JoinPlan {
  Moment at{std::chrono::seconds(10)};
  Duration spread{std::chrono::seconds(10)};
  Arrival arrival = Arrival::uniform;
  std::string nodes{"*"};
};

struct RotatePlan {
  Moment at{};
};

/// The factory provisions the next `nodes` nodes and hands their keys over.
struct DeliveryPlan {
  Moment at{};
  std::uint32_t nodes = 100;
};

struct AttackPlan {
  AttackKind kind = AttackKind::scan;
  Moment at{std::chrono::seconds(10)};
  Duration lasts{std::chrono::seconds(30)};
  double rate = 10;        ///< messages a second
  std::string via{"gw1"};  ///< whom it is linked to
};

struct Expectation {
  std::string check;
  Moment by{};  ///< of a liveness check; 0: the end of the run
};

struct RecordPlan {
  std::vector<std::string> pcap = {};  ///< nodes whose links are captured
};

struct ExternalPlan {
  std::string name;
  std::string via{"core"};
  std::vector<std::string> command = {};
  std::uint32_t ready_port = 0;
};

struct Scenario {
  std::string name;
  std::string question;
  std::string answer;
  std::string world{"flow"};
  std::uint64_t seed = 1;
  Duration stop{std::chrono::seconds(60)};
  std::uint64_t epoch = 1'780'000'000;  ///< seconds since 1970 when the run begins
  TopologyPlan topology;
  KeyPlan keys;
  CostTable costs{};
  std::vector<JoinPlan> joins;
  std::vector<RotatePlan> rotations;
  std::vector<DeliveryPlan> deliveries;
  std::vector<AttackPlan> attacks;
  std::vector<ExternalPlan> externals;
  FaultPlan faults;
  Nemesis nemesis;
  std::vector<Expectation> expectations;
  RecordPlan record;
};

/// Of `text`, the content of `path`. Errors: Errc of std::errc::invalid_argument with
/// `path:line:column: what was expected` in the detail.
Result<Scenario> parse_scenario(std::string_view text, const std::string& path);

/// parse_scenario(print_scenario(s)) is s again. What has its usual value is left out.
[[nodiscard]] std::string print_scenario(const Scenario& scenario);

/// With the faults of the nemesis among the others, and the nemesis spent.
[[nodiscard]] Scenario with_drawn_faults(Scenario scenario);

[[nodiscard]] Topology build_topology(const Scenario& scenario);

}  // namespace touchstone::sim
