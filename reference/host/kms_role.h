#pragma once
// What the KMS does with the requests of its gateways: answers, the audit before the answers, and
// new network keys by HAR. Internal to the daemon; kms_daemon.h is the contract.

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reference/host/diameter_driver.h"
#include "reference/host/log_file.h"
#include "reference/host/service_audit.h"
#include "reference/kms/key_service.h"
#include "reference/kms/rotation.h"
#include "reference/kms/served_keys.h"

namespace touchstone::host {

struct KmsRoleSettings {
  kms::KeyServiceSettings service;
  AuditMode audit_mode = AuditMode::block;
  /// Answers that may wait for the audit; beyond them gateways hear 3004.
  std::size_t max_waiting = 16384;
  diameter::Duration audit_retry = std::chrono::milliseconds(100);
  diameter::Duration rotation_retry = std::chrono::seconds(30);
};

class KmsRole final : public DiameterHandler {
 public:
  /// What the references name outlives the role; `audit` may hold nothing.
  KmsRole(EventLoop& loop, KmsRoleSettings settings, kms::KeySnapshotPointer keys,
          RandomSource& random, LogFile& log, std::optional<ServiceAudit>& audit);

  /// Once, before anything comes.
  void attach(DiameterDriver& driver) { driver_ = &driver; }

  void on_request(const DiameterRequest& request) override;
  void on_answer(diameter::RequestId request, std::uint32_t result,
                 const diameter::MessageView& message) override;
  void on_failure(diameter::RequestId request, std::uint32_t result) override;
  void on_peer_up(diameter::PeerIndex peer) override;
  void on_peer_down(diameter::PeerIndex peer) override;
  void on_notice(const diameter::Effect& notice) override;
  void on_settled() override;

  /// Network keys that were replaced before this process began: every gateway that comes hears of
  /// those that are served.
  void remember(const kms::ReplacedKeys& replaced) {
    rotations_.on_changed(replaced.gateway, replaced.code_download);
  }

  /// Serves `loaded` if it is good, and tells the gateways when network keys have changed. Gives
  /// what was served before, to be wiped where it does not disturb.
  kms::Reload reload(Result<kms::KeySnapshotPointer> loaded);

  [[nodiscard]] const kms::KeyService& service() const noexcept { return service_; }
  [[nodiscard]] std::size_t rotations_pending() const noexcept { return rotations_.pending(); }
  /// "off", "ok", or what the mode makes of a disk that is full.
  [[nodiscard]] std::string_view audit_state() const noexcept;
  /// Answers that left without their line (AuditMode::keep).
  [[nodiscard]] std::uint64_t unaudited() const noexcept { return unaudited_; }

 private:
  struct Waiting {
    diameter::RequestId id = 0;
    diameter::MessageView message;  // good until the batch has settled
    std::size_t begin = 0;          // of the answer in answers_
    std::size_t size = 0;
    kms::KeyAudit audit;
  };

  void deliver();
  [[nodiscard]] bool write_audit();
  void on_audit_failure(const Error& error);
  void deny_all();
  void send_all();
  void refuse_for_now(const DiameterRequest& request);
  void tell_peer(diameter::PeerIndex peer);
  void tell_all();
  void tell_some();
  void tell_again();

  EventLoop& loop_;
  KmsRoleSettings settings_;
  RandomSource& random_;
  LogFile& log_;
  std::optional<ServiceAudit>& audit_;
  DiameterDriver* driver_ = nullptr;
  kms::KeyService service_;
  kms::Rotations rotations_;

  std::vector<Waiting> waiting_;
  SecretOctets answers_;
  std::string lines_;
  bool is_blocked_ = false;
  bool audit_fails_ = false;
  std::uint64_t unaudited_ = 0;
  LoopTime notices_since_{};
  int notices_ = 0;
  LoopTimer audit_timer_;

  std::deque<diameter::PeerIndex> untold_;
  LoopTimer tell_timer_;
  LoopTimer again_timer_;
  bool is_again_due_ = false;
};

}  // namespace touchstone::host
