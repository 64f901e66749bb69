// How many unknown nodes a gateway may ask for (KM-15).

#include <fmt/format.h>

#include <algorithm>

#include "conformance/suites/kms/cases.h"
#include "conformance/suites/kms/scene.h"

namespace touchstone::conformance::suites::kms {
namespace {

/// [pixit] unknown_limit: by then the limit has been reached.
std::uint32_t most_unknown(CaseContext& ctx) {
  const Json& given = ctx.pixit("unknown_limit");
  return given.is_number_unsigned() ? given.get<std::uint32_t>() : 400;
}

/// An id without a row.
std::uint32_t unknown_id(const Network& network, std::uint32_t index) {
  std::uint32_t id = network.world().unknown_node + index;
  const auto is_known = [&] {
    return std::ranges::count(network.world().keyring.rows, id, &oracle::Row::id) != 0;
  };
  while (is_known())
    id += 0x01000000;
  return id;
}

/// Asks for unknown nodes until the answer is another one; that answer, or 0.
std::uint32_t reach_limit(Network& network, Gateway& gateway) {
  const std::uint32_t most = most_unknown(network.ctx());
  for (std::uint32_t i = 0; i < most; ++i) {
    const std::uint32_t result = result_for(gateway, unknown_id(network, i));
    network.ctx().expect(result != dm::result::success, "KM-15", "no key for an unknown node",
                         "2001");
    if (result != dm::result::authorization_rejected) return result;
  }
  return 0;
}

void is_limited(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  ctx.expect(reach_limit(network, gateway) != 0, "KM-15", "a limit for unknown nodes",
             fmt::format("{} of them answered", most_unknown(ctx)));
}

void each_has_its_own(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway first(network, 0);
  Gateway second(network, 1);
  if (reach_limit(network, first) == 0) ctx.inconclusive("there is no limit");
  second.judge("KM-15", second.ask(dm::KeyKind::node_root, network.world().unknown_node));
  expect_all_served("KM-15", network, second);
}

// While unknown nodes are turned away, a known one is no more welcome: else a scanner would learn
// of it. The limit may let one through in between, so that the same is asked before and after.
void tells_no_difference(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  const std::uint32_t limited = reach_limit(network, gateway);
  if (limited == 0) ctx.inconclusive("there is no limit");
  for (std::uint32_t i = 0; i < 20; ++i) {
    const std::uint32_t before = result_for(gateway, unknown_id(network, 500 + i));
    const std::uint32_t known = result_for(gateway, network.world().node(1).id);
    const std::uint32_t after = result_for(gateway, unknown_id(network, 600 + i));
    if (before != limited || after != limited) continue;
    ctx.expect_equal("KM-15", "answer for a known node beyond the limit", limited, known);
    return;
  }
  ctx.inconclusive("the limit does not stand long enough to look");
}

}  // namespace

void add_limit_cases(harness::Registry& registry) {
  // One that outlives the case would turn the gateway away in the next one too.
  const std::vector<std::string> needs{"net.stop"};
  add_case(registry, "KM-15.UnknownNodesAreLimited",
           "A gateway cannot ask for unknown nodes without end", is_limited, needs);
  add_case(registry, "KM-15.EachGatewayHasItsOwnLimit",
           "A gateway that has reached the limit takes nothing from another one", each_has_its_own);
  add_case(registry, "KM-15.BeyondTheLimitAllNodesAreAlike",
           "Beyond the limit a known node is answered as an unknown one", tells_no_difference,
           needs);
}

}  // namespace touchstone::conformance::suites::kms
