// The oracle of the command `ipsec` held against a tree and a script that were written by hand from
// document 003, and against the same with one thing wrong.

#include <fmt/format.h>

#include <algorithm>

#include "conformance/oracle/ipsec/gateway_policies.h"
#include "conformance/oracle/ipsec/gateway_tree.h"
#include "tests/unit/conformance/oracle/checks.h"

namespace touchstone::conformance::oracle {

namespace {

using ipsec::EtcFile;
using ipsec::EtcTree;
using ipsec::GatewayFaults;
using ipsec::GatewayWish;

GatewayWish wish() {
  GatewayWish made;
  made.name = "head";
  made.source = "192.168.1.100";
  made.destination = "192.168.1.200";
  made.network = "192.168.2.0/24";
  made.media = "192.168.1.150";
  made.source_key = "the key of the gateway";
  made.destination_key = "the key of its peer";
  return made;
}

constexpr std::string_view peer =
    "remote 192.168.1.200 { exchange_mode main; proposal { encryption_algorithm aes 128;\n"
    " hash_algorithm sha1; authentication_method pre_shared_key; dh_group 2; } }\n"
    "sainfo address 192.168.1.100/32 any address 192.168.2.0/24 any {\n"
    " encryption_algorithm aes 128; authentication_algorithm hmac_sha1;\n"
    " compression_algorithm deflate; }\n";

EtcFile regular(unsigned mode, std::string_view text) {
  return {EtcFile::Kind::regular, mode, std::string(text)};
}

EtcTree tree() {
  return {{"racoon", {EtcFile::Kind::folder, 0755, {}}},
          {"racoon.conf", {EtcFile::Kind::link, 0, "racoon/racoon.conf"}},
          {"racoon/racoon.conf", regular(0644,
                                         "path pre_shared_key \"/etc/racoon/psk.txt\";\n"
                                         "include \"/etc/racoon/192.168.1.200.conf\";\n")},
          {"racoon/192.168.1.200.conf", regular(0644, peer)},
          {"racoon/psk.txt", regular(0600,
                                     "192.168.1.100 the key of the gateway\n"
                                     "192.168.1.200 the key of its peer\n")},
          {"sysconfig/network-scripts", {EtcFile::Kind::folder, 0755, {}}},
          {"sysconfig/network-scripts/ifcfg-head",
           regular(0644, "DST=192.168.1.200\nTYPE=IPSEC\nONBOOT=yes\n")}};
}

constexpr std::string_view script =
    "spdadd 192.168.1.150 192.168.2.0/24 any -P out none;\n"
    "spdadd 192.168.2.0/24 192.168.1.150 any -P in none;\n"
    "spdadd 192.168.1.100/32 192.168.2.0/24 any -P out ipsec\n"
    " esp/tunnel/192.168.1.100-192.168.1.200/require;\n"
    "spdadd 192.168.2.0/24 192.168.1.100/32 any -P in ipsec\n"
    " esp/tunnel/192.168.1.200-192.168.1.100/require;\n";

std::string ids(const GatewayFaults& faults) {
  std::string text;
  for (const auto& one : faults)
    if (text.find(one.requirement) == std::string::npos)
      text += (text.empty() ? "" : " ") + one.requirement;
  return text.empty() ? "-" : text;
}

std::string spoilt(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

std::string tree_check() {
  const auto judge = [](const EtcTree& after, std::vector<GatewayWish> wishes = {wish()}) {
    return ids(ipsec::judge_gateway_tree({}, wishes, after));
  };
  std::vector<std::string> results = {differ("good", "-", judge(tree()))};
  const auto change = [&](const char* name, std::string_view from, std::string_view to,
                          const char* wanted) {
    EtcTree after = tree();
    after[name].text = spoilt(after[name].text, from, to);
    results.push_back(differ(fmt::format("{} for {}", to, from), wanted, judge(after)));
  };
  change("racoon/192.168.1.200.conf", "dh_group 2", "dh_group 5", "MO-12");
  change("racoon/192.168.1.200.conf", "main", "aggressive", "MO-20");
  change("racoon/192.168.1.200.conf", "192.168.1.100/32", "192.168.1.0/24", "MO-03");
  change("racoon/192.168.1.200.conf", "192.168.2.0", "192.168.3.0", "MO-04");
  change("racoon/psk.txt", "its peer", "a peer", "PK-02");
  change("racoon/racoon.conf", "include", "include \"/etc/racoon/192.168.1.200.conf\"; include",
         "RF-02");
  change("sysconfig/network-scripts/ifcfg-head", "yes", "no", "OR-08");
  EtcTree open = tree();
  open["racoon/psk.txt"].mode = 0640;
  results.push_back(differ("open keys", "PK-04", judge(open)));
  EtcTree more = tree();
  more["racoon/left.conf"] = regular(0644, "");
  results.push_back(differ("left over", "RF-06", judge(more)));
  // The latest key of the gateway counts, whichever configuration gave it.
  GatewayWish other = wish();
  other.source_key = "an older key of it";
  EtcTree two = tree();
  results.push_back(differ("latest", "-", judge(two, {other, wish()})));
  results.push_back(differ("older", "PK-02", judge(two, {wish(), other})));
  const auto wrong = std::ranges::find_if(results, [](const auto& one) { return !one.empty(); });
  return wrong == results.end() ? std::string() : *wrong;
}

std::string policy_check() {
  const auto judge = [](const std::string& text) {
    ipsec::PolicyTable table;
    const bool taken = ipsec::apply_script(table, text);
    return taken ? ids(ipsec::judge_policies({wish()}, table)) : std::string("refused");
  };
  const std::string good(script);
  const auto first = good.find("spdadd 192.168.1.100/32");
  return first_of(
      {differ("good", "-", judge(good)),
       differ("media last", "MO-13", judge(good.substr(first) + good.substr(0, first))),
       differ("one way", "MO-16 MO-01 MO-02 MO-11", judge(good.substr(0, good.rfind("spdadd")))),
       differ("use", "MO-11", judge(spoilt(good, "200/require", "200/use"))),
       differ("deleted", "-",
              judge("spdadd 10.0.0.1 10.0.0.2 any -P out none;\n"
                    "spddelete 10.0.0.1 10.0.0.2 any -P out;\n" +
                    good)),
       differ("flushed", "-", judge("spdadd 10.0.0.1 10.0.0.2 any -P out none;spdflush;" + good)),
       differ("no script", "refused", judge("spdadd nonsense;"))});
}

}  // namespace

void add_gateway_checks(std::vector<Check>& checks) {
  checks.push_back({"a tree of the command ipsec", tree_check});
  checks.push_back({"policies of the command ipsec", policy_check});
}

}  // namespace touchstone::conformance::oracle
