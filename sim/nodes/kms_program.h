#pragma once
// A KMS: the shipped key service, Diameter node, rotation, import and keyring files on a simulated
// machine. It serves what its disk has, and takes batches over a stream (delivery.h).

#include <map>
#include <optional>

#include "reference/kms/import.h"
#include "reference/kms/rotation.h"
#include "reference/kms/served_keys.h"
#include "sim/nodes/delivery.h"
#include "sim/nodes/diameter_host.h"
#include "sim/nodes/network.h"

namespace touchstone::sim {

class KmsProgram final : public Program, public DiameterUser {
 public:
  KmsProgram(Machine& machine, Network& network, const Member& self);

  /// What an operator does: writes the keyring with other network keys, and has it served. False
  /// when the disk did not take it.
  bool install_network_keys(const keyring::NetworkKeys& keys);
  [[nodiscard]] bool is_serving() const noexcept { return service_.has_value(); }

  void start() override;
  void on_accepted(StreamId stream, std::uint16_t port, Endpoint from) override;
  void on_octets(StreamId stream, OctetView octets) override;
  void on_closed(StreamId stream) override;
  void on_timer(Timer timer) override;
  void on_stop() override;

 private:
  void on_request(const diameter::Effect& request, std::string_view host,
                  bool is_protected) override;
  void on_answer(const diameter::Effect& answer) override;
  void on_failure(const diameter::Effect& failure) override;
  void on_peer_up(diameter::PeerIndex peer) override;
  void on_peer_down(diameter::PeerIndex peer) override;

  [[nodiscard]] Result<kms::KeySnapshotPointer> load();
  void begin_service();
  void reload();
  void remember();
  Result<kms::ReplacedKeys> note_keys();
  void tell_peers();
  void tell_peer(diameter::PeerIndex peer);
  void tell_again();
  void import(StreamId stream, const DeliveredBatch& batch);
  [[nodiscard]] NodeIndex node_of(std::string_view host) const;
  [[nodiscard]] kms::KeyServiceSettings settings() const;

  Machine& machine_;
  Network& network_;
  Member self_;
  std::optional<kms::KeyService> service_;
  std::optional<DiameterHost> diameter_;
  kms::Rotations rotations_;
  bool is_again_due_ = false;
  std::map<StreamId, DeliveryReader> deliveries_;
};

}  // namespace touchstone::sim
