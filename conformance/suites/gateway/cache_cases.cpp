// The cache: what a gateway starts with, and who may read it (004 §3, §5.6).

#include <fmt/format.h>

#include "conformance/harness/leak_scan.h"
#include "conformance/suites/gateway/cases.h"
#include "conformance/suites/gateway/scene.h"

namespace touchstone::conformance::suites::gateway {
namespace {

/// [pixit] cache_file, else gateway.cache.
std::string cache_name(CaseContext& ctx) {
  const Json& given = ctx.pixit("cache_file");
  return given.is_string() ? given.get<std::string>() : "gateway.cache";
}

void join_or_end(Network& network, ReadyGateway& scene, const oracle::Row& node) {
  if (join(network, scene.kms, node, Says::key).result != "admitted")
    network.ctx().inconclusive("a node cannot join");
}

void asks_for_what_it_lacks(CaseContext& ctx) {
  Network network(ctx);
  const Listener listener = network.listen(diameter::first_kms_host);
  network.start_client({listener});
  Peer kms = Peer::accept(network, listener);
  const auto amr = kms.await_request(dm::command::aa_mobile_node);
  ctx.expect(amr.has_value(), "GC-01", "a question for the network keys", "none");
  ctx.expect(!network.await_ready(0), "GC-01", "no readiness before they have come", "ready");
  kms.send_as_it_is(diameter::network_keys_answer(network.world(), kms.host(), *amr));
  ctx.expect(network.await_ready(), "GC-01", "readiness with the network keys", "none");
}

void starts_from_its_cache(CaseContext& ctx) {
  Network network(ctx);
  const ReadyGateway scene = diameter::ready_gateway(network);
  network.stop_and_wait();
  network.start_client({scene.listener});
  Peer kms = Peer::accept(network, scene.listener);
  const auto amr = kms.await_request(dm::command::aa_mobile_node, network.quiet());
  ctx.expect(!amr, "GC-01", "no question for network keys that are cached", "one");
  ctx.expect(network.await_ready(), "GC-01", "readiness with the cached keys", "none");
}

void node_keys_are_kept(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  join_or_end(network, scene, node);
  network.stop_and_wait();
  network.start_client({scene.listener});
  Peer kms = Peer::accept(network, scene.listener);
  if (!network.await_ready()) ctx.inconclusive("the gateway does not start from its cache");
  expect_admitted(ctx, "GC-02", join(network, kms, node, Says::key), false);
}

void restart_keeps_all(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  for (const std::size_t i : {1U, 2U})
    join_or_end(network, scene, network.world().node(i));
  restart_without_kms(network, scene);
  ctx.expect(network.await_ready(), "GC-11", "readiness from the cache, without a KMS", "none");
  for (const std::size_t i : {1U, 2U})
    ctx.expect_equal("GC-11", "the join of a node that was known before the restart", "admitted",
                     join_without_kms(network, network.world().node(i)));
}

// Every file that holds a key, wherever the gateway keeps them.
void closed_to_others(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  join_or_end(network, scene, node);
  network.stop_and_wait();
  harness::LeakScan scan;
  scan.add(node.key);
  scan.add(network.world().keyring.network.gateway);
  scan.add(network.world().keyring.network.gateway_cdld);
  const harness::Snapshot files = ctx.sandbox().snapshot();
  ctx.expect(files.contains(cache_name(ctx)), "GC-10", "a cache file", "none");
  for (const auto& [name, file] : files) {
    const bool holds_keys = name == cache_name(ctx) || scan.find_in(as_text(file.content));
    ctx.expect(!holds_keys || (file.mode & 077U) == 0, "GC-10", "keys in files of mode 0600 alone",
               fmt::format("{} has mode {:04o}", name, file.mode));
  }
}

void open_cache_is_not_used(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  join_or_end(network, scene, network.world().node(1));
  network.unlisten(scene.listener);
  network.stop_and_wait();
  ctx.sandbox().set_mode(cache_name(ctx), 0644);
  if (!network.try_client({scene.listener}).ok()) return;
  ctx.expect(!network.await_ready(network.quiet()), "GC-10",
             "no keys taken from a cache that others may read", "ready without a KMS");
}

void bound_to_its_realm(CaseContext& ctx) {
  Network network(ctx);
  const ReadyGateway scene = diameter::ready_gateway(network);
  network.stop_and_wait();
  network.world().realm = "elsewhere." + network.world().realm;
  network.start_client({scene.listener});
  Peer kms = Peer::accept(network, scene.listener);
  const auto amr = kms.await_request(dm::command::aa_mobile_node);
  ctx.expect(amr.has_value(), "GC-10", "the KMS of another realm is asked for its own keys",
             "no question");
}

}  // namespace

void add_cache_cases(harness::Registry& registry) {
  add_case(registry, "GC-01.MissingNetworkKeysAreAskedFor",
           "A gateway without network keys asks for them, and is ready when they have come",
           asks_for_what_it_lacks);
  add_case(registry, "GC-01.CachedNetworkKeysAreUsed",
           "A gateway that is started again takes its network keys from the cache",
           starts_from_its_cache, {"net.stop"});
  add_case(registry, "GC-02.NodeKeysAreKept", "A node that has joined is known after a restart",
           node_keys_are_kept, {"net.stop"});
  add_case(registry, "GC-11.ARestartKeepsTheCache",
           "After a restart without a KMS all nodes that were known join", restart_keeps_all,
           {"net.stop"});
  add_case(registry, "GC-10.CacheIsClosedToOthers", "Keys are in files of mode 0600 alone",
           closed_to_others, {"net.stop", "net.files"});
  add_case(registry, "GC-10.AnOpenCacheIsNotUsed", "A cache that others may read is not used",
           open_cache_is_not_used, {"net.stop", "net.files"});
  add_case(registry, "GC-10.ACacheIsForItsRealm",
           "Keys that the KMS of another realm gave are not used", bound_to_its_realm,
           {"net.stop"});
}

}  // namespace touchstone::conformance::suites::gateway
