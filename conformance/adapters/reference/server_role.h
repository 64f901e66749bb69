#pragma once
// The KMS of the reference in simulated time.

#include "conformance/adapters/reference/simulated_role.h"
#include "reference/base/files.h"
#include "reference/host/log_file.h"
#include "reference/kms/key_service.h"

namespace touchstone::conformance::adapters::reference {

class ServerRole final : public SimulatedRole {
 public:
  /// `args` of net.start: require_protected, wrapping_key, compat_restart, beside those of
  /// node_config().
  ServerRole(SimulatedWorld& world, const diameter::Config& config, kms::KeySnapshotPointer keys,
             host::LogFile log, const harness::Json& args);

  /// What SIGHUP does. False when the keyring at `path` cannot be used; the old one is served on.
  bool reload(Files& files, const std::string& path);

 private:
  void take(const diameter::Effect& effect) override;

  host::LogFile log_;
  std::optional<SecretKey<16>> wrapping_key_;
  kms::KeyService service_;
};

}  // namespace touchstone::conformance::adapters::reference
