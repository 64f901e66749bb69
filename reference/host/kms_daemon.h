#pragma once
// The KMS as a process: its keyring, log and audit on the disk, its gateways over Diameter
// (docs/components/kms.md).

#include <functional>
#include <string>

#include "reference/base/clock.h"
#include "reference/base/files.h"
#include "reference/base/random.h"
#include "reference/diameter/config.h"
#include "reference/diameter/peer_machine.h"
#include "reference/host/diameter_setup.h"
#include "reference/host/service_audit.h"
#include "reference/kms/key_service.h"

namespace touchstone::host {

struct KmsOrder {
  diameter::Config config;  ///< diameter_server.conf
  diameter::Profile profile = diameter::Profile::rfc6733;
  std::string keyring;      ///< path
  std::string served = {};  ///< path (kms/served_keys.h)
  std::string log = {};     ///< path; empty: standard error
  std::string audit = {};   ///< path; empty: none beside the log
  AuditMode audit_mode = AuditMode::block;
  std::string control = {};              ///< path of the control socket; empty: none
  std::string port_file = {};            ///< gets the port as a line of text; empty: none
  std::optional<Endpoint> listen{};      ///< instead of the URI's
  std::optional<Endpoint> listen_tls{};  ///< a second place, for TLS
  TlsPaths tls{};
  bool compat_restart = false;     ///< KM-05
  bool require_protected = false;  ///< 5025 on a connection without TLS or IPsec
  bool has_ipsec = false;          ///< IPsec protects every connection
  kms::UnknownLimit unknown_limit{};
  std::chrono::seconds watchdog{30};  ///< Tw of RFC 3539
};

/// What a daemon uses of the machine; all of it outlives the run. `files` is used by two threads.
struct KmsSite {
  Files& files;
  const Clock& clock;
  RandomSource& random;
  /// The KMS serves at the endpoint.
  std::function<void(const Endpoint& at)> ready;
  /// A remark about the keyring at its path.
  std::function<void(const Finding& finding)> remark;
};

/// Runs until SIGTERM, SIGINT or `stop` at the control socket; SIGHUP reads the keyring again and
/// begins new log files. Nothing listens before the keyring is there and good (KM-08): errors of
/// Files, of parse_keyring(), of the driver and of the control socket end it at once.
Result<void> run_kms(const KmsOrder& order, const KmsSite& site);

}  // namespace touchstone::host
