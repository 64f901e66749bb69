#pragma once
// Making node keys on request of the NPT (LK-01, LK-03..LK-06, LK-08..LK-11).

#include <cstdint>
#include <string>

#include "reference/base/result.h"
#include "reference/keyring/model.h"
#include "reference/lks/machine.h"

namespace touchstone::lks {

inline constexpr std::uint64_t max_nodes_a_run = std::uint64_t{1} << 27;  ///< as KR-25

struct ProvisionRequest {
  std::string database;
  std::uint64_t first = 0;     ///< the first node id
  std::uint64_t nodes = 1;     ///< how many ids, upwards; 1..max_nodes_a_run
  bool reprovision = false;    ///< a known node gets a new key and its count rises by 1
  bool idempotent = false;     ///< a known node keeps its key and is handed out again
  bool deterministic = false;  ///< nonce of zeros: the same base gives the same keys
  bool with_keys = false;      ///< the answer holds the keys, for their check values or to emit
  bool hand_out = false;       ///< the caller gives them to the NPT; told in the audit
  std::string user;
};

struct ProvisionAnswer {
  std::uint64_t made = 0;           ///< ids that were new
  std::uint64_t reprovisioned = 0;  ///< ids that got a new key
  std::uint64_t unchanged = 0;      ///< ids that kept their key
  std::uint32_t batch = 0;          ///< the open batch
  keyring::NetworkKeys network;     ///< Gateway and CDLD key are two of the three (LK-03)
  NodeKeys keys;                    ///< one a node in ascending id, if `with_keys`
};

/// All nodes of the request or none. The keys are on the medium when this returns (LK-10).
/// Errors: node_range, choice, node_known, count_exhausted, batches_exhausted and the database's.
Result<ProvisionAnswer> provision(const Machine& machine, const ProvisionRequest& request);

}  // namespace touchstone::lks
