#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "reference/base/defect.h"
#include "reference/commands/all_commands.h"
#include "reference/commands/errc.h"
#include "reference/commands/kms_machine.h"
#include "reference/kms/import.h"

namespace touchstone::commands {
namespace {

using Need = Option::Need;
using nlohmann::ordered_json;

constexpr std::array<Option, 14> options = {{
    {.name = "master",
     .letter = 'm',
     .argument = "FILE",
     .help = "keyring to merge into",
     .clause = "KU-04",
     .need = Need::required},
    {.name = "input",
     .letter = 'i',
     .argument = "FILE",
     .help = "batch key file of an LKS",
     .clause = "BK-12",
     .need = Need::required,
     .repeatable = true},
    {.name = "key",
     .letter = 'k',
     .argument = "PEM",
     .help = "RSA private key of the KMS",
     .clause = "KU-23",
     .need = Need::required},
    {.name = "signature",
     .letter = 's',
     .help = "verify the signature; this is always done",
     .clause = "KU-05"},
    {.name = "backup",
     .letter = 'b',
     .help = "keep the old keyring as NAME.YYMMDDhhmmss.EXTENSION",
     .clause = "KU-06"},
    {.name = "sig", .argument = "FILE", .help = "instead of INPUT.sig", .clause = "BK-10"},
    {.name = "manifest",
     .argument = "FILE",
     .help = "instead of INPUT.manifest",
     .clause = "BK-10"},
    {.name = "dry-run", .help = "print the plan and write nothing", .clause = "KU-18"},
    {.name = "strict", .help = "refuse what is only linted", .clause = "KR-14"},
    {.name = "on-conflict",
     .argument = "RULE",
     .help = "other key, same count: abort (default), keep or replace",
     .clause = "KU-19"},
    {.name = "max-replace",
     .argument = "N",
     .help = "most keys that one batch may replace; default 100",
     .clause = "KU-19"},
    {.name = "revive",
     .help = "let removed nodes come back with a higher count",
     .clause = "KU-27"},
    {.name = "accept-short-hex", .help = "pad a base of 31 digits on the left", .clause = "KR-13"},
    {.name = "key-passphrase-fd",
     .argument = "N",
     .help = "read the passphrase of an encrypted PEM file from descriptor N",
     .clause = "KU-23"},
}};

constexpr std::array exit_codes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};

Result<kms::OnConflict> read_rule(const Arguments& arguments) {
  const std::string rule = arguments.value("on-conflict").value_or("abort");
  if (TOUCHSTONE_DEFECT("KU-19.rule_ignored")) return kms::OnConflict::abort;
  if (rule == "abort") return kms::OnConflict::abort;
  if (rule == "keep") return kms::OnConflict::keep;
  if (rule == "replace") return kms::OnConflict::replace;
  return located("--on-conflict",
                 Result<kms::OnConflict>(fail(Errc::usage, "expected abort, keep or replace")));
}

Result<kms::ImportRequest> read_request(const Arguments& arguments) {
  const auto inputs = arguments.values("input");
  kms::ImportRequest request{.master = arguments.required("master"),
                             .inputs = {inputs.begin(), inputs.end()},
                             .key = arguments.required("key"),
                             .signature = arguments.value("sig"),
                             .manifest = arguments.value("manifest"),
                             .backup = arguments.has("backup"),
                             .dry_run = arguments.has("dry-run"),
                             .reading = {},
                             .merging = {}};
  if (TOUCHSTONE_DEFECT("KU-05.s_is_needed") && !arguments.has("signature"))
    return fail(Errc::usage, "expected -s");
  if (arguments.has("strict")) request.reading.strictness = keyring::Strictness::strict;
  request.reading.accept_short_hex = arguments.has("accept-short-hex");
  TOUCHSTONE_TRY(request.merging.on_conflict, read_rule(arguments));
  TOUCHSTONE_TRY(const auto most,
                 arguments.number("max-replace", 0, std::numeric_limits<std::uint32_t>::max()));
  request.merging.max_replace = most.value_or(request.merging.max_replace);
  request.merging.revive = arguments.has("revive");
  return request;
}

std::string_view reason_name(kms::Errc reason) {
  switch (reason) {
    case kms::Errc::same_key:
      return "KL-SAMEKEY";
    case kms::Errc::same_reprovision_key:
      return "KL-SAMEREP";
    case kms::Errc::too_many_replacements:
      return "max-replace";
    case kms::Errc::revoked:
      return "revoked";
    default:
      return "other-key";
  }
}

/// A conflict that is about no single node has none.
ordered_json conflict_json(const kms::BatchOutcome& outcome, const kms::MergeConflict& conflict) {
  ordered_json object = {{"input", outcome.input}, {"reason", reason_name(conflict.reason)}};
  if (conflict.reason != kms::Errc::too_many_replacements)
    object["node"] = print_node_id(conflict.node_id);
  return object;
}

void tell_skipped(Report& report, const kms::BatchOutcome& outcome) {
  constexpr std::size_t shown = 10;
  const auto& skipped = outcome.merge.skipped;
  if (skipped.empty()) return;
  std::string nodes;
  for (std::size_t i = 0; i < std::min(shown, skipped.size()); ++i)
    nodes += " " + print_node_id(skipped[i]);
  report.note(outcome.input,
              fmt::format("skipped {} stale and {} removed nodes:{}{}", outcome.merge.stale,
                          outcome.merge.revoked, nodes, skipped.size() > shown ? " ..." : ""));
}

void tell_outcome(Report& report, const kms::BatchOutcome& outcome, bool failed) {
  const kms::Merge& merge = outcome.merge;
  for (const kms::MergeConflict& conflict : merge.conflicts)
    if (!TOUCHSTONE_DEFECT("KU-22.no_conflicts"))
      report.json()["conflicts"].push_back(conflict_json(outcome, conflict));
  if (failed) return;
  tell_skipped(report, outcome);
  report.line(fmt::format("{}: {} added, {} replaced, {} unchanged, {} stale", outcome.input,
                          merge.added, merge.replaced, merge.unchanged, merge.stale));
  report.detail(
      fmt::format("{}: batch numbers {}", outcome.input, fmt::join(outcome.batch_numbers, " ")));
  if (!outcome.backup.empty()) report.line("kept " + outcome.backup);
}

void add_counts(Report& report, const kms::ImportAnswer& answer) {
  std::uint64_t added = 0, replaced = 0, unchanged = 0, stale = 0, revoked = 0, kept = 0;
  ordered_json backups = ordered_json::array();
  for (std::size_t i = 0; i < answer.outcomes.size(); ++i) {
    if (answer.error && i + 1 == answer.outcomes.size()) break;  // the one that failed
    const kms::Merge& merge = answer.outcomes[i].merge;
    added += merge.added;
    replaced += merge.replaced;
    unchanged += merge.unchanged;
    stale += merge.stale;
    revoked += merge.revoked;
    kept += merge.kept;
    if (!answer.outcomes[i].backup.empty()) backups.push_back(answer.outcomes[i].backup);
  }
  ordered_json& json = report.json();
  json["added"] = added;
  json["replaced"] = replaced;
  json["unchanged"] = unchanged;
  if (!TOUCHSTONE_DEFECT("KU-22.stale_left_out")) json["stale"] = stale;
  json["revoked"] = revoked;
  json["kept"] = kept;
  json["backups"] = std::move(backups);
}

Result<int> handle(Context& context) {
  TOUCHSTONE_TRY(kms::ImportRequest request, read_request(context.arguments));
  if (TOUCHSTONE_DEFECT("KU-25.root_relative") && !request.master.starts_with('/'))
    request.master = context.root + "/" + request.master;
  TOUCHSTONE_TRY(KmsMachine machine, KmsMachine::make(context));
  note_other_place(context, request.master);
  const kms::ImportAnswer answer = kms::import_keys(machine.machine(), request);
  Report& report = context.report;
  report.json()["dry_run"] = request.dry_run;
  report.json()["conflicts"] = ordered_json::array();
  add_counts(report, answer);
  report_findings(report, answer.findings);
  report_repairs(report, request.master, answer.repairs);
  for (const kms::BatchOutcome& outcome : answer.outcomes)
    tell_outcome(report, outcome, answer.error && &outcome == &answer.outcomes.back());
  if (answer.error) return std::unexpected(*answer.error);
  report.detail(fmt::format("{}: {} nodes", request.master, answer.nodes));
  report.json()["nodes"] = answer.nodes;
  return 0;
}

}  // namespace

Command import_keys_command() {
  return {
      .name = "import_keys",
      .purpose = "merges batch key files of an LKS into the keyring of the KMS",
      .teaching =
          "Each batch is verified with the passphrase hash of the keyring, decrypted with the\n"
          "key of -k, compared with its manifest and merged by node id: wholly or not at all.\n"
          "INPUT.sig and INPUT.manifest must lie beside INPUT. Importing a batch again changes\n"
          "nothing. Afterwards restart the KMS, or send it SIGHUP, so that it serves the keys.",
      .example =
          "import_keys -m /opt/onramp/keyring.csv -i batch_keys7.csv.rsa -k kms.priv.pem "
          "-s -v -b",
      .options = options,
      .exit_codes = exit_codes,
      .handler = handle};
}

}  // namespace touchstone::commands
