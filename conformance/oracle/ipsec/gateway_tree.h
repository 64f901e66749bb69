#pragma once
// The files below /etc that configurations of the command `ipsec` are made of (003 §6.1), judged
// for what they say, not for how: any layout that racoon reads in the same way is right.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/oracle/ipsec/gateway_wish.h"

namespace touchstone::conformance::oracle::ipsec {

struct EtcFile {
  enum class Kind : std::uint8_t { regular, folder, link, other };
  Kind kind = Kind::regular;
  unsigned mode = 0;
  std::string text;  ///< content, or where a link points

  friend bool operator==(const EtcFile&, const EtcFile&) = default;
};

/// Names below /etc: "racoon/psk.txt".
using EtcTree = std::map<std::string, EtcFile>;

/// `/etc/racoon/<address>.conf` of a peer, without /etc; a colon is an underscore (RF-08).
[[nodiscard]] std::string peer_file(std::string_view destination);

/// What is wrong with `after`, when the commands that made `wishes`, in this order, met `before`.
/// `link_demanded`: the common file is /etc/racoon/racoon.conf, with a link (reading Y-03 A).
[[nodiscard]] GatewayFaults judge_gateway_tree(const EtcTree& before,
                                               const std::vector<GatewayWish>& wishes,
                                               const EtcTree& after, bool link_demanded = true);

}  // namespace touchstone::conformance::oracle::ipsec
