#pragma once
// The operations net.* over TCP sockets: against a daemon that the argv templates of a manifest
// start and stop (tier exec), or against an implementation that is there already (tier attach).

#include <memory>

#include "conformance/harness/adapter.h"
#include "conformance/harness/iut.h"

namespace touchstone::conformance::adapters::wire {

/// `iut` outlives the adapter; other operations go to `rest`, which may be null.
///
/// Time is that of the machine. A started server is reached where its line of readiness says
/// (`{host}` and `{port}`), an attached one at [pixit] host and port. An attached client finds its
/// KMS at the addresses in [pixit] listen (`["127.0.0.2:3868"]`), which are taken in that order.
[[nodiscard]] std::unique_ptr<harness::Adapter> make_wire_adapter(
    const harness::Iut& iut, std::unique_ptr<harness::Adapter> rest = nullptr);

}  // namespace touchstone::conformance::adapters::wire
