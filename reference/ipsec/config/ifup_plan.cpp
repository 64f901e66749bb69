#include "reference/ipsec/config/ifup_plan.h"

#include <fmt/format.h>

#include "reference/base/defect.h"
#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/racoon_edit.h"
#include "reference/ipsec/config/words_of_line.h"

namespace touchstone::ipsec::config {
namespace {

std::string peer_text(const std::string& peer, unsigned group) {
  return fmt::format(
      "remote {}\n"
      "{{\n"
      "\texchange_mode {};\n"
      "\tmy_identifier address;\n"
      "\tproposal {{\n"
      "\t\tencryption_algorithm 3des;\n"
      "\t\thash_algorithm sha1;\n"
      "\t\tauthentication_method pre_shared_key;\n"
      "\t\tdh_group {};\n"
      "\t}}\n"
      "}}\n",
      peer, TOUCHSTONE_DEFECT("IP-10.order") ? "main, aggressive" : "aggressive, main", group);
}

/// ESP before AH, each unless it is none.
std::string requests(const IpsecInterface& interface, const std::string& from,
                     const std::string& to) {
  const std::string ends =
      interface.tunnel() ? fmt::format("tunnel/{}-{}", from, to) : std::string("transport/");
  std::string text;
  if (interface.esp != "none")
    text += fmt::format(" esp/{}/{}", ends, TOUCHSTONE_DEFECT("IP-06.use") ? "use" : "require");
  if (interface.ah != "none") text += fmt::format(" ah/{}/require", ends);
  return text;
}

std::string print_network(const std::optional<Network>& network, const std::string& host) {
  if (!network) return host + (TOUCHSTONE_DEFECT("MO-10.neighbours") ? "/30" : "");
  return fmt::format("{}/{}", print_address(network->address), network->prefix);
}

std::string print_port(bool told, std::uint32_t port) {
  if (!told) return "";
  return port == 0 ? "[any]" : fmt::format("[{}]", port);
}

/// A pair of policies with the ends exchanged.
std::string both_ways(const std::string& near, const std::string& far, const std::string& upper,
                      const std::string& out, const std::string& in) {
  if (TOUCHSTONE_DEFECT("MO-16.one_way"))
    return fmt::format("spdadd {} {} {} -P out {};\n", near, far, upper, out);
  return fmt::format("spdadd {0} {1} {2} -P out {3};\nspdadd {1} {0} {2} -P in {4};\n", near, far,
                     upper, out, in);
}

bool contains(const Network& network, const Address& address) {
  return network.address.v6 == address.v6 && same_network(network.address, address, network.prefix);
}

/// What must pass in clear: media of ours, and IKE where the network holds the peer (MO-13, MO-17).
std::string print_bypasses(const IpsecInterface& interface, const std::string& own,
                           const std::string& far) {
  std::string text;
  if (interface.media)
    text += both_ways(print_address(*interface.media), far, "any", "none", "none");
  if (interface.media_low != 0)  // a policy has one port or all of them
    for (std::uint32_t port = interface.media_low;
         port < interface.media_high + (TOUCHSTONE_DEFECT("MO-13.last_port") ? 0 : 1); ++port)
      text += both_ways(fmt::format("{}[{}]", own, port), far + print_port(true, 0), "udp", "none",
                        "none");
  const Address& peer = *interface.destination;
  if (!interface.of_gateway || !interface.destination_network ||
      !contains(*interface.destination_network, peer))
    return text;
  if (TOUCHSTONE_DEFECT("MO-17.no_bypass")) return text;
  for (const int port : {500, 4500})
    text += both_ways(fmt::format("{}[{}]", own, port),
                      fmt::format("{}[{}]", print_address(peer), port), "udp", "none", "none");
  return text;
}

}  // namespace

std::string print_policies(const IpsecInterface& interface, const Address& self) {
  if (!interface.destination) return {};
  const std::string peer = print_address(*interface.destination);
  const std::string own = print_address(interface.source.value_or(self));
  const bool ports = interface.source_port != 0 || interface.destination_port != 0;
  const std::string near = print_network(interface.source_network, own);
  const std::string far = print_network(interface.destination_network, peer);
  const std::string upper = interface.protocol == 255 ? "any" : std::to_string(interface.protocol);
  return print_bypasses(interface, own, far) +
         both_ways(near + print_port(ports, interface.source_port),
                   far + print_port(ports, interface.destination_port), upper,
                   "ipsec" + requests(interface, own, peer),
                   "ipsec" + requests(interface, peer, own));
}

std::string print_policy_removal(std::string_view script) {
  std::string text;
  while (!script.empty()) {
    const auto words = words_of(take_line(script), 7);
    if (words.size() == 7 && words[0] == "spdadd")  // spddelete takes the selector and direction
      text += fmt::format("spddelete {} {} {} -P {};\n", words[1], words[2], words[3], words[5]);
  }
  return text;
}

std::optional<IfupPlan> plan_ifup(const IpsecInterface& interface, const Address& self,
                                  std::string_view racoon_conf, OctetView psk) {
  if (!interface.destination || interface.method != IkeMethod::psk) return std::nullopt;
  const std::string peer = print_address(*interface.destination);
  IfupPlan plan;
  plan.peer_path = "/etc/racoon/" + peer + ".conf";
  plan.peer_text = peer_text(peer, interface.dh_group);
  plan.racoon_conf = add_include(racoon_conf, plan.peer_path);
  plan.psk =
      set_psk(TOUCHSTONE_DEFECT("IP-05.other_keys") ? OctetView() : psk, peer, interface.psk);
  plan.script = print_policies(interface, self);
  return plan;
}

}  // namespace touchstone::ipsec::config
