#include "reference/ipsec/config/ifup_plan.h"

#include <fmt/format.h>

#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/racoon_edit.h"

namespace touchstone::ipsec::config {
namespace {

std::string peer_text(const std::string& peer, unsigned group) {
  return fmt::format(
      "remote {}\n"
      "{{\n"
      "\texchange_mode aggressive, main;\n"
      "\tmy_identifier address;\n"
      "\tproposal {{\n"
      "\t\tencryption_algorithm 3des;\n"
      "\t\thash_algorithm sha1;\n"
      "\t\tauthentication_method pre_shared_key;\n"
      "\t\tdh_group {};\n"
      "\t}}\n"
      "}}\n",
      peer, group);
}

/// ESP before AH, each unless it is none.
std::string requests(const IpsecInterface& interface, const std::string& from,
                     const std::string& to) {
  const std::string ends =
      interface.tunnel() ? fmt::format("tunnel/{}-{}", from, to) : std::string("transport/");
  std::string text;
  if (interface.esp != "none") text += fmt::format(" esp/{}/require", ends);
  if (interface.ah != "none") text += fmt::format(" ah/{}/require", ends);
  return text;
}

std::string print_end(const std::optional<Network>& network, const std::string& host) {
  if (!network) return host;
  return fmt::format("{}/{}", print_address(network->address), network->prefix);
}

}  // namespace

std::optional<IfupPlan> plan_ifup(const IpsecInterface& interface, const Address& self,
                                  std::string_view racoon_conf, OctetView psk) {
  if (!interface.destination || interface.method != IkeMethod::psk) return std::nullopt;
  const std::string peer = print_address(*interface.destination);
  const std::string own = print_address(interface.source.value_or(self));
  IfupPlan plan;
  plan.peer_path = "/etc/racoon/" + peer + ".conf";
  plan.peer_text = peer_text(peer, interface.dh_group);
  plan.racoon_conf = add_include(racoon_conf, plan.peer_path);
  plan.psk = set_psk(psk, peer, interface.psk);
  const std::string near = print_end(interface.source_network, own);
  const std::string far = print_end(interface.destination_network, peer);
  plan.script =
      fmt::format("spdadd {0} {1} any -P out ipsec{2};\nspdadd {1} {0} any -P in ipsec{3};\n", near,
                  far, requests(interface, own, peer), requests(interface, peer, own));
  return plan;
}

}  // namespace touchstone::ipsec::config
