// The Gateway key file at the local key server: import_gw_keys.

#include <fmt/format.h>

#include "conformance/oracle/node_database.h"
#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/gateway_refusals.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

void put_files(CaseContext& ctx, const oracle::SignedFile& file) {
  ctx.sandbox().write("kms.pub.pem", kms_key().public_pem(), 0644);
  put_gateway_file(ctx, file);
}

oracle::SignedFile good() {
  return oracle::encode_gateway_file(good_gateway_file(), kms_key());
}

oracle::NodeDatabase stored(CaseContext& ctx, std::string_view requirement,
                            std::string_view name = database) {
  const auto read = oracle::read_node_database(ctx.sandbox().path(name));
  ctx.expect(read.has_value(), requirement, "a node key database", "it cannot be read");
  return *read;
}

void refuses_without_database(CaseContext& ctx, std::string_view requirement,
                              std::initializer_list<std::string_view> broken) {
  for (const WrongGatewayFile& wrong : wrong_gateway_files()) {
    if (std::ranges::find(broken, wrong.requirement) == broken.end()) continue;
    ctx.start_afresh();
    put_files(ctx, wrong.make());
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.counterexample("file", Json(wrong.name));
    const Response response = import_gateway_keys(ctx, {{"passphrases", {wrong.typed}}});
    ctx.expect_exit(response, requirement, {wrong.exit_code});
    ctx.expect_unchanged(before, requirement);
  }
}

void unsigned_file_makes_no_database(CaseContext& ctx) {
  refuses_without_database(ctx, "GW-09", {"GW-05", "GW-09", "GW-11"});
}

void missing_signature_makes_no_database(CaseContext& ctx) {
  put_files(ctx, good());
  ctx.sandbox().remove("gw_keys.csv.aes.sig");
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_gateway_keys(ctx), "GW-05", {4});
  ctx.expect_unchanged(before, "GW-05");
}

void malformed_file_makes_no_database(CaseContext& ctx) {
  refuses_without_database(ctx, "GW-13", {"GW-12", "GW-13", "GW-14", "GW-03"});
}

void wrong_passphrase_makes_no_database(CaseContext& ctx) {
  refuses_without_database(ctx, "GW-08", {"GW-08"});
}

void one_pair_serves_every_site(CaseContext& ctx) {
  put_files(ctx, good());
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_gateway_keys(ctx, {{"database", "north.db"}}), "GW-07", {0});
  ctx.expect_exit(import_gateway_keys(ctx, {{"database", "south.db"}}), "GW-07", {0});
  ctx.expect_unchanged(before, "GW-07", {"north.db", "south.db"});
  ctx.expect(stored(ctx, "GW-15", "north.db").network == stored(ctx, "GW-15", "south.db").network,
             "GW-15", "the same keys at both sites", "different keys");
}

void database_is_made(CaseContext& ctx) {
  put_files(ctx, good());
  ctx.expect_exit(import_gateway_keys(ctx), "KU-10", {0});
  ctx.expect(stored(ctx, "KU-10").network == passphrase_network(), "KU-10",
             "the four values of the Gateway key file in the database", "other values");
}

void passphrase_is_asked_once(CaseContext& ctx) {
  put_files(ctx, good());
  ctx.expect_exit(import_gateway_keys(ctx, {{"passphrases", Json::array()}}), "KU-11", {10});
  ctx.expect(!ctx.sandbox().exists(database), "KU-11", "no database without the passphrase",
             "a database was made");
  ctx.expect_exit(import_gateway_keys(ctx), "KU-11", {0});
}

void same_network_is_no_news(CaseContext& ctx) {
  put_lks(ctx);
  provision(ctx, 0x10, 2);
  const oracle::NodeDatabase before = stored(ctx, "LK-13");
  ctx.expect_exit(import_gateway_keys(ctx), "LK-13", {0});
  const oracle::NodeDatabase after = stored(ctx, "LK-13");
  ctx.expect(after.keys == before.keys && after.network == before.network, "LK-13",
             "the database keeps its keys", "it changed");
}

/// NG-11: another base under the same passphrase.
void other_network_is_refused(CaseContext& ctx) {
  put_lks(ctx);
  provision(ctx, 0x10, 2);
  const oracle::NodeDatabase before = stored(ctx, "LK-13");
  oracle::GatewayRecipe recipe = good_gateway_file();
  recipe.network.base = sample_key(501);
  recipe.network = oracle::with_passphrase(recipe.network, as_octets(passphrase), recipe.kdf);
  put_gateway_file(ctx, oracle::encode_gateway_file(recipe, kms_key()));
  ctx.expect_exit(import_gateway_keys(ctx), "LK-13", {8});
  const oracle::NodeDatabase after = stored(ctx, "LK-13");
  ctx.expect(after.network == before.network && after.keys == before.keys, "LK-13",
             "the database keeps its network", "it changed");
}

