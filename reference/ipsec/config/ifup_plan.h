#pragma once
// What `ifup ipsecN` of RHEL 5 would make out of ifcfg-ipsecN and keys-ipsecN with a pre-shared
// key: the file of the peer, its include, its key, and the policies (004 §5.5).

#include <optional>
#include <string>
#include <string_view>

#include "reference/base/secret.h"
#include "reference/ipsec/config/ifcfg.h"

namespace touchstone::ipsec::config {

/// The commands of setkey for an interface whose key or certificate racoon has: bypasses first,
/// then what is protected, out before in. A function of the interface alone; `self` is the address
/// of this end where the interface tells none. Empty without a destination.
[[nodiscard]] std::string print_policies(const IpsecInterface& interface, const Address& self);
/// The commands that take the policies of such a script away again.
[[nodiscard]] std::string print_policy_removal(std::string_view script);

struct IfupPlan {
  std::string peer_path;  ///< /etc/racoon/<DST>.conf, mode 0644
  std::string peer_text;
  std::string racoon_conf;  ///< with the include, once; everything else as it was
  SecretOctets psk;         ///< psk.txt with one row for the peer, mode 0600
  std::string script;       ///< for setkey -c
};

/// `self` is the address of this end where the interface tells none. Nothing without a destination,
/// or for another method than a pre-shared key. Other than initscripts, a key is replaced by the
/// whole address, so that 10.0.0.1 does not take the key of 10.0.0.10 away.
[[nodiscard]] std::optional<IfupPlan> plan_ifup(const IpsecInterface& interface,
                                                const Address& self, std::string_view racoon_conf,
                                                OctetView psk);

}  // namespace touchstone::ipsec::config
