// What leaves the local key server: groups BK, KU and LK through export_keys.

#include <fmt/format.h>

#include "conformance/oracle/node_database.h"
#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/file_limit.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

oracle::NodeDatabase stored(CaseContext& ctx, std::string_view requirement) {
  const auto read = oracle::read_node_database(ctx.sandbox().path(database));
  ctx.expect(read.has_value(), requirement, "a node key database", "it cannot be read");
  return *read;
}

/// put_lks and `nodes` nodes from 0x100 on in the open batch.
void put_nodes(CaseContext& ctx, std::uint32_t nodes) {
  put_lks(ctx);
  if (!provision(ctx, 0x100, nodes).ok()) ctx.inconclusive("provision failed");
}

std::vector<std::uint32_t> ids(const oracle::Rows& rows) {
  std::vector<std::uint32_t> list;
  for (const oracle::Row& row : rows)
    list.push_back(row.id);
  return list;
}

void expect_ids(CaseContext& ctx, std::string_view requirement, const oracle::Rows& rows,
                const std::vector<std::uint32_t>& expected) {
  ctx.expect_equal(requirement, "node ids", Json(expected), Json(ids(rows)));
}

void three_files_leave(CaseContext& ctx) {
  put_nodes(ctx, 3);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(export_keys(ctx, "out.rsa"), "BK-01", {0});
  for (const char* name : {"out.rsa", "out.rsa.sig", "out.rsa.manifest"})
    ctx.expect(ctx.sandbox().exists(name), "BK-01", fmt::format("the file {}", name),
               "it is missing");
  ctx.expect_unchanged(before, "BK-01", {"out.rsa", "out.rsa.sig", "out.rsa.manifest", database});
}

/// The whole way of the key: passphrase, Gateway key file, database, MAC.
void mac_key_comes_from_the_passphrase(CaseContext& ctx) {
  put_nodes(ctx, 2);
  export_keys(ctx, "out.rsa");
  const auto files = read_batch_files(ctx, "out.rsa");
  const oracle::Key16 pwdh = oracle::derive_pwdh(
      as_octets(passphrase), oracle::pwdh_salt(passphrase_network().base), oracle::quick_scrypt);
  const oracle::Key16 mac = oracle::aes_cmac(oracle::batch_mac_key(pwdh), files.encrypted);
  ctx.expect_octets("BK-04", "the signature file", mac, files.signature.value_or(Octets()));
}

void export_is_for_the_kms_and_the_others(CaseContext& ctx) {
  put_nodes(ctx, 2);
  ctx.sandbox().write("other.pub.pem", other_key().public_pem(), 0644);
  ctx.expect_exit(export_keys(ctx, "out.rsa", {{"recipient", {"other.pub.pem"}}}), "BK-02", {0});
  const auto files = read_batch_files(ctx, "out.rsa");
  const oracle::Key16& pwdh = passphrase_network().pwdh;
  ctx.expect(oracle::decode_batch(files, pwdh, kms_key(), true).has_value(), "BK-02",
             "the KMS opens the batch", "it does not");
  ctx.expect(oracle::decode_batch(files, pwdh, other_key(), true).has_value(), "BK-02",
             "the other recipient opens it", "it does not");
}

/// Batch 1: 0x100..0x102, batch 2: 0x200, batch 3 (open): 0x300 and 0x100 again.
void put_three_batches(CaseContext& ctx) {
  put_nodes(ctx, 3);
  export_keys(ctx, "one.rsa");
  provision(ctx, 0x200, 1);
  export_keys(ctx, "two.rsa");
  provision(ctx, 0x300, 1);
  provision(ctx, 0x100, 1, {{"reprovision", true}});
}

void newest_batch_alone_is_exported(CaseContext& ctx) {
  put_three_batches(ctx);
  ctx.expect_exit(export_keys(ctx, "out.rsa"), "BK-08", {0});
  expect_ids(ctx, "BK-08", judged_batch(ctx, "BK-08", "out.rsa"), {0x100, 0x300});
}

void all_or_a_part_is_exported(CaseContext& ctx) {
  put_three_batches(ctx);
  const oracle::NodeDatabase before = stored(ctx, "LK-07");
  export_keys(ctx, "all.rsa", {{"all", true}});
  ctx.expect(judged_batch(ctx, "BK-08", "all.rsa") == before.newest(), "BK-08",
             "--all exports the newest key of every node", "other rows");
  export_keys(ctx, "since.rsa", {{"since", 2}});
  expect_ids(ctx, "BK-08", judged_batch(ctx, "BK-08", "since.rsa"), {0x100, 0x200, 0x300});
  export_keys(ctx, "first.rsa", {{"batch", 1}});
  ctx.expect(judged_batch(ctx, "BK-08", "first.rsa") == before.of_batch(1), "BK-08",
             "--batch exports the rows of that batch", "other rows");
  const oracle::NodeDatabase after = stored(ctx, "LK-07");
  ctx.expect(!after.batches.at(3).exported, "LK-07", "--all and --since close no batch",
             "the open batch is closed");
}

