#pragma once
// What becomes of packets under the policies that setkey was told, against what configurations of
// the command `ipsec` ask for (003 §1.1.2, §6.1.2, §6.1.3).

#include <string_view>
#include <vector>

#include "conformance/oracle/ipsec/address.h"
#include "conformance/oracle/ipsec/gateway_wish.h"
#include "conformance/oracle/ipsec/setkey_script.h"

namespace touchstone::conformance::oracle::ipsec {

/// The policies of a kernel, in the order in which they came.
using PolicyTable = std::vector<SetkeyPolicy>;

/// Carries out spdadd, spddelete and spdflush of a script; false when setkey would refuse it.
[[nodiscard]] bool apply_script(PolicyTable& table, std::string_view script);

struct Packet {
  bool out = true;
  IpAddress from, to;
  std::uint64_t from_port = 0, to_port = 0;
  std::uint64_t protocol = 17;
};
/// The first policy that the packet matches, or null: it passes in clear.
[[nodiscard]] const SetkeyPolicy* policy_of(const PolicyTable& table, const Packet& packet);

/// Packets inside, at the borders and outside of each of `active` are sent through `table`.
[[nodiscard]] GatewayFaults judge_policies(const std::vector<GatewayWish>& active,
                                           const PolicyTable& table);

}  // namespace touchstone::conformance::oracle::ipsec
