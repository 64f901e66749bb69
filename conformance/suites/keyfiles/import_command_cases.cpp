// import_keys as a command: options, key files, locks and outputs (group KU).

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "conformance/oracle/merge_model.h"
#include "conformance/suites/keyfiles/case_groups.h"
#include "conformance/suites/keyfiles/file_limit.h"
#include "conformance/suites/keyfiles/folder_watch.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

void put_good(CaseContext& ctx, const oracle::Rows& rows = new_rows()) {
  put_kms(ctx);
  put_batch(ctx, oracle::encode_batch(good_batch(rows)));
}

Response command_line(CaseContext& ctx, const Json& argv, const Json& lines = Json::array()) {
  return ctx.call("cli.run", {{"tool", "import_keys"}, {"argv", argv}, {"lines", lines}});
}

void command_of_the_guide(CaseContext& ctx) {
  put_good(ctx);
  const Response response = command_line(
      ctx, {"-m", "./keyring.csv", "-i", "batch.csv.rsa", "-k", "./kms.pem", "-s", "-v"});
  ctx.expect_exit(response, "KU-04", {0});
  ctx.expect(judged_keyring(ctx, "KU-04").rows.size() == 5, "KU-04", "five nodes",
             "another number of nodes");
}

/// A forged batch is refused with and without -s.
void verification_is_always_done(CaseContext& ctx) {
  put_good(ctx);
  ctx.sandbox().write("batch.csv.rsa.sig", OctetView(sample_key(900)), 0644);
  const Snapshot before = ctx.sandbox().snapshot();
  for (const bool asked : {false, true}) {
    ctx.expect_exit(import_batch(ctx, {{"signature", asked}}), "KU-05", {4});
    ctx.expect_unchanged(before, "KU-05", companions);
  }
  put_good(ctx);
  ctx.expect_exit(import_batch(ctx), "KU-05", {0});
}

/// NB-11, NB-12 and the three forms of KU-23.
void pem_forms_are_read(CaseContext& ctx) {
  put_good(ctx);
  for (const std::string& pem : {kms_key().private_pem(), kms_key().private_pkcs1_pem()}) {
    put_kms(ctx);
    ctx.sandbox().write("kms.pem", pem);
    ctx.expect_exit(import_batch(ctx), "KU-23", {0});
  }
  put_kms(ctx);
  ctx.sandbox().write("kms.pem", sample_pems::kms_encrypted());
  const Json argv{"-m",      "keyring.csv",         "-i", "batch.csv.rsa", "-k",
                  "kms.pem", "--key-passphrase-fd", "0"};
  ctx.expect_exit(command_line(ctx, argv, {"not its passphrase"}), "KU-23", {3, 10});
  ctx.expect_exit(command_line(ctx, argv, {sample_pems::key_file_passphrase}), "KU-23", {0});
}

void other_key_files_are_refused(CaseContext& ctx) {
  put_good(ctx);
  const struct {
    std::string pem;
    int exit_code;
    std::uint32_t mode;
  } rows[] = {{kms_key().public_pem(), 3, 0600},
              {std::string(sample_pems::elliptic()), 3, 0600},
              {"no PEM at all\n", 3, 0600},
              {kms_key().private_pem(), 3, 0644}};
  for (const auto& row : rows) {
    ctx.sandbox().remove("kms.pem");
    ctx.sandbox().write("kms.pem", row.pem, row.mode);
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.expect_exit(import_batch(ctx), "KU-23", {row.exit_code});
    ctx.expect_unchanged(before, "KU-23", companions);
  }
}

void short_key_is_refused(CaseContext& ctx) {
  put_good(ctx);
  ctx.sandbox().write("kms.pem", sample_pems::short_rsa());
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(import_batch(ctx), "KU-24", {2});
  ctx.expect_unchanged(before, "KU-24", companions);
}

/// --root has a keyring of its own, which a relative -m does not mean.
void relative_master_is_in_the_working_folder(CaseContext& ctx) {
  put_good(ctx);
  ctx.sandbox().make_folder("onramp");
  put_keyring(ctx, {passphrase_network(), {}}, "onramp/keyring.csv");
  const Octets service = ctx.sandbox().read("onramp/keyring.csv");
  const Response response = command_line(
      ctx, {"-m", "keyring.csv", "-i", "batch.csv.rsa", "-k", "kms.pem", "--root", "onramp"});
  ctx.expect_exit(response, "KU-25", {0});
  ctx.expect_octets("KU-25", "the keyring of --root", service,
                    ctx.sandbox().read("onramp/keyring.csv"));
  ctx.expect(judged_keyring(ctx, "KU-25").rows.size() == 5, "KU-25",
             "the nodes in the keyring of the working folder", "they are not there");
}

// Writing ----------------------------------------------------------------------------------------

