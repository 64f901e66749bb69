#pragma once
// net.* of tsp/1, by the reference in this process and in simulated time.

#include <memory>

#include "conformance/adapters/reference/simulated_role.h"
#include "conformance/adapters/reference/values.h"

namespace touchstone::conformance::adapters::reference {

/// Whether it has this operation.
[[nodiscard]] bool has_network_operation(std::string_view op);

/// The network of one case.
class NetworkOperations {
 public:
  /// `op` is one that has_network_operation(). May throw BadRequest and nlohmann's exceptions for a
  /// request that is not tsp/1.
  Response call(std::string_view op, const Json& args);

 private:
  Response start(const Json& args);
  Response open(const Json& args);
  Response listen(const Json& args);
  Response send(const Json& args);
  Response await(const Json& args);
  Response close(const Json& args);
  Response stall(const Json& args);
  Response advance(const Json& args);
  Response trigger(const Json& args);
  Response reload(const Json& args);
  Response stop(const Json& args);

  [[nodiscard]] Response done(Json obs = Json::object()) const;
  SimulatedRole& role();

  friend struct NetworkRow;
  SimulatedWorld world_;
  std::unique_ptr<SimulatedRole> role_;
};

}  // namespace touchstone::conformance::adapters::reference