void exported_names_are_free(CaseContext& ctx) {
  put_nodes(ctx, 1);
  ctx.sandbox().make_folder("delivery");
  ctx.expect_exit(export_keys(ctx, "delivery/March keys"), "BK-09", {0});
  const auto files = read_batch_files(ctx, "delivery/March keys");
  const auto manifest = oracle::read_manifest(files.manifest.value_or(Octets()));
  ctx.expect(manifest.has_value(), "BK-09", "a manifest", "none that can be read");
  ctx.expect_equal("BK-09", "the file in the manifest", "March keys", manifest->manifest.file);
}

void exported_body_is_canonical(CaseContext& ctx) {
  put_lks(ctx);
  provision(ctx, 0x500, 2);
  provision(ctx, 0x100, 2);
  provision(ctx, 0x300, 1);
  export_keys(ctx, "out.rsa");
  expect_ids(ctx, "BK-13", judged_batch(ctx, "BK-13", "out.rsa"),
             {0x100, 0x101, 0x300, 0x500, 0x501});
}

void exported_rows_are_those_of_the_database(CaseContext& ctx) {
  put_nodes(ctx, 4);
  provision(ctx, 0x101, 1, {{"reprovision", true}});
  provision(ctx, 0x101, 1, {{"reprovision", true}});
  export_keys(ctx, "out.rsa");
  const oracle::Rows rows = judged_batch(ctx, "KU-12", "out.rsa");
  ctx.expect(rows == stored(ctx, "KU-12").of_batch(1), "KU-12",
             "the rows of the batch, the highest count of a node alone", "other rows");
}

void export_asks_for_no_passphrase(CaseContext& ctx) {
  put_nodes(ctx, 1);
  ctx.expect_exit(export_keys(ctx, "out.rsa"), "KU-13", {0});
  put_kms(ctx);
  const Response response = import_batch(ctx, {{"input", {"out.rsa"}}});
  ctx.expect_exit(response, "KU-13", {0});
}

void export_closes_the_open_batch(CaseContext& ctx) {
  put_nodes(ctx, 2);
  export_keys(ctx, "one.rsa");
  provision(ctx, 0x200, 1);
  const oracle::NodeDatabase between = stored(ctx, "LK-09");
  ctx.expect(
      between.batches.size() == 2 && between.batches.contains(1) && between.batches.contains(2),
      "LK-09", "batches 1 and 2", "other numbers");
  ctx.expect(between.batches.at(1).exported && !between.batches.at(2).exported, "LK-09",
             "an export closes the open batch", "1 is open or 2 is closed");
  ctx.expect(between.batches.at(1).nodes == 2, "LK-09", "the closed batch counts two nodes",
             "another number");
  ctx.expect(between.of_batch(2).size() == 1, "LK-09", "one node in batch 2", "another number");
}

void closed_batch_is_exported_again(CaseContext& ctx) {
  put_nodes(ctx, 3);
  export_keys(ctx, "one.rsa");
  const oracle::Rows rows = judged_batch(ctx, "LK-12", "one.rsa");
  provision(ctx, 0x101, 1, {{"reprovision", true}});
  ctx.expect_exit(export_keys(ctx, "again.rsa", {{"batch", 1}}), "LK-12", {0});
  ctx.expect(judged_batch(ctx, "LK-12", "again.rsa") == rows, "LK-12",
             "the rows of the first export", "other rows");
}

/// The disk has room for the small companions alone: no file stays, and the batch stays open.
void failed_export_leaves_the_batch_open(CaseContext& ctx) {
  put_nodes(ctx, 40);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(export_keys(ctx, "no such folder/out.rsa"), "LK-12", {3, 12});
  ctx.expect(!stored(ctx, "LK-12").batches.at(1).exported, "LK-12", "the batch is still open",
             "it counts as exported");
  std::optional<Response> response;
  {
    const FileLimit full(1500);
    response = export_keys(ctx, "out.rsa");
  }
  ctx.expect_exit(*response, "LK-12", {12});
  // SQLite's own files, which it could not fold into the database without room.
  ctx.expect_unchanged(before, "LK-12", {database, "node_keys.db-wal", "node_keys.db-shm"});
  ctx.expect(!stored(ctx, "LK-12").batches.at(1).exported, "LK-12", "the batch is still open",
             "it counts as exported");
  ctx.expect_exit(export_keys(ctx, "out.rsa"), "LK-12", {0});
}

