#pragma once
// What the command `ipsec` of document 003 is asked for, as facts, and what a judge finds wrong
// with what came of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace touchstone::conformance::oracle::ipsec {

/// One configuration. Addresses are canonical.
struct GatewayWish {
  std::string name;
  std::string source, destination;
  std::string network;  ///< CIDR behind the peer: asks for a tunnel; empty for transport
  std::uint64_t source_port = 0, destination_port = 0;  ///< 0 is any
  std::uint64_t protocol = 255;                         ///< 255 is any
  std::string media;                                    ///< address whose traffic passes in clear
  std::uint64_t media_low = 0, media_high = 0;          ///< UDP ports that do
  bool certificates = false;
  bool ah = false;
  bool modern = false;  ///< AES-256, SHA-256, group 14
  std::optional<std::string> source_key, destination_key;

  [[nodiscard]] bool tunnel() const { return !network.empty(); }
};

struct GatewayFault {
  std::string requirement;  ///< that is broken
  std::string expected, observed;
};
using GatewayFaults = std::vector<GatewayFault>;

}  // namespace touchstone::conformance::oracle::ipsec
