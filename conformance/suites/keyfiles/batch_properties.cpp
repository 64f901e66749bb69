// What holds for every batch: any changed octet is refused, any batches merge as the oracle says,
// and what is provisioned arrives in the keyring.

#include <fmt/format.h>

#include "conformance/harness/property.h"
#include "conformance/oracle/merge_model.h"
#include "conformance/oracle/node_database.h"
#include "conformance/suites/keyfiles/batch_plan.h"
#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/octet_change.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

const oracle::BatchFiles& good_files() {
  static const oracle::BatchFiles files = oracle::encode_batch(good_batch(new_rows()));
  return files;
}

/// The good batch with one octet changed.
oracle::BatchFiles changed_files(CaseContext& ctx, const OctetChange& change) {
  oracle::BatchFiles files = good_files();
  Octets* parts[] = {&files.encrypted, &*files.signature, &*files.manifest};
  apply(change, *parts[change.file]);
  harness::classify(ctx, "batch", change.file == 0);
  harness::classify(ctx, "signature", change.file == 1);
  harness::classify(ctx, "manifest", change.file == 2);
  return files;
}

const std::vector<harness::RequiredClass> each_file{
    {"batch", 0.1}, {"signature", 0.1}, {"manifest", 0.1}};

void any_changed_octet_is_refused(CaseContext& ctx) {
  harness::property<OctetChange>(
      ctx, "any octet", {.classes = each_file}, [] { return arbitrary_change(3); },
      [](CaseContext& inner, const OctetChange& change) {
        const oracle::BatchFiles files = changed_files(inner, change);
        const auto expected =
            oracle::decode_batch(files, passphrase_network().pwdh, kms_key(), false);
        const Response response = decode_batch(inner, files);
        // A file name may be another one; everything else in the three files counts.
        if (expected) return inner.expect_accepted(response, "BK-19");
        if (expected.error().exit_code == 4)
          return inner.expect_rejected(response, "BK-15", {RejectClass::signature});
        inner.expect_rejected(response, "BK-19");
      });
}

void any_changed_octet_leaves_the_keyring(CaseContext& ctx) {
  harness::property<OctetChange>(
      ctx, "any octet", {.classes = each_file, .cost = 4, .fresh_sandbox = true},
      [] { return arbitrary_change(3); },
      [](CaseContext& inner, const OctetChange& change) {
        const oracle::BatchFiles files = changed_files(inner, change);
        const auto expected =
            oracle::decode_batch(files, passphrase_network().pwdh, kms_key(), false);
        put_kms(inner);
        put_batch(inner, files);
        const Snapshot before = inner.sandbox().snapshot();
        const Response response = import_batch(inner);
        if (expected) return inner.expect_exit(response, "BK-07", {0});
        inner.expect_exit(response, expected.error().exit_code == 4 ? "BK-06" : "BK-07",
                          {expected.error().exit_code});
        inner.expect_unchanged(before, "BK-06", companions);
      });
}

/// Imports the batches one by one beside the model; a refused one leaves the keyring as it was.
void check_plan(CaseContext& ctx, const BatchPlan& plan) {
  oracle::Keyring model{passphrase_network(), {}};
  put_kms(ctx, {});
  for (const oracle::Rows& batch : plan.batches) {
    put_batch(ctx, oracle::encode_batch(good_batch(batch)));
    const auto expected = oracle::merge(model, batch, oracle::MergeRules());
    harness::classify(ctx, "conflict", !expected);
    if (expected) {
      harness::classify(ctx, "replaced", expected->replaced != 0);
      harness::classify(ctx, "stale", expected->stale != 0);
      model = expected->keyring;
    }
    ctx.expect_exit(import_batch(ctx), "KU-19", {expected ? 0 : 8});
    ctx.expect_octets("KU-18", "the keyring", as_octets(oracle::print_keyring(model)),
                      ctx.sandbox().read(master));
  }
}

