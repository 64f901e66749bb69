// kmc.log (004 §5.6-3).

#include <fmt/format.h>

#include <algorithm>

#include "conformance/harness/leak_scan.h"
#include "conformance/suites/gateway/cases.h"
#include "conformance/suites/gateway/scene.h"

namespace touchstone::conformance::suites::gateway {
namespace {

/// [pixit] log_file, else kmc.log, once something has come to it lately.
std::string read_log(Network& network) {
  CaseContext& ctx = network.ctx();
  network.wait(network.quiet());
  const Json& given = ctx.pixit("log_file");
  const Octets log = ctx.sandbox().read(given.is_string() ? given.get<std::string>() : "kmc.log");
  return std::string(as_text(log));
}

/// How many lines name the node.
std::ptrdiff_t lines_about(std::string_view log, std::uint32_t node) {
  const std::string id = fmt::format("{:08x}", node);
  std::ptrdiff_t count = 0;
  for (std::size_t at = log.find(id); at != std::string_view::npos; ++count) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    at = log.find(id, end);
  }
  return count;
}

void tells_joins(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  const oracle::Row& node = network.world().node(1);
  if (join(network, scene.kms, node, Says::key).result != "admitted")
    ctx.inconclusive("a node cannot join");
  const std::ptrdiff_t before = lines_about(read_log(network), node.id);
  ctx.expect(before > 0, "GC-07", "a line of the log about a node that joins", "none");
  static_cast<void>(join(network, scene.kms, node, Says::key));
  ctx.expect(lines_about(read_log(network), node.id) > before, "GC-07",
             "a line about a join that asked nobody", "none");
}

void holds_no_key(CaseContext& ctx) {
  Network network(ctx);
  ReadyGateway scene = diameter::ready_gateway(network);
  harness::LeakScan scan;
  scan.add(network.world().keyring.network.gateway);
  scan.add(network.world().keyring.network.gateway_cdld);
  for (const std::size_t i : {1U, 2U}) {
    scan.add(network.world().node(i).key);
    static_cast<void>(join(network, scene.kms, network.world().node(i), Says::key));
  }
  const std::string log = read_log(network);
  ctx.expect(!log.empty(), "GC-07", "a log", "nothing to look at");
  const auto form = scan.find_in(log);
  ctx.expect(!form, "GC-07", "no octet of a key in the log",
             form ? "a key in its " + std::string(*form) + " form" : "");
}

}  // namespace

void add_log_cases(harness::Registry& registry) {
  add_case(registry, "GC-07.LogTellsJoins", "The log tells every join", tells_joins, {"net.files"});
  add_case(registry, "GC-07.LogHoldsNoKey", "The log holds no key in any form", holds_no_key,
           {"net.files"});
}

}  // namespace touchstone::conformance::suites::gateway
