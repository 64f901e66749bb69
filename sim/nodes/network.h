#pragma once
// What the machines of one wireless network share: who they are, how they protect the wire, and
// where they tell what happens.

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "reference/crypto/rsa.h"
#include "reference/crypto/tls.h"
#include "reference/diameter/node.h"
#include "reference/keyring/model.h"
#include "reference/kms/key_service.h"
#include "sim/machines/machine.h"
#include "sim/metrics/journal.h"

namespace touchstone::sim {

inline constexpr std::uint16_t join_port = 4004;
inline constexpr std::uint16_t delivery_port = 4005;
/// Every machine is called by its name in the topology and this.
inline constexpr const char* simulated_realm = "sim.example";
inline constexpr const char* keyring_path = "kms/keyring.csv";
inline constexpr const char* private_key_path = "kms/kms_private.pem";

enum class Protection : std::uint8_t {
  none,  ///< keys travel as they are: what the checks have to find
  wrap,  ///< under the key that KMS and gateways share (RFC 3394)
  tls,   ///< TLS before the capabilities exchange
};

struct Member {
  NodeIndex node = no_node;
  std::string host;  ///< DiameterIdentity
};

/// Set up before anything runs. `known` alone changes afterwards: it gains what a KMS serves.
struct Network {
  std::string realm = simulated_realm;
  std::vector<Member> kms;
  std::vector<Member> gateways;
  keyring::NetworkKeys keys;  ///< as they are when the run begins
  Protection protection = Protection::wrap;
  SecretKey<16> wrapping_key;
  std::map<NodeIndex, crypto::TlsContext> tls;  ///< of each KMS and gateway, with Protection::tls
  Duration watchdog{std::chrono::seconds(30)};
  Duration reload_every{std::chrono::seconds(5)};  ///< a KMS that cannot serve tries again
  kms::ReloadMode reload = kms::ReloadMode::on_signal;
  Duration import_restart{std::chrono::seconds(20)};  ///< of a KMS without reload
  kms::UnknownLimit unknown_limit;
  std::set<keyring::NodeId> known;  ///< nodes that some KMS has served at some time
  Journal* journal = nullptr;

  [[nodiscard]] const SecretKey<16>* wrap() const noexcept {
    return protection == Protection::wrap ? &wrapping_key : nullptr;
  }
  [[nodiscard]] const crypto::TlsContext* tls_of(NodeIndex node) const {
    const auto found = tls.find(node);
    return protection == Protection::tls && found != tls.end() ? &found->second : nullptr;
  }
};

/// A number that is the same for the same key and does not tell it.
[[nodiscard]] std::uint64_t name_key(OctetView key);

/// Told to the journal with the time of the world.
void tell(Machine& machine, const Network& network, Happening happening);

/// The Diameter part that KMS and gateways have in common.
[[nodiscard]] diameter::NodeConfig node_config(const Machine& machine, const Network& network,
                                               const std::string& host, std::uint32_t command);

[[nodiscard]] Octets encode_place(Endpoint place);
[[nodiscard]] Endpoint decode_place(OctetView octets);

}  // namespace touchstone::sim
