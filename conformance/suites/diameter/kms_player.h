#pragma once
// The KMS that the runner plays for a gateway under test: the answers of
// docs/formats/diameter-kms.md, and a gateway that has been brought to the point where nodes can
// join.

#include <string>

#include "conformance/suites/diameter/peer.h"

namespace touchstone::conformance::suites::diameter {

/// Where the first KMS listens; its Origin-Host too.
inline constexpr const char* first_kms_host = "127.0.0.2";

/// An AMA to `amr` with both network keys of the world's keyring.
[[nodiscard]] dm::Message network_keys_answer(const World& world, const std::string& host,
                                              const dm::Message& amr);
/// One with the root key of `node`.
[[nodiscard]] dm::Message node_answer(const World& world, const std::string& host,
                                      const dm::Message& amr, const oracle::Row& node);
/// 5003 and `unknown node`.
[[nodiscard]] dm::Message unknown_node_answer(const World& world, const std::string& host,
                                              const dm::Message& amr);

/// Gives the network keys when they are asked for; INCONCLUSIVE when the gateway does not start.
void serve_network_keys(Network& network, Peer& kms);

struct ReadyGateway {
  Listener listener;
  Peer kms;
};
/// A gateway that has started with an empty cache and got its network keys.
[[nodiscard]] ReadyGateway ready_gateway(Network& network);

}  // namespace touchstone::conformance::suites::diameter
