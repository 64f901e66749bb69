#include "reference/kms/master.h"

#include "reference/base/defect.h"
#include "reference/base/durable_write.h"
#include "reference/crypto/digest.h"

namespace touchstone::kms {

FileAttributes attributes_of(const FileInfo& info) {
  return {.mode = info.mode, .set_owner = true, .owner = info.owner, .group = info.group};
}

Result<Master> Master::open(Machine& machine, const std::string& path, std::string tool,
                            bool dry_run, const keyring::ReadOptions& reading,
                            std::vector<PlacedFinding>& findings) {
  Master master;
  master.path_ = path;
  master.dry_run_ = dry_run;
  TOUCHSTONE_TRY(const FileInfo info, located(path, machine.files.info(path)));
  if (info.kind != FileInfo::Kind::regular)
    return located(path, Result<Master>(fail(TOUCHSTONE_DEFECT("KU-17.kind_is_conflict")
                                                 ? FileErrc::exists
                                                 : FileErrc::not_regular)));
  if (!dry_run && !TOUCHSTONE_DEFECT("KU-20.no_lock")) {
    TOUCHSTONE_TRY(master.lock_, located(path, machine.files.lock(lock_name(path))));
    TOUCHSTONE_TRY(const bool undone, undo_unfinished(machine.files, path));
    if (undone) master.repairs_.emplace_back("what a killed run left was removed");
  }
  machine.progress.step("reading " + path);
  TOUCHSTONE_TRY(const SecretOctets text,
                 located(path, machine.files.read(path, keyring::max_file_octets, Access::secret)));
  master.attributes_ = attributes_of(info);
  master.digest_ = crypto::sha256(text);
  Findings found;
  Result<keyring::Keyring> parsed = keyring::parse_keyring(text, reading, found);
  for (Finding& finding : found)
    findings.push_back({path, std::move(finding)});
  TOUCHSTONE_TRY(master.keyring_, located(path, std::move(parsed)));
  if (!dry_run) TOUCHSTONE_TRY_VOID(master.prepare(machine, std::move(tool)));
  return master;
}

Result<void> Master::prepare(Machine& machine, std::string tool) {
  TOUCHSTONE_TRY(audit_, Audit::open(machine.files, machine.clock, path_, attributes_,
                                     {std::move(tool), machine.user_id}, digest_));
  repairs_.insert(repairs_.end(), audit_->repairs().begin(), audit_->repairs().end());
  return {};
}

Result<void> Master::replace(Machine& machine, AuditEvent event, const std::string& backup) {
  TOUCHSTONE_CHECK(!dry_run_ && audit_);
  SecretOctets text = keyring::print_keyring(keyring_);
  if (TOUCHSTONE_DEFECT("KR-23.merge")) text.pop_back();
  event.stage = AuditEvent::Stage::intent;
  event.before = digest_;
  event.after = crypto::sha256(text);
  if (!TOUCHSTONE_DEFECT("KU-28.no_intent")) TOUCHSTONE_TRY_VOID(audit_->append(event));
  machine.progress.step("writing " + path_);
  if (TOUCHSTONE_DEFECT("KU-17.written_in_place")) {
    TOUCHSTONE_TRY_VOID(machine.files.truncate(path_, 0));
    TOUCHSTONE_TRY_VOID(machine.files.append(path_, text, attributes_));
    event.stage = AuditEvent::Stage::done;
    return audit_->append(event);
  }
  if (TOUCHSTONE_DEFECT("KU-17.copy_is_left"))
    TOUCHSTONE_TRY_VOID(machine.files.append(path_ + ".new", text, attributes_));
  if (TOUCHSTONE_DEFECT("KU-28.intent_after")) TOUCHSTONE_TRY_VOID(audit_->append(event));
  Result<void> written = write_file(machine.files, {.path = path_,
                                                    .content = text,
                                                    .attributes = attributes_,
                                                    .replace = true,
                                                    .backup = backup});
  if (!written) {
    const bool stands = written.error().code == make_error_code(FileErrc::not_synced);
    event.stage = AuditEvent::Stage::failed;
    event.text = stands ? "the new keyring stands" : "the old keyring stands";
    static_cast<void>(audit_->append(event));
    return written;
  }
  digest_ = *event.after;
  event.stage = AuditEvent::Stage::done;
  Result<void> noted = audit_->append(event);
  if (!noted) noted.error().detail += "; the new keyring stands, its audit line does not";
  return noted;
}

Result<void> Master::note(const AuditEvent& event) {
  return audit_ ? audit_->append(event) : Result<void>();
}

}  // namespace touchstone::kms
