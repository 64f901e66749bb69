// Which keys the KMS serves, to whom, and what it never sends (004 §3, §4.2, §5.2, §5.5, §A.3).

#include <algorithm>

#include "conformance/harness/leak_scan.h"
#include "conformance/suites/kms/cases.h"
#include "conformance/suites/kms/scene.h"

namespace touchstone::conformance::suites::kms {
namespace {

using dm::KeyKind;

void several_gateways(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway first(network, 0);
  Gateway second(network, 1);
  const auto& rows = network.world().keyring.rows;
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    first.judge("KM-01", first.ask(KeyKind::node_root, rows[i].id));
    second.judge("KM-01", second.ask(KeyKind::node_root, rows[i + 1].id));
  }
}

void network_keys(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  for (const KeyKind kind : {KeyKind::gateway, KeyKind::code_download, KeyKind::both})
    if (gateway.mapping().variables.contains(kind)) gateway.judge("KM-02", gateway.ask(kind));
}

void every_node(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  expect_all_served("KM-03", network, gateway);
}

// The unknown node, and the neighbours of those that are known.
void unknown_nodes(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  std::vector<std::uint32_t> ids{network.world().unknown_node};
  for (const oracle::Row& row : network.world().keyring.rows)
    for (const std::uint32_t id : {row.id - 1, row.id + 1})
      if (std::ranges::count(network.world().keyring.rows, id, &oracle::Row::id) == 0)
        ids.push_back(id);
  ids.resize(std::min<std::size_t>(ids.size(), 40));  // a KMS may limit such requests
  for (const std::uint32_t id : ids)
    gateway.judge("KM-04", gateway.ask(KeyKind::node_root, id));
}

// Good and bad requests; whatever comes back is searched.
void neither_pwdh_nor_base(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  harness::LeakScan scan;
  scan.add(network.world().keyring.network.pwdh);
  scan.add(network.world().keyring.network.base);
  const auto look = [&](const dm::Message& request) {
    const auto answer = gateway.exchange(dm::encode(request)).answer;
    if (!answer) return;
    const auto form = scan.find_in(as_text(*answer));
    ctx.expect(!form, "KM-07", "neither pwdh nor base in an answer",
               form ? "one of them, " + std::string(*form) : "");
  };
  for (const KeyKind kind : {KeyKind::gateway, KeyKind::code_download, KeyKind::both})
    if (gateway.mapping().variables.contains(kind)) look(gateway.request(gateway.ask(kind)));
  for (const std::uint32_t node :
       {network.world().node(0).id, network.world().node(1).id, network.world().unknown_node})
    look(gateway.request(gateway.ask(KeyKind::node_root, node)));
  dm::Message broken = gateway.request(gateway.ask(KeyKind::node_root, network.world().node(1).id));
  broken.remove(dm::avp::session_id);
  look(broken);
}

void speaks_mobile_ip(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  diameter::Peer peer = diameter::Peer::connect(network, network.world().gateways[0]);
  const auto cea = peer.ask(diameter::make_cer(network.world(), peer.host()));
  diameter::expect_result(ctx, "KM-09", cea, peer.connection(), {dm::result::success});
  const auto offers = [&](const dm::Avp& avp) {
    return avp.code == dm::avp::auth_application_id && avp.data == Octets{0, 0, 0, dm::mobile_ipv4};
  };
  ctx.expect(std::ranges::any_of(cea->avps, offers), "KM-09",
             "Auth-Application-Id 2 in the capabilities", "none");
  const auto ama =
      peer.ask(diameter::make_amr(network.world(), peer.host(), network.world().node(1).id));
  diameter::expect_node_key(ctx, "KM-09", ama, peer, network.world().node(1));
  ctx.expect_equal("KM-09", "application of the AMA", dm::mobile_ipv4, ama->header.application);
}

// A demonstration: the octets of the key are there to be read.
void keys_cross_in_clear(CaseContext& ctx) {
  Network network(ctx);
  network.start_server();
  Gateway gateway(network);
  for (const oracle::Row& row : network.world().keyring.rows) {
    const auto request = gateway.request(gateway.ask(KeyKind::node_root, row.id));
    const auto answer = gateway.exchange(dm::encode(request)).answer;
    const bool is_there = answer && !std::ranges::search(*answer, row.key).empty();
    ctx.expect(is_there, "IP-01", "the key as it is, over a connection without protection",
               answer ? "an answer without it" : "no answer");
  }
}

}  // namespace

void add_key_cases(harness::Registry& registry) {
  add_case(registry, "KM-01.ServesSeveralGateways",
           "Gateways that are connected at once all get what they ask for", several_gateways);
  add_case(registry, "KM-02.ServesTheNetworkKeys",
           "Gateway key and code download key are served, one by one and together", network_keys);
  add_case(registry, "KM-03.ServesEveryNode", "Every node of the keyring has its own key served",
           every_node);
  add_case(registry, "KM-04.UnknownNodesGetNoKey",
           "A node that is not in the keyring gets no key, next to a known one neither",
           unknown_nodes);
  add_case(registry, "KM-07.NeitherPwdhNorBaseIsSent",
           "No answer to a good or a bad request holds pwdh or base", neither_pwdh_nor_base);
  add_case(registry, "KM-09.SpeaksMobileIp",
           "The KMS offers application 2 and answers its AMR within it", speaks_mobile_ip);
  add_case(registry, "IP-01.KeysCrossInClear",
           "In the default configuration a key can be read from the network", keys_cross_in_clear);
}

}  // namespace touchstone::conformance::suites::kms
