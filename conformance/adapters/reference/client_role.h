#pragma once
// The gateway of the reference in simulated time: it asks for keys and admits nodes.

#include <map>

#include "conformance/adapters/reference/simulated_role.h"
#include "reference/gateway/service.h"

namespace touchstone::conformance::adapters::reference {

class ClientRole final : public SimulatedRole, private gateway::KmsLink {
 public:
  ClientRole(SimulatedWorld& world, const diameter::Config& config, gateway::Cache cache,
             const harness::Json& args);

  void start() override;
  /// A node that has `key` joins; `triggered` tells how it went.
  std::int64_t join(keyring::NodeId node_id, SecretKey<16> key);

 private:
  struct Joining {
    std::int64_t trigger = 0;
    gateway::JoiningNode node;
  };

  std::optional<diameter::RequestId> request(OctetView message) override;
  void answer(diameter::RequestId request, OctetView message) override;
  std::string next_session_id() override;

  void take(const diameter::Effect& effect) override;
  void on_timer() override;
  [[nodiscard]] std::optional<diameter::Time> next_deadline() const override;
  void act(const gateway::ServiceOutput& output);

  gateway::GatewayService service_;
  std::map<gateway::Sender, Joining> nodes_;
  std::int64_t next_trigger_ = 1;
  bool is_ready_ = false;
};

}  // namespace touchstone::conformance::adapters::reference
