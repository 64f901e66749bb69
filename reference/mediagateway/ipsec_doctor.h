#pragma once
// What 003 §4.2 and §6.1.7 say to look at when IPsec does not work, in their order: keys and
// certificates, the time, mode and scope, algorithms, the files, what is active, what racoon has
// negotiated, and syslog (OR-02, CE-08).

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "reference/mediagateway/doctor.h"
#include "reference/mediagateway/ipsec_tree.h"

namespace touchstone::mediagateway {

struct IpsecScene {
  ipsec::config::FileView* files = nullptr;
  /// The permission bits of a file, nothing when there is none.
  std::function<std::optional<std::uint32_t>(const std::string& path)> mode;
  std::chrono::sys_seconds now;
  /// Of racoonctl -ll show-sa isakmp and racoonctl show-sa ipsec, if somebody asked it.
  std::optional<std::string> isakmp, associations;
};

/// Eight checks: credentials, clock, scope, algorithms, files, active, negotiated, syslog.
[[nodiscard]] Checks check_ipsec(const IpsecScene& scene);

}  // namespace touchstone::mediagateway
