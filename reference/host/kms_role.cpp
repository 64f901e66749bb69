#include "reference/host/kms_role.h"

#include <fmt/format.h>

#include <utility>

namespace touchstone::host {
namespace {

// HARs of one turn of the loop: ten thousand gateways must not hold the answers up.
constexpr int told_at_once = 32;
// Lines about connections: who storms us shall not fill the disk.
constexpr int notices_a_second = 100;

constexpr std::string_view consequence(AuditMode mode) {
  switch (mode) {
    case AuditMode::block:
      return "answers wait";
    case AuditMode::deny:
      return "requests are refused";
    case AuditMode::keep:
      return "answers leave without it";
  }
  return "";
}

bool is_open(diameter::PeerState state) {
  return state == diameter::PeerState::i_open || state == diameter::PeerState::r_open;
}

}  // namespace

KmsRole::KmsRole(EventLoop& loop, KmsRoleSettings settings, kms::KeySnapshotPointer keys,
                 RandomSource& random, LogFile& log, std::optional<ServiceAudit>& audit)
    : loop_(loop),
      settings_(std::move(settings)),
      random_(random),
      log_(log),
      audit_(audit),
      service_(settings_.service, std::move(keys), random),
      audit_timer_(loop),
      tell_timer_(loop),
      again_timer_(loop) {}

// Requests.

void KmsRole::on_request(const DiameterRequest& request) {
  if (is_blocked_ && waiting_.size() >= settings_.max_waiting) return refuse_for_now(request);
  Waiting& one = waiting_.emplace_back();
  one.id = request.id;
  one.message = request.message;
  one.begin = answers_.size();
  one.audit = service_.answer(request.message, {request.host, request.is_protected},
                              loop_.now().time_since_epoch(), answers_);
  one.size = answers_.size() - one.begin;
}

void KmsRole::on_settled() {
  if (!waiting_.empty() && !is_blocked_) deliver();
  log_.flush();
}

// The audit first: a key that nobody will ever know of must not leave.
void KmsRole::deliver() {
  if (audit_ && !write_audit()) return;
  send_all();
}

// Whether the answers may leave.
bool KmsRole::write_audit() {
  lines_.clear();
  const std::string stamp = log_.stamp();
  for (const Waiting& one : waiting_)
    lines_.append(stamp).append(kms::print_audit(one.audit)).push_back('\n');
  const Result<void> written = audit_->append(lines_);
  if (!written) {
    on_audit_failure(written.error());
    return settings_.audit_mode != AuditMode::block;
  }
  if (audit_fails_) log_.line("audit is written again");
  audit_fails_ = false;
  return true;
}

void KmsRole::on_audit_failure(const Error& error) {
  if (!audit_fails_)
    log_.line(fmt::format("audit cannot be written, {}: {}", consequence(settings_.audit_mode),
                          error.detail));
  audit_fails_ = true;
  switch (settings_.audit_mode) {
    case AuditMode::block:
      is_blocked_ = true;
      audit_timer_.at(loop_.now() + settings_.audit_retry, [this] {
        is_blocked_ = false;
        deliver();
        log_.flush();
      });
      return;
    case AuditMode::deny:
      return deny_all();
    case AuditMode::keep:
      unaudited_ += waiting_.size();
  }
}

void KmsRole::deny_all() {
  const kms::KeyServiceSettings& us = settings_.service;
  const diameter::AnswerOrigin origin{us.host, us.realm, us.address, us.state_id};
  SecretOctets refusals;
  for (Waiting& one : waiting_) {
    const OctetView answer = OctetView(answers_).subspan(one.begin, one.size);
    one.begin = refusals.size();
    if (one.audit.result_code == diameter::result_success) {
      one.audit.result_code = diameter::result_unable_to_comply;
      diameter::encode_refusal(
          refusals, one.message, origin,
          {diameter::result_unable_to_comply, "the audit cannot be written", {}});
    } else {
      refusals.insert(refusals.end(), answer.begin(), answer.end());
    }
    one.size = refusals.size() - one.begin;
  }
  answers_ = std::move(refusals);
}

void KmsRole::send_all() {
  const OctetView octets(answers_);
  for (const Waiting& one : waiting_) {
    log_.add(kms::print_audit(one.audit));
    driver_->answer(one.id, octets.subspan(one.begin, one.size));
  }
  waiting_.clear();
  wipe(answers_.data(), answers_.size());
  answers_.clear();
}

void KmsRole::refuse_for_now(const DiameterRequest& request) {
  const kms::KeyServiceSettings& us = settings_.service;
  SecretOctets out;
  diameter::encode_refusal(out, request.message, {us.host, us.realm, us.address, us.state_id},
                           diameter::refuse_for_now());
  driver_->answer(request.id, out);
}

std::string_view KmsRole::audit_state() const noexcept {
  if (!audit_) return "off";
  return audit_fails_ ? consequence(settings_.audit_mode) : "ok";
}

// Peers and new network keys.

kms::Reload KmsRole::reload(Result<kms::KeySnapshotPointer> loaded) {
  kms::Reload done = service_.reload(std::move(loaded));
  if (done.result == kms::ReloadResult::swapped) {
    rotations_.on_changed(done.gateway_changed, done.code_download_changed);
    tell_all();
  }
  return done;
}

void KmsRole::on_peer_up(diameter::PeerIndex peer) {
  const std::string& host = driver_->node().peer_host(peer);
  log_.add(fmt::format("peer={} up", kms::print_peer(host)));
  if (rotations_.wants(host)) tell_peer(peer);
}

void KmsRole::on_peer_down(diameter::PeerIndex peer) {
  log_.add(fmt::format("peer={} down", kms::print_peer(driver_->node().peer_host(peer))));
}

// Why a peer went, or was not let in. Who sends no CER is not worth a line.
void KmsRole::on_notice(const diameter::Effect& notice) {
  using diameter::EndReason;
  const bool is_end = notice.kind == diameter::Effect::Kind::ended;
  const bool is_refused = is_end && notice.reason == EndReason::cer_refused;
  if (notice.peer == diameter::no_peer && !is_refused) return;
  if (loop_.now() - notices_since_ >= std::chrono::seconds(1)) {
    notices_since_ = loop_.now();
    notices_ = 0;
  }
  if (++notices_ > notices_a_second) return;
  const auto claimed = notice.message.find(diameter::avp_origin_host);
  const std::string host =
      kms::print_peer(notice.peer != diameter::no_peer ? driver_->node().peer_host(notice.peer)
                      : claimed                        ? claimed->text()
                                                       : std::string_view());
  const std::string_view what = is_end ? diameter::print_reason(notice.reason)
                                : notice.kind == diameter::Effect::Kind::peer_restarted
                                    ? "restarted, its sessions are over; Origin-State-Id"
                                    : "Origin-State-Id fell";
  log_.add(notice.result == 0 ? fmt::format("peer={} {}", host, what)
                              : fmt::format("peer={} {} {}", host, what, notice.result));
}

void KmsRole::tell_all() {
  const diameter::Node& node = driver_->node();
  untold_.clear();
  for (diameter::PeerIndex peer = 0; peer < node.peer_count(); ++peer)
    if (is_open(node.peer_state(peer)) && rotations_.wants(node.peer_host(peer)))
      untold_.push_back(peer);
  tell_some();
}

void KmsRole::tell_some() {
  for (int i = 0; i < told_at_once && !untold_.empty(); ++i) {
    tell_peer(untold_.front());
    untold_.pop_front();
  }
  if (!untold_.empty()) tell_timer_.at(loop_.now(), [this] { tell_some(); });
}

void KmsRole::tell_peer(diameter::PeerIndex peer) {
  const std::string& host = driver_->node().peer_host(peer);
  SecretOctets request;
  rotations_.encode(request, service_.keys(), settings_.service, host, driver_->next_session_id(),
                    random_);
  const auto id = driver_->request(request);
  if (!id) return tell_again();
  rotations_.on_sent(*id, host);
  log_.line(fmt::format("peer={} rotation sent", kms::print_peer(host)));
}

void KmsRole::on_answer(diameter::RequestId request, std::uint32_t result,
                        const diameter::MessageView& /*message*/) {
  const kms::Rotations::Told told = rotations_.on_answer(request, result);
  log_.add(fmt::format("peer={} rotation result={}", kms::print_peer(told.host), result));
  if (told.is_for_later) tell_again();
}

void KmsRole::on_failure(diameter::RequestId request, std::uint32_t /*result*/) {
  const kms::Rotations::Told told = rotations_.on_failure(request);
  log_.add(fmt::format("peer={} rotation unanswered", kms::print_peer(told.host)));
  tell_again();
}

// The first failure counts: others do not put the time off.
void KmsRole::tell_again() {
  if (std::exchange(is_again_due_, true)) return;
  again_timer_.at(loop_.now() + settings_.rotation_retry, [this] {
    is_again_due_ = false;
    tell_all();
  });
}

}  // namespace touchstone::host
