// The audit beside a keyring: KU-28 (docs/formats/audit.md).

#include <fmt/format.h>

#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/folder_watch.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

constexpr std::string_view audit = "keyring.csv.audit";

struct Line {
  std::vector<std::string> columns;
  [[nodiscard]] const std::string& stage() const { return columns[4]; }
};

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(by);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The lines of the trail; a chain that does not hold fails.
std::vector<Line> judged_trail(CaseContext& ctx) {
  const Octets octets = ctx.sandbox().read(audit);
  std::string_view text = as_text(octets);
  ctx.expect(text.ends_with('\n'), "KU-28", "whole lines", "a torn line or none");
  text.remove_suffix(1);
  std::vector<Line> lines;
  Octets chain(32, 0);
  for (const std::string& line : split(text, '\n')) {
    const std::size_t comma = line.rfind(',');
    Octets covered = chain;
    const OctetView body = as_octets(std::string_view(line).substr(0, comma));
    covered.insert(covered.end(), body.begin(), body.end());
    const oracle::Sha256 digest = oracle::sha256(covered);
    chain.assign(digest.begin(), digest.end());
    lines.push_back({split(line, ',')});
    ctx.expect(lines.back().columns.size() == 10, "KU-28", "ten columns",
               fmt::format("{} columns", lines.back().columns.size()));
    ctx.expect_equal("KU-28", "the sequence", std::to_string(lines.size()),
                     lines.back().columns[0]);
    ctx.expect_equal("KU-28", "the chain value", "0x" + to_hex(chain), lines.back().columns[9]);
  }
  return lines;
}

std::vector<std::string> stages(const std::vector<Line>& lines) {
  std::vector<std::string> found;
  for (const Line& line : lines)
    found.push_back(line.stage());
  return found;
}

void import_new(CaseContext& ctx, std::uint32_t id, std::uint32_t key) {
  put_batch(ctx, oracle::encode_batch(good_batch({row(id, key, 2)})));
  ctx.expect_exit(import_batch(ctx), "KU-28", {0});
}

void runs_are_chained(CaseContext& ctx) {
  put_kms(ctx);
  const Octets before = ctx.sandbox().read(master);
  import_new(ctx, 0x30, 90);
  const Octets after = ctx.sandbox().read(master);
  const Octets input = ctx.sandbox().read(batch_name);
  ctx.expect_exit(import_batch(ctx), "KU-28", {0});
  ctx.sandbox().write("batch.csv.rsa.sig", OctetView(sample_key(900)), 0644);
  ctx.expect_exit(import_batch(ctx), "KU-28", {4});
  const std::vector<Line> lines = judged_trail(ctx);
  ctx.expect_equal("KU-28", "stages", Json{"intent", "done", "same", "refused"},
                   Json(stages(lines)));
  const auto digest = [](OctetView octets) { return "0x" + to_hex(oracle::sha256(octets)); };
  for (const std::size_t i : {0U, 1U}) {
    ctx.expect_equal("KU-28", "input", digest(input), lines[i].columns[5]);
    ctx.expect_equal("KU-28", "keyring before", digest(before), lines[i].columns[6]);
    ctx.expect_equal("KU-28", "keyring after", digest(after), lines[i].columns[7]);
  }
}

void intent_comes_before_the_keyring(CaseContext& ctx) {
  using Kind = FolderEvent::Kind;
  put_kms(ctx);
  import_new(ctx, 0x30, 90);
  FolderWatch watch(ctx.sandbox().folder());
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x31, 91, 2)})));
  static_cast<void>(watch.take());
  ctx.expect_exit(import_batch(ctx), "KU-28", {0});
  const auto events = watch.take();
  const long renamed = first_event(events, Kind::appeared, master);
  const long intent = first_event(events, Kind::written, audit);
  const long result = last_event(events, Kind::written, audit);
  ctx.expect(intent >= 0 && intent < renamed, "KU-28", "a line in the audit before the new keyring",
             "none");
  ctx.expect(result > renamed, "KU-28", "a line in the audit after it", "none");
}

