#pragma once
// A gateway (KMC): the shipped service, cache file and Diameter node on a simulated machine.

#include <map>
#include <optional>

#include "reference/gateway/cache_file.h"
#include "reference/gateway/service.h"
#include "sim/nodes/diameter_host.h"
#include "sim/nodes/network.h"

namespace touchstone::sim {

class GatewayProgram final : public Program, public DiameterUser, public gateway::KmsLink {
 public:
  GatewayProgram(Machine& machine, Network& network, const Member& self,
                 std::vector<Member> kms_by_preference);

  [[nodiscard]] const gateway::GatewayService* service() const noexcept {
    return service_ ? &*service_ : nullptr;
  }

  void start() override;
  void on_connected(StreamId stream) override { diameter_->on_connected(stream); }
  void on_connect_failed(StreamId stream) override { diameter_->on_connect_failed(stream); }
  void on_octets(StreamId stream, OctetView octets) override {
    diameter_->on_octets(stream, octets);
  }
  void on_closed(StreamId stream) override { diameter_->on_closed(stream); }
  void on_datagram(std::uint16_t port, Endpoint from, OctetView octets) override;
  void on_timer(Timer timer) override;
  void on_stop() override;

 private:
  void on_request(const diameter::Effect& request, std::string_view host,
                  bool is_protected) override;
  void on_answer(const diameter::Effect& answer) override;
  void on_failure(const diameter::Effect& failure) override;
  void on_peer_up(diameter::PeerIndex peer) override;
  void on_peer_down(diameter::PeerIndex peer) override;

  std::optional<diameter::RequestId> request(OctetView message) override;
  void answer(diameter::RequestId request, OctetView message) override;
  std::string next_session_id() override { return diameter_->next_session_id(); }

  [[nodiscard]] gateway::Cache read_cache();
  void apply(const gateway::ServiceOutput& output);
  void tell_keys();
  void tell_reply(diameter::RequestId request, std::uint32_t code);
  void save();
  [[nodiscard]] NodeIndex kms_of(diameter::PeerIndex peer) const;

  Machine& machine_;
  Network& network_;
  Member self_;
  std::vector<Member> kms_;
  std::optional<gateway::CacheFile> file_;
  std::optional<DiameterHost> diameter_;
  std::optional<gateway::GatewayService> service_;
  std::map<diameter::RequestId, Machine::LocalTime> asked_;
  SecretOctets key_told_;
  bool is_dirty_ = false;
};

}  // namespace touchstone::sim
