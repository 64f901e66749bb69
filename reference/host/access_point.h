#pragma once
// The access point of nodes that join, on sockets (GC-03).

#include <functional>

#include "reference/base/result.h"
#include "reference/host/endpoint.h"

namespace touchstone::host {

/// Passes joins on from `listen` to `gateway` and back until SIGTERM or SIGINT. `ready` hears where
/// it listens. The errors are those of DatagramPort::open().
Result<void> run_access_point(const Endpoint& listen, const Endpoint& gateway,
                              const std::function<void(const Endpoint&)>& ready);

}  // namespace touchstone::host
