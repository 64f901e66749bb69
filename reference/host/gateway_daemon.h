#pragma once
// The gateway (KMC) as a process: its KMS over Diameter, its nodes over UDP, its cache and its log
// on the disk.

#include <functional>
#include <string>

#include "reference/base/clock.h"
#include "reference/base/files.h"
#include "reference/base/random.h"
#include "reference/diameter/config.h"
#include "reference/host/diameter_setup.h"

namespace touchstone::host {

struct GatewayOrder {
  diameter::Config config;   ///< diameter_client.conf
  std::string cache;         ///< path
  Endpoint join;             ///< where nodes and access points send
  std::string log = {};      ///< path; empty: standard error
  std::string control = {};  ///< path of the control socket; empty: none
  TlsPaths tls = {};
  diameter::Profile profile = diameter::Profile::rfc6733;
  bool has_ipsec = false;             ///< IPsec protects every connection
  std::chrono::seconds watchdog{30};  ///< Tw of RFC 3539, and between attempts to connect
};

/// What a daemon uses of the machine; all of it outlives the run.
struct GatewayMachine {
  Files& files;
  const Clock& clock;
  RandomSource& random;
  /// The gateway has its network keys and listens at the endpoint.
  std::function<void(const Endpoint& join)> ready;
  /// Worth knowing, and no reason to stop: a cache that is of no use.
  std::function<void(const Error& error)> warn;
};

/// Runs until SIGTERM, SIGINT or `stop` at the control socket; SIGHUP begins a new log file. Ends
/// at once when the cache is in use by another gateway or may be read by others, when its folder
/// cannot be written, or when an address cannot be used.
Result<void> run_gateway(const GatewayOrder& order, const GatewayMachine& machine);

}  // namespace touchstone::host
