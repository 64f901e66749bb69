#pragma once
// The KMS of the reference in simulated time.

#include "conformance/adapters/reference/simulated_role.h"
#include "reference/kms/key_service.h"

namespace touchstone::conformance::adapters::reference {

class ServerRole final : public SimulatedRole {
 public:
  /// `args` of net.start: require_protected, wrapping_key, beside those of node_config().
  ServerRole(SimulatedWorld& world, const diameter::Config& config, kms::KeySnapshotPointer keys,
             const harness::Json& args);

  /// False when the keyring cannot be used; the old one is served on.
  bool reload(OctetView keyring);

 private:
  void take(const diameter::Effect& effect) override;

  std::optional<SecretKey<16>> wrapping_key_;
  kms::KeyService service_;
};

}  // namespace touchstone::conformance::adapters::reference
