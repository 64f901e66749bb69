#pragma once
// What can be seen from outside of a KMS or LKS that is not as the hardening list wants it (OP-04).

#include <string>
#include <string_view>
#include <vector>

#include "reference/base/files.h"

namespace touchstone::host {

/// Where to look; tests point elsewhere.
struct DoctorPlaces {
  std::string root = "/opt/onramp";
  std::string proc = "/proc";
  std::string network_scripts = "/etc/sysconfig/network-scripts";
};

/// The answer of one check.
struct Diagnosis {
  enum class Level {
    ok,
    warn,  ///< worth a look; does not change the exit code
    fail,  ///< exit 13
  };
  std::string_view check;  ///< such as "keyring-mode"
  Level level = Level::ok;
  std::string text;  ///< what was found and what to do; never a key
};

/// Every check, in a fixed order, one answer each. Reads only, and never through a symbolic link.
[[nodiscard]] std::vector<Diagnosis> examine(Files& files, const DoctorPlaces& places);

}  // namespace touchstone::host