/// What an observer of the folder sees: the keyring is never written, another file takes its name.
void keyring_is_replaced_in_one_step(CaseContext& ctx) {
  put_good(ctx);
  using Kind = FolderEvent::Kind;
  FolderWatch watch(ctx.sandbox().folder());
  ctx.expect_exit(import_batch(ctx), "KU-17", {0});
  const auto events = watch.take();
  ctx.expect(first_event(events, Kind::appeared, master) >= 0, "KU-17",
             "a new file takes the name keyring.csv", "none does");
  ctx.expect(first_event(events, Kind::written, master) < 0, "KU-17",
             "the file of that name is never written", "it is written in place");
  ctx.expect(first_event(events, Kind::vanished, master) < 0, "KU-17", "the name is never absent",
             "it is absent for a moment");
}

/// NI-09: no room for the new keyring.
void failed_write_leaves_the_old_file(CaseContext& ctx) {
  put_good(ctx, many_rows(60));
  const Snapshot before = ctx.sandbox().snapshot();
  std::optional<Response> response;
  {
    const FileLimit full(2000);
    response = import_batch(ctx, {{"backup", true}});
  }
  ctx.expect_exit(*response, "KU-17", {12});
  ctx.expect_unchanged(before, "KU-17", companions);
  ctx.expect_exit(import_batch(ctx), "KU-17", {0});
}

/// NI-12.
void master_must_be_a_plain_file(CaseContext& ctx) {
  const auto refused = [&](std::string_view what) {
    put_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.counterexample("master", Json(what));
    ctx.expect_exit(import_batch(ctx), "KU-17", {3});
    ctx.expect_unchanged(before, "KU-17", companions);
    ctx.start_afresh();
  };
  put_kms(ctx);
  put_keyring(ctx, {passphrase_network(), known_rows()}, "real.csv");
  ctx.sandbox().remove(master);
  ctx.sandbox().make_symbolic_link("real.csv", master);
  refused("a symbolic link");
  put_kms(ctx);
  ctx.sandbox().remove(master);
  ctx.sandbox().make_fifo(master);
  refused("a FIFO");
  put_kms(ctx);
  ctx.sandbox().remove(master);
  ctx.sandbox().make_folder(master);
  refused("a folder");
  put_kms(ctx);
  ctx.sandbox().remove(master);
  refused("nothing");
}

/// NI-10, with the lock that another run would hold.
void busy_lock_is_told(CaseContext& ctx) {
  put_good(ctx);
  ctx.sandbox().write("keyring.csv.lock", "");
  const Snapshot before = ctx.sandbox().snapshot();
  for (const int operation : {LOCK_EX, LOCK_SH}) {
    const int held = ::open(ctx.sandbox().path("keyring.csv.lock").c_str(), O_RDWR | O_CLOEXEC);
    if (held < 0 || ::flock(held, operation) != 0) ctx.inconclusive("the lock cannot be taken");
    const Response response = import_batch(ctx);
    ::close(held);
    ctx.expect_exit(response, "KU-20", {11});
    ctx.expect_unchanged(before, "KU-20", companions);
  }
  ctx.expect_exit(import_batch(ctx), "KU-20", {0});
}

// Outputs ----------------------------------------------------------------------------------------

/// One batch of every kind: added, replaced, unchanged and stale.
oracle::Rows one_of_each() {
  return {row(0x10, 40, 2, 1), row(0x11, 2, 2, 1), row(0x12, 41, 2, 1), row(0x30, 42, 2),
          row(0x31, 43, 2)};
}

/// The harness searches every output; here the runs are those that have the most to say.
void outputs_hold_no_secret(CaseContext& ctx) {
  put_good(ctx, one_of_each());
  for (const oracle::Row& row : one_of_each())
    ctx.secret(row.key);
  const Response told = import_batch(ctx, {{"verbose", true}, {"backup", true}});
  ctx.expect_exit(told, "KU-21", {0});
  const std::string text = told.obs.value("stdout", "") + told.obs.value("stderr", "");
  ctx.expect(text.find("2 added") != std::string::npos, "KU-21", "the counts in the output",
             "they are not told");
  put_kms(ctx);
  ctx.sandbox().write("keyring.csv", oracle::print_keyring({passphrase_network(), known_rows()}) +
                                         "0x00000099, 0x" + to_hex(sample_key(50)) + "zz,1,0\n");
  ctx.expect_exit(import_batch(ctx, {{"verbose", true}}), "KU-21", {6});
  put_good(ctx, {row(0x10, 51, 2, 0)});
  ctx.expect_exit(import_batch(ctx, {{"verbose", true}, {"json", true}}), "KU-21", {8});
}

void key_check_values_are_told(CaseContext& ctx) {
  put_kms(ctx);
  put_gateway_file(ctx, oracle::encode_gateway_file(good_gateway_file(), kms_key()));
  const Response made = import_gateway_keys(ctx, {{"verbose", true}});
  const std::string text = made.obs.value("stdout", "");
  const oracle::Network& network = passphrase_network();
  for (const std::string& kcv :
       {oracle::des3_kcv(network.gateway), oracle::aes_kcv(network.gateway_cdld)})
    ctx.expect(text.find(kcv) != std::string::npos, "KU-21",
               fmt::format("the key check value {}", kcv), "it is not told");
}

