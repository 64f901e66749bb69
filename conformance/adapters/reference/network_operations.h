#pragma once
// net.* of tsp/1, by the reference in this process and in simulated time.

#include <memory>

#include "conformance/adapters/reference/simulated_role.h"
#include "conformance/adapters/reference/values.h"
#include "reference/diameter/config.h"
#include "reference/host/posix_files.h"
#include "reference/host/system_clock.h"

namespace touchstone::conformance::adapters::reference {

class ClientRole;

/// Whether it has this operation.
[[nodiscard]] bool has_network_operation(std::string_view op);

/// The network of one case. Keyring, cache and logs are files of the working directory, as those of
/// a daemon are: keyring.csv, kms.log; gateway.cache, kmc.log.
class NetworkOperations {
 public:
  /// `op` is one that has_network_operation(). May throw BadRequest and nlohmann's exceptions for a
  /// request that is not tsp/1.
  Response call(std::string_view op, const Json& args);

 private:
  Response start(const Json& args);
  Response start_server(const diameter::Config& config, const Json& args);
  Response start_client(const diameter::Config& config, const Json& args);
  Response open(const Json& args);
  Response listen(const Json& args);
  Response send(const Json& args);
  Response await(const Json& args);
  Response close(const Json& args);
  Response stall(const Json& args);
  Response advance(const Json& args);
  Response trigger(const Json& args);
  Response access_point(const Json& args);
  Response datagram(const Json& args);
  Response reload(const Json& args);
  Response stop(const Json& args);

  [[nodiscard]] Response done(Json obs = Json::object()) const;
  SimulatedRole& role();
  ClientRole& client();

  friend struct NetworkRow;
  host::PosixFiles files_{false};
  host::SystemClock clock_;
  SimulatedWorld world_;
  std::unique_ptr<SimulatedRole> role_;
};

}  // namespace touchstone::conformance::adapters::reference
