#pragma once
// What 003 5.4.1 says to check when port authentication fails, in its order (ST-06): the RADIUS
// server, the certificates in wpa_supplicant.conf, the key and its password there, the clock.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "reference/base/files.h"
#include "reference/mediagateway/doctor.h"

namespace touchstone::mediagateway {

struct Net8021xScene {
  /// A file of the gateway by the name that it has there; FileErrc otherwise.
  std::function<Result<SecretOctets>(const std::string& path)> read;
  /// Its permission bits, nothing when there is none.
  std::function<std::optional<std::uint32_t>(const std::string& path)> mode;
  std::optional<std::string> status;  ///< what wpa_cli status printed, if somebody asked it
  std::chrono::sys_seconds now;
};

/// Four checks: radius, certificates, key, clock.
[[nodiscard]] Checks check_net8021x(const Net8021xScene& scene);

}  // namespace touchstone::mediagateway
