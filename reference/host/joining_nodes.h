#pragma once
// Nodes that join over UDP, emulated: one, or many at once for planners.

#include <chrono>
#include <vector>

#include "reference/base/random.h"
#include "reference/base/result.h"
#include "reference/gateway/join.h"
#include "reference/host/endpoint.h"
#include "reference/keyring/model.h"

namespace touchstone::host {

struct JoinOrder {
  Endpoint via;  ///< an access point, or the gateway itself
  std::span<const keyring::NodeRow> nodes;
  std::chrono::milliseconds patience{20000};  ///< of a node, for all its attempts together
  std::size_t at_once = 64;                   ///< how many are on their way at a time
};

struct JoinOutcome {
  keyring::NodeId node_id = 0;
  /// `none` when nobody answered; `later` when that was the last that was heard.
  gateway::JoinCode result = gateway::JoinCode::none;
  std::chrono::microseconds took{};
};

/// Joins all of `order.nodes`, from one socket, and returns when the last one is in or has given
/// up; outcomes come in the order in which the nodes ended. SIGINT and SIGTERM end it early: who is
/// still on the way has no outcome.
Result<std::vector<JoinOutcome>> join_nodes(const JoinOrder& order, RandomSource& random);

}  // namespace touchstone::host
