#include "reference/kms/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reference/base/defect.h"
#include "reference/base/durable_write.h"
#include "reference/base/exit_class.h"
#include "reference/crypto/digest.h"
#include "reference/keyring/batch.h"
#include "reference/kms/master.h"
#include "reference/kms/private_key.h"
#include "reference/kms/tombstones.h"

namespace touchstone::kms {
namespace {

using keyring::NodeRow;
using keyring::NodeRows;

/// The manifest has at most one shorter row for each row of the batch; more is a mismatch before it
/// is read (NM-11).
constexpr std::uint64_t manifest_slack = 64 << 10;
constexpr std::uint64_t max_signature_octets = 4096;
constexpr std::size_t max_listed_numbers = 100;

/// One batch as it came.
struct Delivery {
  std::string input;
  SecretOctets encrypted;
  std::optional<SecretOctets> signature;
  std::optional<SecretOctets> manifest;
};

/// The content of a companion file; nothing when it is missing, `oversized` when no companion can
/// be that large.
Result<std::optional<SecretOctets>> read_companion(Files& files, const std::string& path,
                                                   std::uint64_t limit, keyring::Errc oversized) {
  Result<SecretOctets> content = files.read(path, limit, Access::any);
  if (content) return std::optional<SecretOctets>(std::move(*content));
  if (content.error().code == make_error_code(FileErrc::not_found)) return std::nullopt;
  if (content.error().code == make_error_code(FileErrc::too_large))
    return located(path, Result<std::optional<SecretOctets>>(fail(oversized)));
  return std::unexpected(content.error());
}

Result<Delivery> read_delivery(Files& files, const ImportRequest& request,
                               const std::string& input) {
  Delivery delivery{.input = input, .encrypted = {}, .signature = {}, .manifest = {}};
  TOUCHSTONE_TRY(delivery.encrypted, files.read(input, keyring::max_file_octets, Access::any));
  const std::string stem =
      TOUCHSTONE_DEFECT("BK-10.stem_of_name") ? input.substr(0, input.rfind('.')) : input;
  const auto& named =
      TOUCHSTONE_DEFECT("BK-10.sig_ignored") ? std::optional<std::string>() : request.signature;
  TOUCHSTONE_TRY(delivery.signature,
                 read_companion(files, named.value_or(stem + ".sig"), max_signature_octets,
                                keyring::Errc::signature_bad));
  TOUCHSTONE_TRY(
      delivery.manifest,
      read_companion(files,
                     TOUCHSTONE_DEFECT("BK-10.manifest_ignored")
                         ? input + ".manifest"
                         : request.manifest.value_or(input + ".manifest"),
                     delivery.encrypted.size() + manifest_slack, keyring::Errc::manifest_mismatch));
  return delivery;
}

std::optional<OctetView> view(const std::optional<SecretOctets>& octets) {
  if (!octets) return std::nullopt;
  return OctetView(*octets);
}

std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::vector<std::uint32_t> numbers_of(const NodeRows& rows) {
  std::set<std::uint32_t> numbers;
  for (const NodeRow& row : rows)
    if (numbers.empty() || *numbers.rbegin() != row.batch) numbers.insert(row.batch);
  std::vector<std::uint32_t> listed;
  for (const std::uint32_t number : numbers)
    if (listed.size() < max_listed_numbers) listed.push_back(number);
  return listed;
}

std::string counts_of(const Merge& merge) {
  return fmt::format("added={} replaced={} unchanged={} stale={} kept={} revoked={}", merge.added,
                     merge.replaced, merge.unchanged, merge.stale, merge.kept, merge.revoked);
}

/// Everything that one run of import_keys holds.
class Import {
 public:
  Import(Machine& machine, const ImportRequest& request, ImportAnswer& answer)
      : machine_(machine), request_(request), answer_(answer) {}

  Result<void> run() {
    if (request_.inputs.size() > 1 && (request_.signature || request_.manifest))
      return fail(Errc::several_inputs);
    for (const std::string& input : request_.inputs)
      if (machine_.files.absolute(input) == machine_.files.absolute(request_.master))
        return located(input, Result<void>(fail(Errc::same_file)));
    TOUCHSTONE_TRY_VOID(exists(request_.master));
    TOUCHSTONE_TRY(const crypto::RsaPrivateKey key,
                   read_private_key(machine_.files, request_.key, machine_.key_passphrases));
    if (TOUCHSTONE_DEFECT("KU-13.asks"))
      TOUCHSTONE_TRY_VOID(machine_.passphrases.ask("Passphrase"));
    TOUCHSTONE_TRY(Master master,
                   Master::open(machine_, request_.master, "import_keys", request_.dry_run,
                                request_.reading, answer_.findings));
    answer_.repairs = master.repairs();
    std::vector<std::string> inputs = request_.inputs;
    if (TOUCHSTONE_DEFECT("BK-12.last_first")) std::ranges::reverse(inputs);
    if (TOUCHSTONE_DEFECT("BK-12.first_alone")) inputs.resize(1);
    for (const std::string& input : inputs)
      TOUCHSTONE_TRY_VOID(located(input, import_one(master, key, input)));
    answer_.nodes = master.keyring().nodes.size();
    return {};
  }

 private:
  Result<void> exists(const std::string& path) {
    TOUCHSTONE_TRY_VOID(located(path, machine_.files.info(path)));
    return {};
  }