void torn_line_is_repaired(CaseContext& ctx) {
  put_kms(ctx);
  import_new(ctx, 0x30, 90);
  const Octets whole = ctx.sandbox().read(audit);
  Octets torn = whole;
  const OctetView part = as_octets("3,2011-02-22T17:25:03Z,0,import_ke");
  torn.insert(torn.end(), part.begin(), part.end());
  ctx.sandbox().write(audit, OctetView(torn));
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x31, 91, 2)})));
  const Response response = import_batch(ctx);
  ctx.expect_exit(response, "KU-28", {0});
  ctx.expect(response.obs.value("stderr", "").find("torn") != std::string::npos, "KU-28",
             "the repair is told", "it is not");
  ctx.expect(judged_trail(ctx).size() >= 4, "KU-28", "the lines of both runs", "fewer");
  const Octets repaired = ctx.sandbox().read(audit);
  ctx.expect(as_text(repaired).starts_with(as_text(whole)), "KU-28",
             "the lines of the first run as they were", "others");
}

/// What a kill between rename and result line leaves: an intent alone.
void missing_result_is_added(CaseContext& ctx) {
  put_kms(ctx);
  import_new(ctx, 0x30, 90);
  const Octets whole = ctx.sandbox().read(audit);
  const std::string_view text = as_text(whole);
  ctx.sandbox().write(audit, text.substr(0, text.find('\n') + 1));
  import_new(ctx, 0x31, 91);
  const auto found = stages(judged_trail(ctx));
  ctx.expect_equal("KU-28", "stages", Json{"intent", "repaired", "intent", "done"}, Json(found));
}

/// A line that was changed afterwards is no torn line: the trail is refused.
void changed_trail_is_refused(CaseContext& ctx) {
  put_kms(ctx);
  import_new(ctx, 0x30, 90);
  Octets changed = ctx.sandbox().read(audit);
  const std::size_t at = as_text(changed).find("added=1");
  if (at == std::string_view::npos) ctx.inconclusive("the text of the audit line is another one");
  changed[at + 6] = '7';
  ctx.sandbox().write(audit, OctetView(changed));
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x31, 91, 2)})));
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx), "KU-28", {6});
  ctx.expect_unchanged(before, "KU-28", companions);
}

void only_companions_stay(CaseContext& ctx) {
  put_kms(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  import_batch(ctx);
  ctx.call("cmd.remove_keys", {{"master", master}, {"nodes", {"0x00000010"}}});
  ctx.expect_unchanged(before, "KU-28",
                       {master, audit, "keyring.csv.lock", "keyring.csv.tombstones",
                        "batch.csv.rsa", "batch.csv.rsa.sig", "batch.csv.rsa.manifest"});
  const Snapshot after = ctx.sandbox().snapshot();
  for (const char* name : {"keyring.csv.audit", "keyring.csv.lock", "keyring.csv.tombstones"}) {
    const auto found = after.find(name);
    ctx.expect(found != after.end() && found->second.mode == 0600, "KU-28",
               fmt::format("{} with mode 0600", name), "missing, or another mode");
  }
}

const std::vector<std::string> audits{"cmd.import_keys", "format.ts1", "exit.codes", "audit.log"};

}  // namespace

void add_audit_cases(harness::Registry& registry) {
  add_rows(registry, {{"KU-28.RunsAreChained",
                       {"KU-28"},
                       audits,
                       "Each run appends lines that are chained by hashes",
                       runs_are_chained},
                      {"KU-28.TheIntentComesBeforeTheKeyring",
                       {"KU-28"},
                       audits,
                       "An intent line stands before the keyring is replaced, a result line after",
                       intent_comes_before_the_keyring},
                      {"KU-28.ATornLineIsRepaired",
                       {"KU-28"},
                       audits,
                       "A torn last line is cut off, and that is told",
                       torn_line_is_repaired},
                      {"KU-28.AMissingResultIsAdded",
                       {"KU-28"},
                       audits,
                       "An intent without a result gets one from the next run",
                       missing_result_is_added},
                      {"KU-28.AChangedTrailIsRefused",
                       {"KU-28"},
                       audits,
                       "A trail whose chain does not hold is exit 6",
                       changed_trail_is_refused},
                      {"KU-28.OnlyCompanionsStay",
                       {"KU-28"},
                       {"cmd.import_keys", "cmd.remove_keys", "format.ts1", "audit.log"},
                       "Lock, audit and tombstones alone stay beside the keyring",
                       only_companions_stay}});
}

}  // namespace touchstone::conformance::suites::keyfiles