void nothing_to_export(CaseContext& ctx) {
  put_lks(ctx);
  for (const Json& choice : {Json::object(), Json{{"all", true}}, Json{{"batch", 1}}}) {
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.expect_exit(export_keys(ctx, "out.rsa", choice), "LK-17", {0});
    ctx.expect_unchanged(before, "LK-17", {database});
  }
  provision(ctx, 0x100, 1);
  export_keys(ctx, "out.rsa");
  ctx.expect_exit(export_keys(ctx, "more.rsa"), "LK-17", {0});
  ctx.expect(!ctx.sandbox().exists("more.rsa") && !ctx.sandbox().exists("more.rsa.manifest"),
             "LK-17", "no file for no node", "a file was made");
}

const std::vector<std::string> lks_files{"cmd.import_gw_keys", "cmd.provision", "cmd.export_keys",
                                         "format.ts1", "format.lks_database"};
const std::vector<std::string> lks_exits{"cmd.import_gw_keys",  "cmd.provision",
                                         "cmd.export_keys",     "format.ts1",
                                         "format.lks_database", "exit.codes"};

void add_choices(harness::Registry& registry) {
  add_rows(registry, {{"LK-07.AllOrAPartIsExported",
                       {"LK-07", "BK-08"},
                       lks_files,
                       "--all, --since and --batch choose rows; the first two close nothing",
                       all_or_a_part_is_exported},
                      {"LK-09.AnExportClosesTheOpenBatch",
                       {"LK-09"},
                       lks_files,
                       "Batch numbers start at 1 and rise with each export",
                       export_closes_the_open_batch},
                      {"LK-12.AClosedBatchIsExportedAgain",
                       {"LK-12"},
                       lks_files,
                       "A closed batch comes out again with the same rows",
                       closed_batch_is_exported_again},
                      {"LK-12.AFailedExportLeavesTheBatchOpen",
                       {"LK-12"},
                       lks_exits,
                       "A batch counts as exported only when its files are there",
                       failed_export_leaves_the_batch_open},
                      {"LK-17.AnExportOfNothingMakesNoFile",
                       {"LK-17"},
                       lks_exits,
                       "Without nodes export_keys ends with 0 and makes no file",
                       nothing_to_export}});
}

}  // namespace

void add_batch_export_cases(harness::Registry& registry) {
  add_rows(
      registry,
      {{"BK-01.ThreeFilesLeaveTheLks",
        {"BK-01"},
        lks_files,
        "An export makes batch, signature and manifest",
        three_files_leave},
       {"BK-02.AnExportIsForTheKms",
        {"BK-02"},
        {"cmd.import_gw_keys", "cmd.provision", "cmd.export_keys", "format.ts1",
         "batch.recipients"},
        "The KMS and each other recipient open an export",
        export_is_for_the_kms_and_the_others},
       {"BK-04.TheMacKeyComesFromThePassphrase",
        {"BK-04", "BK-03"},
        lks_needs,
        "An export is signed with the key that the passphrase gives",
        mac_key_comes_from_the_passphrase},
       {"BK-08.TheNewestBatchAloneIsExported",
        {"BK-08"},
        lks_needs,
        "Without a choice the open batch is exported",
        newest_batch_alone_is_exported},
       {"BK-09.ExportedNamesAreFree",
        {"BK-09"},
        lks_needs,
        "The user chooses the name; the manifest tells its last part",
        exported_names_are_free},
       {"BK-13.AnExportedBodyIsCanonical",
        {"BK-13"},
        lks_needs,
        "The body is node rows in keyring syntax in ascending id",
        exported_body_is_canonical},
       {"KU-12.AnExportHoldsTheRowsOfTheDatabase",
        {"KU-12"},
        lks_files,
        "export_keys delivers what provision has stored",
        exported_rows_are_those_of_the_database},
       {"KU-13.NoPassphraseIsAskedFor",
        {"KU-13"},
        {"cmd.import_gw_keys", "cmd.provision", "cmd.export_keys", "cmd.import_keys", "format.ts1"},
        "export_keys and import_keys ask for no passphrase",
        export_asks_for_no_passphrase}});
  add_choices(registry);
}

}  // namespace touchstone::conformance::suites::keyfiles
