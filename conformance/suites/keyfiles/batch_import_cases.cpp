// Group BK through import_keys: what a refused batch leaves behind, and what an accepted one does.

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "conformance/oracle/merge_model.h"
#include "conformance/suites/keyfiles/batch_refusals.h"
#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

/// Each row of `table` is refused with its exit code, and nothing is changed or left.
void refuses_untouched(CaseContext& ctx, std::string_view requirement,
                       std::span<const WrongBatch> table) {
  for (const WrongBatch& wrong : table) {
    ctx.start_afresh();
    put_kms(ctx);
    put_batch(ctx, wrong.make());
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.counterexample("batch", Json(wrong.name));
    const Response response = import_batch(ctx, {{"backup", true}});
    ctx.expect_exit(response, requirement, {wrong.exit_code});
    ctx.expect_unchanged(before, requirement, companions);
  }
}

void forged_batch_is_refused(CaseContext& ctx) {
  refuses_untouched(ctx, "BK-06", wrong_signatures());
}

void wrong_container_is_refused(CaseContext& ctx) {
  refuses_untouched(ctx, "BK-23", wrong_containers());
}

void bad_body_merges_nothing(CaseContext& ctx) {
  refuses_untouched(ctx, "BK-24", wrong_bodies());
}

void wrong_manifest_merges_nothing(CaseContext& ctx) {
  refuses_untouched(ctx, "BK-07", wrong_manifests());
}

void batch_is_merged(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  ctx.expect_exit(import_batch(ctx), "BK-01", {0});
  const auto merged =
      oracle::merge({passphrase_network(), known_rows()}, new_rows(), oracle::MergeRules());
  ctx.expect_octets("BK-01", "keyring.csv", as_octets(oracle::print_keyring(merged->keyring)),
                    ctx.sandbox().read(master));
}

void each_file_must_be_there(CaseContext& ctx) {
  const struct {
    std::string_view ending;
    int exit_code;
  } rows[] = {{"", 3}, {".sig", 4}, {".manifest", 7}};
  for (const auto& row : rows) {
    ctx.start_afresh();
    put_kms(ctx);
    put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
    ctx.sandbox().remove(fmt::format("{}{}", batch_name, row.ending));
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.expect_exit(import_batch(ctx), "BK-01", {row.exit_code});
    ctx.expect_unchanged(before, "BK-01", companions);
  }
}

/// MAC and container and manifest and merge all at fault, then one fewer each time.
void first_fault_gives_the_exit_code(CaseContext& ctx) {
  oracle::BatchRecipe recipe = good_batch({row(0x10, 9, 2, 0)});  // another key, the same count
  recipe.recipients = {other_key()};
  oracle::BatchFiles files = oracle::encode_batch(recipe);
  files.manifest.reset();
  files.signature->back() ^= 1;
  const auto import = [&](int exit_code) {
    ctx.start_afresh();
    put_kms(ctx);
    put_batch(ctx, files);
    ctx.expect_exit(import_batch(ctx), "BK-05", {exit_code});
  };
  import(4);
  files.signature->back() ^= 1;
  import(5);
  recipe.recipients = {kms_key()};
  files = oracle::encode_batch(recipe);
  const auto manifest = std::exchange(files.manifest, std::nullopt);
  import(7);
  files.manifest = manifest;
  import(8);
}

/// All MAC failures look the same to whoever sent the file.
void mac_failures_tell_one_message(CaseContext& ctx) {
  std::string first;
  for (const WrongBatch& wrong : wrong_signatures()) {
    ctx.start_afresh();
    put_kms(ctx);
    put_batch(ctx, wrong.make());
    ctx.counterexample("batch", Json(wrong.name));
    const Response response = import_batch(ctx);
    ctx.expect_exit(response, "BK-16", {4});
    const std::string message = response.obs.value("stderr", "");
    if (first.empty()) first = message;
    ctx.expect(message == first, "BK-16", "the same message for every MAC failure",
               "another message");
  }
}

void renamed_batch_is_imported(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())), "batch_keys7.bin");
  ctx.expect_exit(import_batch(ctx, {{"input", {"batch_keys7.bin"}}}), "BK-09", {0});
  ctx.expect(judged_keyring(ctx, "BK-09").rows.size() == 5, "BK-09", "five nodes",
             "another number of nodes");
}

