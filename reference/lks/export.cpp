#include "reference/lks/export.h"

#include <fmt/format.h>

#include <array>

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
  if (request.choice == Choice::all) return plan;
  if (request.choice == Choice::since) {
    plan.range.first = request.number;
    return plan;
  }
  const bool open_one = request.choice == Choice::open_batch;
  TOUCHSTONE_TRY(const auto batch,
                 open_one ? database.newest_batch() : database.batch(request.number));
  plan.empty = !batch || (open_one && batch->exported);
  if (plan.empty) return plan;
  plan.range = {batch->number, batch->number};
  if (!batch->exported) plan.closes = batch->number;
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
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

Result<void> refuse_standing(Files& files, const std::string& path) {
  const auto info = files.info(path);
  if (info) return located(path, Result<void>(fail(FileErrc::exists)));
  if (info.error().code != make_error_code(FileErrc::not_found))
    return std::unexpected(info.error());
  return {};
}

/// Three files that appear together. Published in an order in which the batch file comes last: the
/// KMS can import it from that moment on, and what was left before is only a companion.
class Delivery {
 public:
  Delivery(Files& files, const std::string& output, const keyring::BatchFiles& content)
      : files_(files),
        parts_{{{output + ".manifest", content.manifest, {}},
                {output + ".sig", content.signature, {}},
                {output, content.encrypted, {}}}} {}

  Result<void> publish() {
    for (Part& part : parts_)
      TOUCHSTONE_TRY_VOID(prepare(part));
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const bool is_batch_file = i + 1 == parts_.size();
      auto done = is_batch_file ? files_.publish_new(*parts_[i].pending, parts_[i].path)
                                : files_.publish_replacing(*parts_[i].pending, parts_[i].path);
      if (!done) {
        withdraw(i);
        return done;
      }
    }
    return sync();
  }

  /// Takes the names of the first `count` parts away again, the batch file's first.
  void withdraw(std::size_t count) {
    for (std::size_t i = count; i-- > 0;)
      static_cast<void>(files_.remove(parts_[i].path));
    static_cast<void>(files_.sync_folder_of(parts_.back().path));
  }
  void withdraw() { withdraw(parts_.size()); }

 private:
  struct Part {
    std::string path;
    OctetView content;
    std::unique_ptr<PendingFile> pending;
  };

  Result<void> prepare(Part& part) {
    TOUCHSTONE_TRY(part.pending, files_.create(part.path, FileAttributes{}));
    TOUCHSTONE_TRY_VOID(part.pending->write(part.content));
    return part.pending->sync();
  }

  Result<void> sync() {
    auto done = files_.sync_folder_of(parts_.back().path);
    if (!done) withdraw();
    return done;
  }

  Files& files_;
  std::array<Part, 3> parts_;
};

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

}  // namespace

Result<ExportAnswer> export_keys(const Machine& machine, const ExportRequest& request) {
  TOUCHSTONE_TRY(const auto recipients, read_recipients(machine.files, request));
  TOUCHSTONE_CHECK(!recipients.empty());
  TOUCHSTONE_TRY(const auto database, machine.databases.open(request.database));
  // The write lock from here on: a node provisioned in between would miss its batch.
  TOUCHSTONE_TRY_VOID(database->begin());
  TOUCHSTONE_TRY(const Network network, database->network());
  TOUCHSTONE_TRY(const Plan plan, plan_export(*database, request));
  if (plan.empty) return ExportAnswer{};
  TOUCHSTONE_TRY(const keyring::NodeRows rows, database->rows(plan.range));
  if (rows.empty()) return ExportAnswer{};

  TOUCHSTONE_TRY_VOID(refuse_standing(machine.files, request.output));
  TOUCHSTONE_TRY(
      const keyring::BatchFiles content,
      keyring::encode_batch(rows, last_part(request.output), network.keys.pwdh, recipients));
  ExportAnswer answer = describe(network, rows, recipients);
  answer.closed_batch = plan.closes;
  answer.sha256 = crypto::sha256(content.encrypted);

  machine.progress.step("writing the batch");
  Delivery delivery(machine.files, request.output, content);
  TOUCHSTONE_TRY_VOID(delivery.publish());
  if (auto recorded = record(machine, *database, request, plan, answer); !recorded) {
    delivery.withdraw();
    return std::unexpected(std::move(recorded).error());
  }
  return answer;
}

}  // namespace touchstone::lks
