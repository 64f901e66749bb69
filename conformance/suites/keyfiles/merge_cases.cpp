// Merging and removing through the commands: KU-18, KU-19 and KU-27 (NI-01..NI-07).

#include <fmt/format.h>

#include <array>

#include "conformance/oracle/merge_model.h"
#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

/// Imports `batch` and judges exit code and keyring by the oracle's merge.
Response merges_as_the_oracle(CaseContext& ctx, std::string_view requirement,
                              const oracle::Rows& batch, const Json& changes = Json::object(),
                              const oracle::MergeRules& rules = oracle::MergeRules()) {
  const oracle::Keyring before = judged_keyring(ctx, requirement);
  put_batch(ctx, oracle::encode_batch(good_batch(batch)));
  const auto expected = oracle::merge(before, batch, rules);
  const Response response = import_batch(ctx, changes);
  ctx.expect_exit(response, requirement, {expected ? 0 : 8});
  const std::string text = oracle::print_keyring(expected ? expected->keyring : before);
  ctx.expect_octets(requirement, "the keyring", as_octets(text), ctx.sandbox().read(master));
  return response;
}

struct MergeCase {
  std::string_view name;
  oracle::Rows (*batch)();
  std::string_view finding = {};
};

// Against known_rows(): 0x10 count 0, 0x11 count 1, 0x12 count 2.
constexpr std::array merge_table{
    MergeCase{"new nodes before, between and after", [] { return new_rows(); }},
    MergeCase{"NI-01, the same rows", [] { return known_rows(); }},
    MergeCase{"NI-02, a lower count is stale beside a new node",
              [] { return oracle::Rows{row(0x12, 60, 2, 1), row(0x40, 61, 2)}; }},
    MergeCase{"another key and a higher count", [] { return oracle::Rows{row(0x10, 62, 2, 1)}; }},
    MergeCase{"NI-03, another key and the same count",
              [] { return oracle::Rows{row(0x0F, 63, 2), row(0x11, 64, 2, 1)}; }},
    MergeCase{"NI-04, the same key and a higher count",
              [] { return oracle::Rows{row(0x10, 1, 2, 1)}; }, "KL-SAMEREP"},
    MergeCase{"NI-05, a count that jumps", [] { return oracle::Rows{row(0x10, 65, 2, 5)}; },
              "KL-REPGAP"},
    MergeCase{"the key of another node", [] { return oracle::Rows{row(0x50, 2, 2)}; }},
    MergeCase{"the highest node id and the lowest",
              [] { return oracle::Rows{row(0, 67, 2), row(0xFFFFFFFF, 68, 2)}; }},
};

void merge_follows_the_rules(CaseContext& ctx) {
  for (const MergeCase& merged : merge_table) {
    ctx.start_afresh();
    put_kms(ctx);
    ctx.counterexample("batch", Json(merged.name));
    const Response response = merges_as_the_oracle(ctx, "KU-19", merged.batch());
    if (!merged.finding.empty() && ctx.has("lint.codes") && response.ok())
      ctx.expect_finding(response, "KU-19", merged.finding);
  }
}

void conflicts_are_settled_as_asked(CaseContext& ctx) {
  const oracle::Rows batch{row(0x10, 70, 2, 0), row(0x60, 71, 2)};
  for (const bool keep : {true, false}) {
    ctx.start_afresh();
    put_kms(ctx);
    oracle::MergeRules rules;
    rules.on_conflict = keep ? oracle::OnConflict::keep : oracle::OnConflict::replace;
    merges_as_the_oracle(ctx, "KU-19", batch, {{"on_conflict", keep ? "keep" : "replace"}}, rules);
  }
}

/// NI-07: 100 replacements are the most without --max-replace.
void replacements_are_limited(CaseContext& ctx) {
  for (const std::uint32_t count : {100U, 101U}) {
    const oracle::Rows before = many_rows(count);
    oracle::Rows batch = before;
    for (oracle::Row& row : batch) {
      row.key = sample_key(row.id + 90'000);
      ++row.count;
    }
    ctx.start_afresh();
    put_kms(ctx, before);
    merges_as_the_oracle(ctx, "KU-19", batch);
    oracle::MergeRules more;
    more.max_replace = 101;
    if (count > 100) merges_as_the_oracle(ctx, "KU-19", batch, {{"max_replace", 101}}, more);
  }
}

void conflict_in_the_last_row_undoes_all(CaseContext& ctx) {
  put_kms(ctx);
  oracle::Rows batch = new_rows();
  batch.insert(batch.begin() + 1, row(0x12, 72, 2, 2));  // another key, the same count
  put_batch(ctx, oracle::encode_batch(good_batch(batch)));
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx, {{"backup", true}}), "KU-18", {8});
  ctx.expect_unchanged(before, "KU-18", companions);
}

void dry_run_writes_nothing(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  const Snapshot before = ctx.sandbox().snapshot();
  const Response planned = import_batch(ctx, {{"dry_run", true}, {"backup", true}});
  ctx.expect_exit(planned, "KU-18", {0});
  ctx.expect_unchanged(before, "KU-18");
  const std::string text = planned.obs.value("stdout", "");
  ctx.expect(text.find("2 added") != std::string::npos, "KU-18", "the plan: 2 added",
             "it is not told");
}

