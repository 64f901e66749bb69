#pragma once
// A network of a process's own, whose only wire is a TAP interface. All of it acts on the calling
// process, which has one thread; it needs root or user namespaces.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reference/base/result.h"
#include "reference/host/descriptor.h"

namespace touchstone::sim::emu {

/// Moves this process into a network and a file system view of its own; as root of both, if it is
/// not root already. Errc::namespaces.
Result<void> enter_own_network();

/// The interface `wire0` with `address` (IPv4), everything else reached through `gateway`, and the
/// loopback interface. Its frames go through the descriptor. Errc::tap, Errc::setup.
Result<host::Descriptor> open_wire(std::uint32_t address, std::uint32_t gateway);

/// Names that this process and its children know, instead of those in /etc/hosts. Errc::setup.
Result<void> name_hosts(const std::vector<std::pair<std::string, std::uint32_t>>& hosts);

}  // namespace touchstone::sim::emu