void json_is_one_object(CaseContext& ctx) {
  put_good(ctx, one_of_each());
  const Response response = import_batch(ctx, {{"json", true}});
  ctx.expect_exit(response, "KU-22", {0});
  const Json told = Json::parse(response.obs.value("stdout", ""), nullptr, false);
  ctx.expect(told.is_object(), "KU-22", "one JSON object on standard output", "something else");
  const Json expected{{"added", 2}, {"replaced", 1}, {"unchanged", 1}, {"stale", 1}};
  for (const auto& [name, value] : expected.items())
    ctx.expect_equal("KU-22", name, value, told.value(name, Json()));
  ctx.expect_equal("KU-22", "conflicts", Json::array(), told.value("conflicts", Json()));
  ctx.expect(told.value("lint", Json()).is_array(), "KU-22", "a list lint", "none");
}

void json_tells_conflicts_and_lint(CaseContext& ctx) {
  put_good(ctx, {row(0x10, 52, 2, 0), row(0x11, 53, 2, 1)});
  const Response refused = import_batch(ctx, {{"json", true}});
  const Json told = Json::parse(refused.obs.value("stdout", ""), nullptr, false);
  ctx.expect(told.is_object() && told.value("conflicts", Json()).size() == 2, "KU-22",
             "two conflicts in one object", "something else");
  put_good(ctx, {row(0x10, 54, 2, 5)});
  const Response gap = import_batch(ctx, {{"json", true}});
  const Json object = Json::parse(gap.obs.value("stdout", ""), nullptr, false);
  const bool told_gap = object.is_object() && !object.value("lint", Json()).empty() &&
                        object["lint"][0].value("code", "") == "KL-REPGAP";
  ctx.expect(told_gap, "KU-22", "KL-REPGAP in lint", "it is not there");
}

const std::vector<std::string> lines{"cli.run", "format.ts1", "exit.codes"};
const std::vector<std::string> json{"cmd.import_keys", "format.ts1", "output.json"};

void add_outputs(harness::Registry& registry) {
  add_rows(registry, {{"KU-17.TheKeyringIsReplacedInOneStep",
                       {"KU-17", "KU-09"},
                       {"cmd.import_keys", "format.ts1"},
                       "The keyring is never written in place and never absent",
                       keyring_is_replaced_in_one_step},
                      {"KU-17.AFailedWriteLeavesTheOldFile",
                       {"KU-17"},
                       import_exit_needs,
                       "When the new keyring does not fit, the old one stays and nothing else",
                       failed_write_leaves_the_old_file},
                      {"KU-17.TheMasterMustBeAPlainFile",
                       {"KU-17"},
                       import_exit_needs,
                       "A symbolic link, a FIFO and a folder are exit 3",
                       master_must_be_a_plain_file},
                      {"KU-20.ABusyLockIsTold",
                       {"KU-20"},
                       import_exit_needs,
                       "A run beside another one is exit 11",
                       busy_lock_is_told},
                      {"KU-21.OutputsHoldNoSecret",
                       {"KU-21"},
                       import_exit_needs,
                       "No output of import_keys holds a key, and counts are told",
                       outputs_hold_no_secret},
                      {"KU-21.KeyCheckValuesAreTold",
                       {"KU-21"},
                       {"cmd.import_gw_keys", "format.ts1"},
                       "-v tells the key check values of the network",
                       key_check_values_are_told},
                      {"KU-22.JsonIsOneObject",
                       {"KU-22"},
                       json,
                       "--json prints the counts as one object",
                       json_is_one_object},
                      {"KU-22.JsonTellsConflictsAndLint",
                       {"KU-22"},
                       json,
                       "--json lists conflicts and findings",
                       json_tells_conflicts_and_lint}});
}

}  // namespace

void add_import_command_cases(harness::Registry& registry) {
  add_rows(registry, {{"KU-04.TheCommandOfTheGuideIsAccepted",
                       {"KU-04"},
                       lines,
                       "import_keys takes -m, -i, -k, -s and -v",
                       command_of_the_guide},
                      {"KU-05.VerificationIsAlwaysDone",
                       {"KU-05"},
                       import_exit_needs,
                       "The signature counts with and without -s",
                       verification_is_always_done},
                      {"KU-23.PemFormsAreRead",
                       {"KU-23"},
                       {"cmd.import_keys", "cli.run", "format.ts1", "exit.codes"},
                       "PKCS#1, PKCS#8 and encrypted PEM are read",
                       pem_forms_are_read},
                      {"KU-23.OtherKeyFilesAreRefused",
                       {"KU-23"},
                       import_exit_needs,
                       "A public key, an EC key and an open key file are exit 3",
                       other_key_files_are_refused},
                      {"KU-24.AShortKmsKeyIsRefused",
                       {"KU-24"},
                       import_exit_needs,
                       "An RSA key under 2048 bits is exit 2",
                       short_key_is_refused},
                      {"KU-25.ARelativeMasterIsInTheWorkingFolder",
                       {"KU-25"},
                       lines,
                       "A relative -m is relative to the working folder",
                       relative_master_is_in_the_working_folder}});
  add_outputs(registry);
}

}  // namespace touchstone::conformance::suites::keyfiles
