// Who is admitted, and when the KMS is asked (004 §3, §A.3).

#include <fmt/format.h>

#include "conformance/oracle/diameter/grammar.h"
#include "conformance/suites/gateway/cases.h"
#include "conformance/suites/gateway/scene.h"

namespace touchstone::conformance::suites::gateway {
namespace {

void asked_for_once(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const auto early = scene.kms.await_request(dm::command::aa_mobile_node, network.quiet());
  ctx.expect(!early, "GC-02", "no question for a node before one joins", "one");
  const oracle::Row& node = network.world().node(1);
  expect_admitted(ctx, "GC-02", join(network, scene.kms, node, Says::key), true);
  expect_admitted(ctx, "GC-02", join(network, scene.kms, node, Says::key), false);
}

void by_an_access_point(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  network.add_access_point();
  const oracle::Row& node = network.world().node(1);
  expect_admitted(ctx, "GC-03", join(network, scene.kms, node, Says::key, true), true);
  oracle::Row other = node;
  other.id = network.world().unknown_node;
  ctx.expect_equal("GC-03", "the join of an unknown node", "refused",
                   join(network, scene.kms, other, Says::unknown, true).result);
}

void the_kms_is_asked(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  const Joined joined = join(network, scene.kms, node, Says::key);
  ctx.expect(joined.asked.has_value(), "GC-04", "an AMR for a node that joins", "none");
  const auto violations = dm::violations_of(*joined.asked);
  ctx.expect(violations.empty(), "GC-04", "an AMR that keeps its command format",
             violations.empty() ? "" : violations.front().what);
  ctx.expect_equal("GC-04", "User-Name", fmt::format("0x{:08x}@{}", node.id, network.world().realm),
                   std::string(joined.asked->text_of(dm::avp::user_name)));
  ctx.expect_equal("GC-04", "Destination-Realm", network.world().realm,
                   std::string(joined.asked->text_of(dm::avp::destination_realm)));
  ctx.expect_equal("GC-04", "MIP-Feature-Vector", dm::feature::mn_fa_key_request,
                   joined.asked->number_of(dm::avp::feature_vector).value_or(0));
}

void an_unknown_node_is_refused(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  oracle::Row node = network.world().node(1);
  node.id = network.world().unknown_node;
  ctx.expect_equal("GC-05", "the join", "refused",
                   join(network, scene.kms, node, Says::unknown).result);
}

void another_key_is_refused(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  ctx.expect_equal("GC-05", "the join with another key", "refused",
                   join_with(network, scene.kms, node, reprovisioned(node).key).result);
}

void joins_without_kms(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& known = network.world().node(1);
  if (join(network, scene.kms, known, Says::key).result != "admitted")
    ctx.inconclusive("a node cannot join");
  take_kms_away(network, scene);
  ctx.expect_equal("GC-06", "the join of a known node", "admitted",
                   join_without_kms(network, known));
  ctx.expect(join_without_kms(network, network.world().node(2)) != "admitted", "GC-06",
             "a new node does not join while no KMS can be asked", "admitted");
}

void rejoins_without_question(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  if (join(network, scene.kms, node, Says::key).result != "admitted")
    ctx.inconclusive("a node cannot join");
  for (int i = 0; i < 2; ++i) {
    expect_admitted(ctx, "GC-06", join(network, scene.kms, node, Says::key), false);
    const auto late = scene.kms.await_request(dm::command::aa_mobile_node, network.quiet());
    ctx.expect(!late, "GC-06", "no question for a node that is known", "one");
  }
}

// A minute in pieces, so that watchdogs are answered meanwhile.
void imported_node_joins(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  oracle::Row node = network.world().node(1);
  node.id = network.world().unknown_node;
  if (join(network, scene.kms, node, Says::unknown).result != "refused")
    ctx.inconclusive("an unknown node is not refused");
  for (int i = 0; i < 12; ++i)
    static_cast<void>(scene.kms.await_request(dm::command::aa_mobile_node, 5000));
  expect_admitted(ctx, "GC-08", join(network, scene.kms, node, Says::key), true);
}

void reprovisioned_node_joins(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& before = network.world().node(1);
  if (join(network, scene.kms, before, Says::key).result != "admitted")
    ctx.inconclusive("a node cannot join");
  const oracle::Row after = reprovisioned(before);
  expect_admitted(ctx, "GC-09", join(network, scene.kms, after, Says::key), true);
  expect_admitted(ctx, "GC-09", join(network, scene.kms, after, Says::key), false);
}

void wrong_proofs_ask_once(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  if (join(network, scene.kms, node, Says::key).result != "admitted")
    ctx.inconclusive("a node cannot join");
  const oracle::Key16 wrong = reprovisioned(node).key;
  const Joined first = join_with(network, scene.kms, node, wrong);
  ctx.expect(first.asked && first.result == "refused", "GC-09",
             "one question for the key of a node whose proof does not hold, and a refusal",
             first.asked ? first.result : "no question");
  const Joined second = join_with(network, scene.kms, node, wrong);
  ctx.expect(!second.asked, "GC-09", "no second question soon after", "one");
  ctx.expect_equal("GC-09", "the second join", "refused", second.result);
  expect_admitted(ctx, "GC-09", join(network, scene.kms, node, Says::key), false);
}

}  // namespace

void add_join_cases(harness::Registry& registry) {
  add_case(registry, "GC-02.NodeKeysAreAskedForOnce",
           "The KMS is asked for a node when it joins first, neither earlier nor again",
           asked_for_once);
  add_case(registry, "GC-03.NodesJoinByAnAccessPoint",
           "A node joins by an access point, and another one is refused by it", by_an_access_point,
           {"net.access_point"});
  add_case(registry, "GC-04.TheKmsIsAsked",
           "The question for a node is a good AMR that names that node", the_kms_is_asked);
  add_case(registry, "GC-05.UnknownNodesAreRefused", "A node that the KMS does not know is refused",
           an_unknown_node_is_refused);
  add_case(registry, "GC-05.AnotherKeyIsRefused",
           "A node that has not the key of the KMS is refused", another_key_is_refused);
  add_case(registry, "GC-06.KnownNodesJoinWithoutKms",
           "While no KMS can be reached known nodes join, and new ones do not", joins_without_kms);
  add_case(registry, "GC-06.RejoinsAskNothing", "A known node joins again without a question",
           rejoins_without_question);
  add_case(registry, "GC-08.ImportedNodesJoinSoon",
           "A minute after an unknown node was refused the KMS is asked for it again",
           imported_node_joins, {"net.advance"});
  add_case(registry, "GC-09.ReprovisionedNodesJoin",
           "A node with a new key is asked for once more, and joins", reprovisioned_node_joins);
  add_case(registry, "GC-09.WrongProofsAskOnce",
           "Wrong proofs for a known node lead to one question, not to one each",
           wrong_proofs_ask_once);
}

}  // namespace touchstone::conformance::suites::gateway
