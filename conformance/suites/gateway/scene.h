#pragma once
// What the cases of this suite share: a KMS that the runner plays, and nodes that join.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/suites/diameter/kms_player.h"

namespace touchstone::conformance::suites::gateway {

using diameter::CaseContext;
using diameter::Json;
using diameter::Listener;
using diameter::Milliseconds;
using diameter::Network;
using diameter::Peer;
using diameter::ReadyGateway;
namespace dm = diameter::dm;
namespace oracle = touchstone::conformance::oracle;

/// A case of the suite; `needs` are those of a client and `more`.
void add_case(harness::Registry& registry, std::string id, std::string title,
              std::function<void(CaseContext&)> body, std::vector<std::string> more = {});

/// How long a node may take to learn that it has to come later: it tries several times.
inline constexpr Milliseconds until_later = 9000;

/// What the KMS says of a node.
enum class Says { key, unknown, nothing };

/// The node joins; when the gateway asks, the KMS says so. What became of it, "none" for nothing.
struct Joined {
  std::string result;
  std::optional<dm::Message> asked;  ///< the AMR, if there was one
};
[[nodiscard]] Joined join(Network& network, Peer& kms, const oracle::Row& node, Says says,
                          bool by_access_point = false);
/// The same for a node that joins with `key`, which need not be the one that the KMS has.
[[nodiscard]] Joined join_with(Network& network, Peer& kms, const oracle::Row& node,
                               const oracle::Key16& key);

/// The node is admitted; it was asked for or it was not.
void expect_admitted(CaseContext& ctx, std::string_view requirement, const Joined& joined,
                     bool is_asked);

/// Nobody is at `listener` any more, and the connection of `kms` has ended.
void take_kms_away(Network& network, const ReadyGateway& scene);
/// The gateway is ended in order and started again with what it has kept; the KMS stays away.
void restart_without_kms(Network& network, const ReadyGateway& scene);
/// What becomes of the join of a node while no KMS can be reached.
[[nodiscard]] std::string join_without_kms(Network& network, const oracle::Row& node);

/// `node` with another key, as after a reprovisioning.
[[nodiscard]] oracle::Row reprovisioned(const oracle::Row& node);

}  // namespace touchstone::conformance::suites::gateway