  Result<void> import_one(Master& master, const crypto::RsaPrivateKey& key,
                          const std::string& input) {
    answer_.outcomes.push_back({.input = input, .merge = {}, .batch_numbers = {}, .backup = {}});
    AuditEvent event;
    attempted_ = false;
    Result<void> result = plan(master, key, event);
    if (result) result = carry_out(master, event);
    if (!result && !attempted_ && !TOUCHSTONE_DEFECT("KU-28.refusal_untold")) {
      event.stage = AuditEvent::Stage::refused;
      event.text = fmt::format("exit={}", exit_code(result.error()));
      static_cast<void>(master.note(event));
    }
    return result;
  }

  /// Verify, decrypt, compare, merge in memory (BK-05). Fills the outcome; changes nothing.
  Result<void> plan(Master& master, const crypto::RsaPrivateKey& key, AuditEvent& event) {
    BatchOutcome& outcome = answer_.outcomes.back();
    TOUCHSTONE_TRY(NodeRows rows, read_rows(master, key, outcome.input, event));
    outcome.batch_numbers = numbers_of(rows);
    TOUCHSTONE_TRY(const TombstoneFile tombstones,
                   read_tombstones(machine_.files, request_.master));
    if (tombstones.torn) answer_.repairs.emplace_back("the last tombstone is torn");
    machine_.progress.step("merging " + outcome.input);
    outcome.merge = merge(master.keyring().nodes, rows, tombstones.stones, request_.merging);
    for (const Finding& finding : outcome.merge.findings)
      answer_.findings.push_back({request_.master, finding});
    if (outcome.merge.conflict_count != 0 && !TOUCHSTONE_DEFECT("KU-18.partial"))
      return refuse(outcome.merge);
    const bool strict = request_.reading.strictness == keyring::Strictness::strict;
    if (strict && !outcome.merge.findings.empty()) return fail(keyring::Errc::findings);
    return {};
  }

  Result<NodeRows> read_rows(Master& master, const crypto::RsaPrivateKey& key,
                             const std::string& input, AuditEvent& event) {
    machine_.progress.step("reading " + input);
    TOUCHSTONE_TRY(const Delivery delivery, read_delivery(machine_.files, request_, input));
    event.input = crypto::sha256(delivery.encrypted);
    machine_.progress.step("verifying and decrypting " + input);
    const std::string name = base_name(input);
    Findings findings;
    Result<NodeRows> rows = keyring::decode_batch({.encrypted = delivery.encrypted,
                                                   .signature = view(delivery.signature),
                                                   .manifest = view(delivery.manifest),
                                                   .file_name = name},
                                                  master.keyring().network.pwdh, key,
                                                  request_.reading.strictness, findings);
    for (Finding& finding : findings)
      answer_.findings.push_back({input, std::move(finding)});
    return rows;
  }

  static Result<void> refuse(const Merge& merge) {
    const MergeConflict& first = merge.conflicts.front();
    if (first.reason == Errc::too_many_replacements)
      return fail(first.reason, fmt::format("{} replacements", merge.replaced));
    return fail(first.reason,
                fmt::format("node 0x{:08x}; {} in all", first.node_id, merge.conflict_count));
  }

  Result<void> carry_out(Master& master, AuditEvent& event) {
    BatchOutcome& outcome = answer_.outcomes.back();
    event.text = counts_of(outcome.merge);
    if (TOUCHSTONE_DEFECT("KU-21.key_in_audit") && !outcome.merge.rows.empty())
      event.text += " " + to_hex(outcome.merge.rows.front().root_key);
    NodeRows rows = std::move(outcome.merge.rows);
    outcome.merge.rows = {};
    if (!outcome.merge.changes() && !TOUCHSTONE_DEFECT("BK-22.always_written")) {
      event.stage = AuditEvent::Stage::same;
      attempted_ = true;
      return master.note(event);
    }
    master.set_nodes(std::move(rows));
    if (request_.dry_run && TOUCHSTONE_DEFECT("KU-18.dry_run_audited"))
      TOUCHSTONE_TRY_VOID(
          machine_.files.append(audit_name(request_.master), as_octets("dry\n"), {}));
    if (request_.dry_run) return {};
    const bool wanted = request_.backup && !TOUCHSTONE_DEFECT("KU-07.none_made");
    if ((wanted && !backed_up_) || TOUCHSTONE_DEFECT("KU-06.always"))
      outcome.backup = backup_name(request_.master, machine_.clock.local(machine_.clock.now()));
    attempted_ = true;
    Result<void> replaced = master.replace(machine_, event, outcome.backup);
    outcome.written = replaced.has_value();
    backed_up_ = backed_up_ || replaced.has_value();
    if (!replaced) outcome.backup.clear();
    return replaced;
  }

  Machine& machine_;
  const ImportRequest& request_;
  ImportAnswer& answer_;
  bool attempted_ = false;  ///< the audit has the outcome already
  bool backed_up_ = false;  ///< the backup is the keyring before the run, not before each input
};

}  // namespace

ImportAnswer import_keys(Machine& machine, const ImportRequest& request) {
  ImportAnswer answer;
  if (Result<void> result = Import(machine, request, answer).run(); !result)
    answer.error = std::move(result).error();
  return answer;
}

Result<void> lint_keyring(Files& files, const std::string& path, keyring::Strictness strictness,
                          Findings& findings) {
  TOUCHSTONE_TRY(const SecretOctets text,
                 files.read(path, keyring::max_file_octets, Access::secret));
  TOUCHSTONE_TRY_VOID(
      located(path, keyring::parse_keyring(text, {.strictness = strictness}, findings)));
  return {};
}

}  // namespace touchstone::kms
