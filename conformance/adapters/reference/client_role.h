#pragma once
// The gateway of the reference in simulated time: it asks for keys and admits nodes.

#include <map>

#include "conformance/adapters/reference/simulated_role.h"
#include "reference/gateway/access_point.h"
#include "reference/gateway/cache_file.h"
#include "reference/gateway/service.h"
#include "reference/host/log_file.h"

namespace touchstone::conformance::adapters::reference {

class ClientRole final : public SimulatedRole, private gateway::KmsLink {
 public:
  ClientRole(SimulatedWorld& world, const diameter::Config& config, gateway::Cache cache,
             gateway::CacheFile file, host::LogFile log, const harness::Json& args);

  void start() override;
  /// An access point stands before the gateway from now on, for those who come by it.
  void add_access_point() { access_point_.emplace(); }
  [[nodiscard]] bool has_access_point() const noexcept { return access_point_.has_value(); }
  /// A node that has `key` joins; `triggered` tells how it went.
  std::int64_t join(keyring::NodeId node_id, SecretKey<16> key, bool by_access_point);
  /// The node with this number sends what the runner says; `datagram` tells what it gets.
  void send_datagram(std::int64_t node, OctetView octets, bool by_access_point);

 private:
  struct Joining {
    std::int64_t trigger = 0;
    gateway::JoiningNode node;
    bool by_access_point = false;
  };

  std::optional<diameter::RequestId> request(OctetView message) override;
  void answer(diameter::RequestId request, OctetView message) override;
  std::string next_session_id() override;

  void take(const diameter::Effect& effect) override;
  void on_timer() override;
  [[nodiscard]] std::optional<diameter::Time> next_deadline() const override;
  void act(const gateway::ServiceOutput& output);
  void send_up(OctetView datagram, const gateway::Sender& sender, bool by_access_point);
  void send_down(OctetView datagram, const gateway::Sender& to);

  gateway::CacheFile file_;
  host::LogFile log_;
  std::optional<gateway::AccessPoint> access_point_;
  gateway::GatewayService service_;
  std::map<gateway::Sender, Joining> nodes_;
  bool is_ready_ = false;
};

}  // namespace touchstone::conformance::adapters::reference