void site_has_a_range_of_its_own(CaseContext& ctx) {
  put_lks(ctx, {{"first_batch", 7000}});
  provision(ctx, 0x10, 1);
  export_keys(ctx, "out.rsa");
  const oracle::Rows rows = judged_batch(ctx, "LK-14", "out.rsa");
  ctx.expect(rows.size() == 1 && rows[0].batch == 7000, "LK-14", "batch 7000",
             "another batch number");
  provision(ctx, 0x11, 1);
  ctx.expect(stored(ctx, "LK-14").batches.contains(7001), "LK-14", "batch 7001 after it",
             "another batch number");
}

/// Batch 1 of another site beside our batch 1: kept as given, and told.
void equal_batch_numbers_are_kept(CaseContext& ctx) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch({row(0x90, 30, 1), row(0x91, 31, 1)})));
  const Response response = import_batch(ctx);
  ctx.expect_exit(response, "LK-14", {0});
  ctx.expect_finding(response, "LK-14", "KL-BATCHDUP");
  const oracle::Rows rows = judged_keyring(ctx, "LK-14").rows;
  ctx.expect(rows.size() == 5 && rows[3].batch == 1 && rows[4].batch == 1, "LK-14",
             "the batch number that the site gave", "another number");
}

const std::vector<std::string> takes{"cmd.import_gw_keys", "format.ts1", "exit.codes"};
const std::vector<std::string> looks{"cmd.import_gw_keys", "format.ts1", "format.lks_database"};
const std::vector<std::string> chains{"cmd.import_gw_keys",  "cmd.provision",
                                      "cmd.export_keys",     "format.ts1",
                                      "format.lks_database", "exit.codes"};

}  // namespace

void add_gateway_command_cases(harness::Registry& registry) {
  add_rows(registry, {{"GW-05.AMissingSignatureMakesNoDatabase",
                       {"GW-05", "GW-09"},
                       takes,
                       "Without its signature a Gateway key file is exit 4",
                       missing_signature_makes_no_database},
                      {"GW-07.OnePairServesEverySite",
                       {"GW-07", "GW-15"},
                       looks,
                       "The same two files make the database of every site",
                       one_pair_serves_every_site},
                      {"GW-08.AWrongPassphraseMakesNoDatabase",
                       {"GW-08"},
                       takes,
                       "Another passphrase is exit 10 and leaves no database",
                       wrong_passphrase_makes_no_database},
                      {"GW-09.AnUnsignedFileMakesNoDatabase",
                       {"GW-09", "GW-05", "GW-11"},
                       takes,
                       "A signature that does not verify is exit 4 and leaves no database",
                       unsigned_file_makes_no_database},
                      {"GW-13.AMalformedFileMakesNoDatabase",
                       {"GW-13", "GW-12", "GW-14"},
                       takes,
                       "A signed file out of its format is exit 6 and leaves no database",
                       malformed_file_makes_no_database},
                      {"KU-10.ImportMakesTheDatabase",
                       {"KU-10"},
                       looks,
                       "import_gw_keys stores the keys of the file",
                       database_is_made},
                      {"KU-11.ThePassphraseIsAskedOnce",
                       {"KU-11", "KU-15"},
                       takes,
                       "import_gw_keys asks for the passphrase, once",
                       passphrase_is_asked_once},
                      {"LK-13.TheSameNetworkIsNoNews",
                       {"LK-13"},
                       chains,
                       "A second import of the same network changes nothing",
                       same_network_is_no_news},
                      {"LK-13.AnotherNetworkIsRefused",
                       {"LK-13"},
                       chains,
                       "Another base is exit 8 and changes nothing",
                       other_network_is_refused},
                      {"LK-14.ASiteHasARangeOfItsOwn",
                       {"LK-14"},
                       chains,
                       "--first-batch sets the first batch number",
                       site_has_a_range_of_its_own},
                      {"LK-14.EqualBatchNumbersAreKept",
                       {"LK-14"},
                       {"cmd.import_keys", "format.ts1", "lint.codes"},
                       "A batch number of two sites is kept and told",
                       equal_batch_numbers_are_kept}});
}

}  // namespace touchstone::conformance::suites::keyfiles