void dry_run_of_a_forgery_is_refused(CaseContext& ctx) {
  put_kms(ctx);
  auto files = oracle::encode_batch(good_batch(new_rows()));
  files.signature->front() ^= 1;
  put_batch(ctx, files);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx, {{"dry_run", true}}), "KU-18", {4});
  ctx.expect_unchanged(before, "KU-18");
}

// remove_keys ------------------------------------------------------------------------------------

Response remove(CaseContext& ctx, const Json& nodes, const Json& changes = Json::object()) {
  Json args{{"master", master}, {"nodes", nodes}};
  args.update(changes);
  return ctx.call("cmd.remove_keys", std::move(args));
}

void removed_node_is_gone(CaseContext& ctx) {
  put_kms(ctx);
  ctx.expect_exit(remove(ctx, {"0x00000010", "0x00000012"}, {{"reason", "stolen"}}), "KU-27", {0});
  ctx.expect(judged_keyring(ctx, "KU-27").rows == oracle::Rows{known_rows()[1]}, "KU-27",
             "the other node alone", "other rows");
}

/// NI-06.
void old_batch_does_not_bring_it_back(CaseContext& ctx) {
  put_kms(ctx);
  remove(ctx, {"0x00000012"});
  const oracle::Keyring without = judged_keyring(ctx, "KU-27");
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x12, 3, 1, 2), row(0x30, 80, 2)})));
  ctx.expect_exit(import_batch(ctx), "KU-27", {0});
  oracle::Keyring expected = without;
  expected.rows.push_back(row(0x30, 80, 2));
  ctx.expect(judged_keyring(ctx, "KU-27") == expected, "KU-27", "the new node alone is imported",
             "the removed one is back");
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x12, 81, 3, 3)})));
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx), "KU-27", {8});
  ctx.expect_unchanged(before, "KU-27", companions);
  ctx.expect_exit(import_batch(ctx, {{"revive", true}}), "KU-27", {0});
  ctx.expect(judged_keyring(ctx, "KU-27").rows[2] == row(0x12, 81, 3, 3), "KU-27",
             "the node is revived with its new key", "it is not");
}

void removal_dry_run_writes_nothing(CaseContext& ctx) {
  put_kms(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(remove(ctx, {"0x00000010"}, {{"dry_run", true}}), "KU-18", {0});
  ctx.expect_unchanged(before, "KU-18");
}

void unknown_node_is_no_news(CaseContext& ctx) {
  put_kms(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(remove(ctx, {"0x00000077"}), "KU-27", {0});
  ctx.expect_unchanged(before, "KU-27", companions);
}

const std::vector<std::string> removes{"cmd.remove_keys", "format.ts1", "exit.codes"};
const std::vector<std::string> removes_and_imports{"cmd.remove_keys", "cmd.import_keys",
                                                   "format.ts1", "exit.codes", "merge.tombstones"};

}  // namespace

void add_merge_cases(harness::Registry& registry) {
  add_rows(registry, {{"KU-19.ImportsFollowTheMergeRules",
                       {"KU-19"},
                       import_exit_needs,
                       "Each rule of the merge gives its keyring and exit code",
                       merge_follows_the_rules},
                      {"KU-19.ConflictsAreSettledAsAsked",
                       {"KU-19"},
                       {"cmd.import_keys", "format.ts1", "exit.codes", "merge.policy"},
                       "--on-conflict keeps or replaces",
                       conflicts_are_settled_as_asked},
                      {"KU-19.ReplacementsAreLimited",
                       {"KU-19"},
                       {"cmd.import_keys", "format.ts1", "exit.codes", "merge.policy"},
                       "One batch replaces 100 keys at most, unless --max-replace says otherwise",
                       replacements_are_limited},
                      {"KU-18.AConflictInOneRowUndoesAll",
                       {"KU-18"},
                       import_exit_needs,
                       "A batch with one conflict changes nothing",
                       conflict_in_the_last_row_undoes_all},
                      {"KU-18.ADryRunWritesNothing",
                       {"KU-18"},
                       import_exit_needs,
                       "--dry-run tells the plan and makes no file, not even the audit",
                       dry_run_writes_nothing},
                      {"KU-18.ADryRunOfAForgeryIsRefused",
                       {"KU-18", "BK-06"},
                       import_exit_needs,
                       "--dry-run verifies as the run itself",
                       dry_run_of_a_forgery_is_refused},
                      {"KU-18.ADryRunRemovesNothing",
                       {"KU-18"},
                       removes,
                       "remove_keys --dry-run changes no file",
                       removal_dry_run_writes_nothing},
                      {"KU-27.ARemovedNodeIsGone",
                       {"KU-27"},
                       removes,
                       "remove_keys takes each named node out of the keyring",
                       removed_node_is_gone},
                      {"KU-27.AnOldBatchDoesNotBringItBack",
                       {"KU-27"},
                       removes_and_imports,
                       "A removed node comes back with a higher count and --revive alone",
                       old_batch_does_not_bring_it_back},
                      {"KU-27.AnUnknownNodeIsNoNews",
                       {"KU-27"},
                       removes,
                       "Removing a node that is not there changes nothing",
                       unknown_node_is_no_news}});
}

}  // namespace touchstone::conformance::suites::keyfiles
