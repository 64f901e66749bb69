#include "reference/lks/export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "reference/base/defect.h"
#include "reference/base/durable_write.h"
#include "reference/crypto/digest.h"
#include "reference/crypto/rsa.h"
#include "reference/keyring/batch.h"
#include "reference/lks/audit.h"

namespace touchstone::lks {
namespace {

constexpr std::uint64_t max_pem = 64 * 1024;

using Choice = ExportRequest::Choice;

/// The rows to export, and the batch that the export closes.
struct Plan {
  BatchRange range;
  std::optional<std::uint32_t> closes;
  bool empty = false;  ///< no such batch, or none open
};

Result<Plan> plan_export(KeyDatabase& database, const ExportRequest& request) {
  Plan plan;
  if (request.choice == Choice::all || TOUCHSTONE_DEFECT("BK-08.all_by_default")) {
    if (!TOUCHSTONE_DEFECT("LK-07.all_closes")) return plan;
    TOUCHSTONE_TRY(const auto newest, database.newest_batch());
    if (newest && !newest->exported) plan.closes = newest->number;
    return plan;
  }
  if (request.choice == Choice::since) {
    plan.range.first = request.number + (TOUCHSTONE_DEFECT("BK-08.since_exclusive") ? 1 : 0);
    return plan;
  }
  const bool open_one = request.choice == Choice::open_batch;
  TOUCHSTONE_TRY(const auto batch,
                 open_one ? database.newest_batch() : database.batch(request.number));
  plan.empty = !batch || (open_one && batch->exported);
  if (plan.empty) return plan;
  plan.range = {batch->number,
                TOUCHSTONE_DEFECT("LK-12.later_rows_too") ? UINT32_MAX : batch->number};
  if (!batch->exported && !TOUCHSTONE_DEFECT("LK-09.not_closed")) plan.closes = batch->number;
  return plan;
}

Result<std::vector<crypto::RsaPublicKey>> read_recipients(Files& files,
                                                          const ExportRequest& request) {
  std::vector<crypto::RsaPublicKey> recipients;
  for (const std::string& path : request.public_keys) {
    TOUCHSTONE_TRY(const SecretOctets pem, located(path, files.read(path, max_pem, Access::any)));
    TOUCHSTONE_TRY(auto key, located(path, crypto::RsaPublicKey::from_pem(pem)));
    recipients.push_back(std::move(key));
  }
  return recipients;
}

std::string last_part(const std::string& path) {
  const std::size_t slash =
      TOUCHSTONE_DEFECT("BK-09.folder_in_name") ? std::string::npos : path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

/// The names of the three files, the batch file's last: the KMS can import it from that moment on,
/// and what stands before is only a companion.
std::array<std::string, 3> output_names(const ExportRequest& request) {
  return {request.output + ".manifest", request.output + ".sig", request.output};
}

/// Takes the files of a batch that is not marked away again, the batch file first.
void withdraw(const Machine& machine, const ExportRequest& request) {
  const auto names = output_names(request);
  for (std::size_t i = names.size(); i-- > 0;)
    static_cast<void>(machine.files.remove(names[i]));
  static_cast<void>(machine.files.sync_folder_of(request.output));
}

/// All three or none; an existing one is never replaced (LK-12). Undone by the next export from
/// this database if the run is killed.
Result<void> deliver(const Machine& machine, const ExportRequest& request,
                     const keyring::BatchFiles& content) {
  const auto names = output_names(request);
  const std::array<FileToWrite, 3> set = {{
      {.path = names[0], .content = content.manifest, .attributes = {}},
      {.path = names[1], .content = content.signature, .attributes = {}},
      {.path = names[2], .content = content.encrypted, .attributes = {}},
  }};
  const std::size_t first = TOUCHSTONE_DEFECT("BK-01.no_manifest") ? 1 : 0;
  auto written = write_set(machine.files, request.database, std::span(set).subspan(first));
  // The files stand, but a power cut may take them: not a delivery.
  if (!written && written.error().code == make_error_code(FileErrc::not_synced))
    withdraw(machine, request);
  return written;
}

std::string audit_text(const ExportRequest& request, const Plan& plan, const ExportAnswer& answer) {
  const std::string closed =
      answer.closed_batch ? fmt::format("{}", *answer.closed_batch) : std::string("none");
  return fmt::format("batches={}..{} nodes={} closed={} sha256={} recipients={}", plan.range.first,
                     plan.range.last, answer.nodes, closed, to_hex(answer.sha256),
                     request.public_keys.size());
}

/// Marks the batch and writes the audit row; both are on the medium when this returns.
Result<void> record(const Machine& machine, KeyDatabase& database, const ExportRequest& request,
                    const Plan& plan, const ExportAnswer& answer) {
  const Time now = machine.clock.now();
  if (plan.closes) {
    const Batch::Export how{now, answer.nodes, last_part(request.output), answer.sha256};
    TOUCHSTONE_TRY_VOID(database.close_batch(*plan.closes, how));
  }
  TOUCHSTONE_TRY(const auto last, database.last_audit());
  const AuditText text{"export_keys", request.user, audit_text(request, plan, answer)};
  TOUCHSTONE_TRY_VOID(database.append(next_audit(last, now, text)));
  return database.commit();
}

ExportAnswer describe(const Network& network, const keyring::NodeRows& rows,
                      std::span<const crypto::RsaPublicKey> recipients) {
  ExportAnswer answer;
  answer.nodes = rows.size();
  for (const crypto::RsaPublicKey& key : recipients)
    answer.recipients.push_back(key.spki_sha256());
  answer.other_kms_key = answer.recipients.front() != network.kms_spki;
  return answer;
}

Result<ExportAnswer> export_from_database(const Machine& machine, const ExportRequest& request) {
  TOUCHSTONE_TRY(const auto recipients, read_recipients(machine.files, request));
  TOUCHSTONE_CHECK(!recipients.empty());
  TOUCHSTONE_TRY(const auto database, machine.databases.open(request.database));
  // The write lock from here on: a node provisioned in between would miss its batch.
  TOUCHSTONE_TRY_VOID(database->begin());
  TOUCHSTONE_TRY_VOID(undo_unfinished(machine.files, request.database));
  TOUCHSTONE_TRY(const Network network, database->network());
  TOUCHSTONE_TRY(const Plan plan, plan_export(*database, request));
  if (plan.empty) return ExportAnswer{};
  TOUCHSTONE_TRY(keyring::NodeRows rows, database->rows(plan.range));
  if (TOUCHSTONE_DEFECT("KU-12.last_node_lost") && rows.size() > 1) rows.pop_back();
  if (rows.empty() && TOUCHSTONE_DEFECT("LK-17.empty_is_error"))
    return fail(Errc::choice, "nothing to export");
  if (rows.empty()) return ExportAnswer{};

  TOUCHSTONE_TRY(
      const keyring::BatchFiles content,
      keyring::encode_batch(rows, last_part(request.output), network.keys.pwdh, recipients));
  ExportAnswer answer = describe(network, rows, recipients);
  answer.closed_batch = plan.closes;
  answer.sha256 = crypto::sha256(content.encrypted);

  machine.progress.step("writing the batch");
  if (TOUCHSTONE_DEFECT("LK-12.marked_first"))
    TOUCHSTONE_TRY_VOID(record(machine, *database, request, plan, answer));
  TOUCHSTONE_TRY_VOID(deliver(machine, request, content));
  if (TOUCHSTONE_DEFECT("LK-12.marked_first")) return answer;
  if (auto recorded = record(machine, *database, request, plan, answer); !recorded) {
    withdraw(machine, request);
    return std::unexpected(std::move(recorded).error());
  }
  return answer;
}

}  // namespace

Result<ExportAnswer> export_keys(const Machine& machine, const ExportRequest& request) {
  return located(request.database, export_from_database(machine, request));
}

}  // namespace touchstone::lks
