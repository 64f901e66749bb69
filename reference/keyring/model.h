#pragma once
// What the key files of 004 hold, whatever their layout.

#include <array>
#include <cstdint>

#include "reference/base/secret.h"

namespace touchstone::keyring {

using NodeId = std::uint32_t;                  ///< KR-10
using RootKey = std::array<std::uint8_t, 16>;  ///< KR-10; only ever inside a wiped container

/// One line `0xID, 0xKEY,batch,count` (004 A.4.2).
struct NodeRow {
  NodeId node_id = 0;
  std::uint32_t batch = 0;  ///< 1.. ; 0 is read with KL-BATCH0
  std::uint32_t count = 0;  ///< how often the node was provisioned again (LK-08)
  RootKey root_key{};
};

/// A million rows take 28 MB; the memory is wiped when the rows go.
using NodeRows = SecretVector<NodeRow>;

/// The four header lines, in their order (KR-01..KR-05).
struct NetworkKeys {
  SecretKey<16> pwdh;          ///< passphrase hash; the batch signing root, key-equivalent
  SecretKey<16> base;          ///< the LKS derives node keys from it
  SecretKey<24> gateway;       ///< 3DES, odd parity (KR-11)
  SecretKey<16> gateway_cdld;  ///< code download key

  [[nodiscard]] NetworkKeys copy() const {
    return {pwdh.copy(), base.copy(), gateway.copy(), gateway_cdld.copy()};
  }
};

/// keyring.csv: rows in ascending node id, at most one a node (KR-17, KR-18).
struct Keyring {
  NetworkKeys network;
  NodeRows nodes;
};

}  // namespace touchstone::keyring
