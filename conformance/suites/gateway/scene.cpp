#include "conformance/suites/gateway/scene.h"

namespace touchstone::conformance::suites::gateway {

namespace {

std::string result_of(Network& network, std::int64_t trigger, Milliseconds within) {
  return network.await_trigger(trigger, within).value_or("none");
}

Joined run(Network& network, Peer& kms, const oracle::Row& node, const oracle::Key16& key,
           Says says, bool by_access_point) {
  const std::int64_t trigger = network.trigger(node.id, key, by_access_point);
  Joined joined;
  // A node that is known is admitted at once; else a question comes.
  while (!joined.asked) {
    const auto settled = network.await_trigger(trigger, 0);
    if (settled) return {*settled, std::nullopt};
    joined.asked = kms.await_request(dm::command::aa_mobile_node, network.quiet());
    if (!joined.asked) break;
  }
  if (joined.asked && says == Says::key)
    kms.send_as_it_is(diameter::node_answer(network.world(), kms.host(), *joined.asked, node));
  if (joined.asked && says == Says::unknown) {
    dm::Message answer = diameter::unknown_node_answer(network.world(), kms.host(), *joined.asked);
    kms.send_as_it_is(answer);
  }
  joined.result = result_of(network, trigger, network.patience());
  return joined;
}

}  // namespace

void add_case(harness::Registry& registry, std::string id, std::string title,
              std::function<void(CaseContext&)> body, std::vector<std::string> more) {
  const std::string requirement = id.substr(0, id.find('.'));
  registry.add({.id = std::move(id),
                .suite = "gateway",
                .requirements = {requirement},
                .needs = diameter::client_needs(std::move(more)),
                .title = std::move(title),
                .body = std::move(body),
                .time_limit_s = 60});
}

Joined join(Network& network, Peer& kms, const oracle::Row& node, Says says, bool by_access_point) {
  return run(network, kms, node, node.key, says, by_access_point);
}

Joined join_with(Network& network, Peer& kms, const oracle::Row& node, const oracle::Key16& key) {
  return run(network, kms, node, key, Says::key, false);
}

void expect_admitted(CaseContext& ctx, std::string_view requirement, const Joined& joined,
                     bool is_asked) {
  ctx.expect_equal(requirement, "the join", "admitted", joined.result);
  ctx.expect(joined.asked.has_value() == is_asked, requirement,
             is_asked ? "a question to the KMS" : "no question to the KMS",
             is_asked ? "none" : "one");
}

void take_kms_away(Network& network, const ReadyGateway& scene) {
  network.unlisten(scene.listener);
  scene.kms.connection().reset();
  network.wait(network.quiet());
}

void restart_without_kms(Network& network, const ReadyGateway& scene) {
  network.unlisten(scene.listener);
  network.stop_and_wait();
  network.start_client({scene.listener});
}

std::string join_without_kms(Network& network, const oracle::Row& node) {
  return result_of(network, network.trigger(node.id, node.key), until_later);
}

oracle::Row reprovisioned(const oracle::Row& node) {
  oracle::Row row = node;
  row.key[4] ^= 0x6B;
  ++row.count;
  return row;
}

}  // namespace touchstone::conformance::suites::gateway
