#pragma once
// The mounts under which a command of private_etc.h runs, and how its changes come out of them.
// Internal.

#include <filesystem>
#include <string>

namespace touchstone::conformance::harness {

struct EtcLayers {
  std::filesystem::path etc;      ///< over `hiding`, which is over `machine`
  std::filesystem::path hiding;   ///< white-outs
  std::filesystem::path machine;  ///< /etc or a copy of it
  std::filesystem::path upper, work;
  std::filesystem::path run;       ///< is /run
  std::filesystem::path programs;  ///< over /usr/sbin, if it is there
};

/// Puts this process into namespaces of its own and mounts. Empty, or what failed and why.
[[nodiscard]] std::string enter_layers(const EtcLayers& layers);

/// Makes `etc` what the upper layer says that it became.
void merge_changes(const EtcLayers& layers);

}  // namespace touchstone::conformance::harness