void companions_are_found_by_name(CaseContext& ctx) {
  const oracle::BatchFiles files = oracle::encode_batch(good_batch(new_rows()));
  for (const char* name : {"batch.csv.rsa", "b", "batch.sig"}) {
    ctx.start_afresh();
    put_kms(ctx);
    put_batch(ctx, files, name);
    ctx.expect_exit(import_batch(ctx, {{"input", {name}}}), "BK-10", {0});
  }
}

/// The companions beside the batch are another batch's; those that the options name are right.
void companions_can_be_named(CaseContext& ctx) {
  const oracle::BatchFiles right = oracle::encode_batch(good_batch(new_rows()));
  const oracle::BatchFiles wrong = oracle::encode_batch(good_batch(known_rows()));
  const auto import = [&](const Json& changes, int exit_code) {
    ctx.start_afresh();
    put_kms(ctx);
    put_batch(ctx, right, "right");
    put_batch(ctx, {right.encrypted, wrong.signature, wrong.manifest});
    ctx.expect_exit(import_batch(ctx, changes), "BK-10", {exit_code});
  };
  import({{"sig", "right.sig"}, {"manifest", "right.manifest"}}, 0);
  import({{"sig", "right.sig"}}, 7);
  import({{"manifest", "right.manifest"}}, 4);
}

/// The second batch reprovisions a node of the first: in the other order it would be stale.
void batches_are_taken_in_order(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x40, 20, 2, 0)})), "z.rsa");
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x40, 21, 3, 1), row(0x41, 22, 3)})),
            "a.rsa");
  const Response response = import_batch(ctx, {{"input", {"z.rsa", "a.rsa"}}, {"json", true}});
  ctx.expect_exit(response, "BK-12", {0});
  const oracle::Rows rows = judged_keyring(ctx, "BK-12").rows;
  ctx.expect(rows.size() == 5 && rows[3] == row(0x40, 21, 3, 1) && rows[4] == row(0x41, 22, 3),
             "BK-12", "the rows of the second batch over those of the first", "other rows");
  if (!ctx.has("audit.log")) return;
  const Octets audit = ctx.sandbox().read("keyring.csv.audit");
  const std::string digest = to_hex(oracle::sha256(ctx.sandbox().read("z.rsa")));
  const std::string later = to_hex(oracle::sha256(ctx.sandbox().read("a.rsa")));
  const std::size_t first = as_text(audit).find(digest);
  ctx.expect(first != std::string_view::npos && first < as_text(audit).find(later), "BK-12",
             "the audit tells the batches in the order given", "another order");
}

/// A batch that fails leaves those before it merged, and nothing of itself.
void each_batch_is_atomic(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x40, 20, 2, 0)})), "first.rsa");
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x41, 23, 2), row(0x10, 21, 3, 0)})),
            "conflict.rsa");
  const Response response = import_batch(ctx, {{"input", {"first.rsa", "conflict.rsa"}}});
  ctx.expect_exit(response, "BK-12", {8});
  oracle::Rows expected = known_rows();
  expected.push_back(row(0x40, 20, 2, 0));
  ctx.expect(judged_keyring(ctx, "BK-12").rows == expected, "BK-12",
             "the first batch merged and nothing of the second", "other rows");
}

std::uint64_t inode(CaseContext& ctx, std::string_view name) {
  struct ::stat state{};
  return ::stat(ctx.sandbox().path(name).c_str(), &state) == 0 ? state.st_ino : 0;
}

/// NI-01: the second import of a batch is no news.
void importing_again_changes_nothing(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  if (!import_batch(ctx).ok()) ctx.inconclusive("the first import failed");
  const Snapshot before = ctx.sandbox().snapshot();
  const std::uint64_t file = inode(ctx, master);
  const Response again = import_batch(ctx, {{"backup", true}});
  ctx.expect_exit(again, "BK-22", {0});
  ctx.expect_unchanged(before, "BK-22", companions);
  ctx.expect(inode(ctx, master) == file, "BK-22", "the file is not written again",
             "another file stands in its place");
}

/// The same keys under another batch number are no news either: the row stays as it is.
void other_batch_number_changes_nothing(CaseContext& ctx) {
  put_kms(ctx);
  oracle::Rows rows = known_rows();
  for (oracle::Row& row : rows)
    row.batch = 9;
  put_batch(ctx, oracle::encode_batch(good_batch(rows)));
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx), "BK-22", {0});
  ctx.expect_unchanged(before, "BK-22", companions);
}