void batches_merge_as_the_oracle(CaseContext& ctx) {
  harness::property<BatchPlan>(
      ctx, "batches",
      {.classes = {{"conflict", 0.05}, {"replaced", 0.05}, {"stale", 0.05}},
       .cost = 4,
       .fresh_sandbox = true},
      arbitrary_plan, check_plan);
}

oracle::NodeDatabase stored(CaseContext& ctx) {
  const auto read = oracle::read_node_database(ctx.sandbox().path(database));
  ctx.expect(read.has_value(), "LK-08", "a node key database", "it cannot be read");
  return *read;
}

/// Exports the open batch, judges it by the database, and imports it into the keyring.
void deliver(CaseContext& ctx, std::uint32_t number) {
  const std::string name = fmt::format("batch{}.rsa", number);
  const oracle::NodeDatabase before = stored(ctx);
  ctx.expect_exit(export_keys(ctx, name), "KU-12", {0});
  ctx.expect(judged_batch(ctx, "KU-12", name) == before.of_batch(number), "KU-12",
             "the rows of the open batch", "other rows");
  ctx.expect_exit(import_batch(ctx, {{"input", {name}}}), "KU-12", {0});
}

void check_runs(CaseContext& ctx, const std::vector<ProvisionRun>& runs) {
  put_lks(ctx);
  put_keyring(ctx, {passphrase_network(), {}});
  std::map<std::uint32_t, std::uint32_t> counts;
  std::uint32_t open = 1;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const ProvisionRun& run = runs[i];
    const Response made = provision(ctx, run.first, run.nodes, {{"reprovision", true}});
    ctx.expect_exit(made, "LK-08", {0});
    for (std::uint32_t n = 0; n < run.nodes; ++n) {
      const auto [known, is_new] = counts.emplace(run.first + n, 0);
      if (!is_new) ++known->second;
      harness::classify(ctx, "reprovisioned", !is_new);
    }
    if (run.export_after || i + 1 == runs.size()) deliver(ctx, open++);
  }
  const oracle::Rows newest = stored(ctx).newest();
  for (const oracle::Row& row : newest)
    ctx.expect(counts.at(row.id) == row.count, "LK-08",
               fmt::format("count {} of node 0x{:08x}", counts.at(row.id), row.id),
               fmt::format("count {}", row.count));
  ctx.expect(judged_keyring(ctx, "KU-12").rows == newest, "KU-12",
             "the newest key of every node in the keyring", "other rows");
}

void provisioned_keys_arrive(CaseContext& ctx) {
  harness::property<std::vector<ProvisionRun>>(
      ctx, "runs", {.classes = {{"reprovisioned", 0.05}}, .cost = 20, .fresh_sandbox = true},
      arbitrary_runs, check_runs);
}

}  // namespace

void add_batch_properties(harness::Registry& registry) {
  add_rows(registry, {{"BK-15.AnyChangedOctetIsRefused",
                       {"BK-15", "BK-19", "BK-06"},
                       {"batch.decode", "format.ts1"},
                       "Any single changed octet of the three files is refused",
                       any_changed_octet_is_refused},
                      {"BK-06.AnyChangedOctetLeavesTheKeyringUntouched",
                       {"BK-06", "BK-07"},
                       {"cmd.import_keys", "format.ts1", "exit.codes"},
                       "Whatever octet is changed, the keyring keeps all of its own",
                       any_changed_octet_leaves_the_keyring},
                      {"KU-19.BatchesMergeAsTheOracle",
                       {"KU-19", "KU-18"},
                       {"cmd.import_keys", "format.ts1", "exit.codes"},
                       "Any batches imported in order give the keyring of the rules",
                       batches_merge_as_the_oracle},
                      {"KU-12.ProvisionedKeysArrive",
                       {"KU-12", "LK-08"},
                       {"cmd.import_gw_keys", "cmd.provision", "cmd.export_keys", "cmd.import_keys",
                        "format.ts1", "format.lks_database", "exit.codes"},
                       "What is provisioned and exported stands in the keyring",
                       provisioned_keys_arrive}});
}

}  // namespace touchstone::conformance::suites::keyfiles