/// NB-16 and NM-08 under --strict: exit 13, and nothing is merged.
void strict_refuses_findings(CaseContext& ctx) {
  for (const WrongBatch& odd : odd_batches()) {
    if (odd.finding.empty()) continue;
    ctx.start_afresh();
    put_kms(ctx);
    put_batch(ctx, odd.make());
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.counterexample("batch", Json(odd.name));
    ctx.expect_exit(import_batch(ctx, {{"strict", true}}), odd.requirement, {13});
    ctx.expect_unchanged(before, odd.requirement, companions);
    ctx.expect_exit(import_batch(ctx), odd.requirement, {0});
  }
}

void add_refusals(harness::Registry& registry) {
  add_rows(registry, {{"BK-06.AForgedBatchLeavesTheKeyringUntouched",
                       {"BK-06", "BK-17"},
                       import_exit_needs,
                       "A batch whose MAC is wrong is exit 4 and changes no octet",
                       forged_batch_is_refused},
                      {"BK-23.AWrongContainerLeavesTheKeyringUntouched",
                       {"BK-23", "BK-14", "BK-18"},
                       import_exit_needs,
                       "A wrong container is exit 5 or 6 and changes no octet",
                       wrong_container_is_refused},
                      {"BK-24.ABadBodyLeavesTheKeyringUntouched",
                       {"BK-24", "BK-11", "BK-21"},
                       import_exit_needs,
                       "One bad row is exit 6 and merges nothing",
                       bad_body_merges_nothing},
                      {"BK-07.AWrongManifestLeavesTheKeyringUntouched",
                       {"BK-07", "BK-19", "BK-20"},
                       import_exit_needs,
                       "A manifest that differs is exit 6 or 7 and merges nothing",
                       wrong_manifest_merges_nothing},
                      {"BK-05.TheFirstFaultGivesTheExitCode",
                       {"BK-05"},
                       import_exit_needs,
                       "A batch with several faults is refused for the first of them",
                       first_fault_gives_the_exit_code},
                      {"BK-16.MacFailuresTellOneMessage",
                       {"BK-16"},
                       import_exit_needs,
                       "Every MAC failure gives one and the same message",
                       mac_failures_tell_one_message},
                      {"BK-23.StrictImportsRefuseFindings",
                       {"BK-23", "BK-19"},
                       {"cmd.import_keys", "format.ts1", "exit.codes", "lint.codes"},
                       "With --strict a finding is exit 13",
                       strict_refuses_findings}});
}

}  // namespace

void add_batch_import_cases(harness::Registry& registry) {
  add_refusals(registry);
  add_rows(registry, {{"BK-01.ABatchIsMerged",
                       {"BK-01"},
                       import_exit_needs,
                       "Three good files bring their nodes into the keyring",
                       batch_is_merged},
                      {"BK-01.AnImportNeedsAllThreeFiles",
                       {"BK-01"},
                       import_exit_needs,
                       "A missing file is told by its own exit code",
                       each_file_must_be_there},
                      {"BK-09.ARenamedBatchIsImported",
                       {"BK-09"},
                       import_exit_needs,
                       "The user chooses the names of the files",
                       renamed_batch_is_imported},
                      {"BK-10.CompanionsAreFoundByName",
                       {"BK-10"},
                       import_exit_needs,
                       "Signature and manifest stand beside the batch",
                       companions_are_found_by_name},
                      {"BK-10.CompanionsCanBeNamed",
                       {"BK-10"},
                       import_exit_needs,
                       "--sig and --manifest name other files",
                       companions_can_be_named},
                      {"BK-12.BatchesAreTakenInOrder",
                       {"BK-12"},
                       import_exit_needs,
                       "Several inputs are merged in the order given",
                       batches_are_taken_in_order},
                      {"BK-12.EachBatchIsAtomic",
                       {"BK-12", "KU-18"},
                       import_exit_needs,
                       "A batch that fails leaves those before it merged",
                       each_batch_is_atomic},
                      {"BK-22.ImportingAgainChangesNothing",
                       {"BK-22"},
                       import_exit_needs,
                       "The second import of a batch changes no octet and makes no backup",
                       importing_again_changes_nothing},
                      {"BK-22.AnotherBatchNumberChangesNothing",
                       {"BK-22"},
                       import_exit_needs,
                       "The same key and count are no news whatever the batch",
                       other_batch_number_changes_nothing}});
}

}  // namespace touchstone::conformance::suites::keyfiles
