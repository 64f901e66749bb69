// A network is made: generate_gw_keys (groups GW and KU).

#include <fmt/format.h>

#include "conformance/harness/base64.h"
#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

Response generate(CaseContext& ctx, const Json& changes = Json::object()) {
  Json args{{"master", master},
            {"output", gateway_name},
            {"key", "kms.pem"},
            {"kdf", "scrypt:14"},
            {"passphrases", {passphrase, passphrase}}};
  args.update(changes);
  return ctx.call("cmd.generate_gw_keys", std::move(args));
}

void put_key(CaseContext& ctx) {
  ctx.sandbox().write("kms.pem", kms_key().private_pem());
}

oracle::SignedFile made_file(CaseContext& ctx, std::string_view name = gateway_name) {
  return {ctx.sandbox().read(name), ctx.sandbox().read(fmt::format("{}.sig", name))};
}

oracle::OpenedGatewayFile opened(CaseContext& ctx, std::string_view requirement,
                                 const oracle::SignedFile& file,
                                 std::string_view typed = passphrase,
                                 const oracle::RsaKey& signer = kms_key()) {
  const auto read = oracle::decode_gateway_file(file, signer, as_octets(typed));
  ctx.expect(read.has_value(), requirement, "a Gateway key file of the KMS",
             read ? "" : fmt::format("expected {}", read.error().why));
  return *read;
}

void three_files_are_made(CaseContext& ctx) {
  put_key(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(generate(ctx), "GW-01", {0});
  for (const char* name : {"keyring.csv", "gw_keys.csv.aes", "gw_keys.csv.aes.sig"})
    ctx.expect(ctx.sandbox().exists(name), "GW-01", fmt::format("the file {}", name),
               "it is missing");
  ctx.expect_unchanged(before, "GW-01",
                       {"keyring.csv", "gw_keys.csv.aes", "gw_keys.csv.aes.sig", "keyring.csv.lock",
                        "keyring.csv.audit", "keyring.csv.tombstones"});
  const oracle::Keyring keyring = judged_keyring(ctx, "GW-01");
  ctx.expect(keyring.rows.empty(), "GW-01", "a keyring without nodes", "it has nodes");
}

void file_holds_the_keys_of_the_keyring(CaseContext& ctx) {
  put_key(ctx);
  generate(ctx);
  const oracle::Keyring keyring = judged_keyring(ctx, "GW-02");
  const auto read = opened(ctx, "GW-04", made_file(ctx));
  ctx.expect(read.network.gateway == keyring.network.gateway &&
                 read.network.gateway_cdld == keyring.network.gateway_cdld,
             "GW-02", "Gateway key and code download key of the keyring", "other keys");
  ctx.expect(read.network == keyring.network, "GW-03", "the four values of the keyring",
             "other values");
}

void names_are_free(CaseContext& ctx) {
  put_key(ctx);
  ctx.sandbox().make_folder("for LKS");
  const Json names{{"master", "network.keys"}, {"output", "for LKS/march.2011"}};
  ctx.expect_exit(generate(ctx, names), "GW-06", {0});
  opened(ctx, "GW-06", made_file(ctx, "for LKS/march.2011"));
  judged_keyring(ctx, "KU-03", "network.keys");
}

void new_networks_differ(CaseContext& ctx) {
  put_key(ctx);
  generate(ctx);
  generate(ctx, {{"master", "b.csv"}, {"output", "b.aes"}});
  const oracle::Network a = judged_keyring(ctx, "KU-01").network;
  const oracle::Network b = judged_keyring(ctx, "KU-01", "b.csv").network;
  ctx.expect(a.base != b.base && a.gateway != b.gateway && a.gateway_cdld != b.gateway_cdld,
             "KU-01", "other random keys for each network", "a key twice");
  ctx.expect(a.pwdh != b.pwdh, "KU-01", "another pwdh, because base differs", "the same");
}

/// As the guide prints it, with the default cost.
void command_of_the_guide(CaseContext& ctx) {
  put_key(ctx);
  const Response response =
      ctx.call("cli.run", {{"tool", "generate_gw_keys"},
                           {"argv",
                            {"-m", "./keyring.csv", "-o", "gw_keys.csv.aes", "-k", "./kms.pem",
                             "-v", "--passphrase-fd", "0"}},
                           {"lines", {passphrase, passphrase}}});
  ctx.expect_exit(response, "KU-01", {0});
  const auto read = opened(ctx, "KU-01", made_file(ctx));
  ctx.expect(read.kdf == oracle::Kdf{2, 17, 8, 1}, "KU-01", "scrypt with log2 N of 17",
             "another cost");
}

void passphrase_is_asked_for(CaseContext& ctx) {
  put_key(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(generate(ctx, {{"passphrases", Json::array()}}), "KU-02", {10});
  ctx.expect_unchanged(before, "KU-02", companions);
  ctx.expect_exit(generate(ctx), "KU-02", {0});
  const auto read = opened(ctx, "KU-02", made_file(ctx));
  ctx.expect(read.network.pwdh == judged_keyring(ctx, "KU-02").network.pwdh, "KU-02",
             "the pwdh of the passphrase that was typed", "another pwdh");
}

/// NI-14: the two entries differ, or only one was given.
void passphrase_is_asked_twice(CaseContext& ctx) {
  put_key(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  for (const Json& typed : {Json{passphrase, "Brisk-Meadow 42 lantern"},
                            Json{passphrase, "Brisk-Meadow 42 lanternS"}, Json{passphrase}}) {
    ctx.expect_exit(generate(ctx, {{"passphrases", typed}}), "KU-15", {10});
    ctx.expect_unchanged(before, "KU-15", companions);
  }
}

/// Spaces at the ends and octets over 0x7F are part of the passphrase.
void octets_count_as_typed(CaseContext& ctx) {
  const std::string odd =
      " Stra\xC3\x9F"
      "e u\xCC\x88"
      "ber 12 Felder ";
  put_key(ctx);
  const Response response = generate(ctx, {{"passphrases", {odd, odd}}});
  ctx.expect_exit(response, "KU-15", {0});
  ctx.expect_finding(response, "KU-15", "KL-NONASCII");
  opened(ctx, "KU-15", made_file(ctx), odd);
}

/// NI-14.
void weak_passphrases_are_refused(CaseContext& ctx) {
  put_key(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  for (const std::string& weak : {std::string(), std::string("aB3-aB3"),
                                  std::string("tab\tin it Ab1"), std::string(1025, 'a')}) {
    ctx.expect_exit(generate(ctx, {{"passphrases", {weak, weak}}}), "KU-14", {10});
    ctx.expect_unchanged(before, "KU-14", companions);
  }
  const Json simple{{"passphrases", {"only lower case", "only lower case"}}};
  Json strict = simple;
  strict["strict_passphrase"] = true;
  ctx.expect_exit(generate(ctx, strict), "KU-14", {10});
  ctx.expect_unchanged(before, "KU-14", companions);
  ctx.expect_exit(generate(ctx, simple), "KU-14", {0});
}

struct JudgedPassphrase {
  std::string typed;
  bool accepted;
  int warnings;
  bool accepted_strictly;
};

const std::vector<JudgedPassphrase>& judged_passphrases() {
  static const std::vector<JudgedPassphrase> rows{
      {"", false, 0, false},
      {"Ab3-Ab3", false, 0, false},
      {"Ab3-Ab3-", true, 1, false},
      {"Ab3-Ab3-Ab3", true, 1, false},
      {"Ab3-Ab3-Ab3-", true, 0, true},
      {"abcabcabcabc", true, 1, false},
      {"abcabcABCABC", true, 1, false},
      {"abcabcABC123", true, 0, true},
      {"abcabcab", true, 2, false},
      {"Ab3-Ab3\tAb3-", false, 0, false},
      {"Ab3-Ab3-Ab3-\n", false, 0, false},
      {"Ab3-Ab3\x7F"
       "Ab3-",
       false, 0, false},
      {std::string(1021, 'a') + "B3-", true, 0, true},
      {std::string(1022, 'a') + "B3-", false, 0, false},
  };
  return rows;
}

void passphrase_rules(CaseContext& ctx) {
  for (const JudgedPassphrase& row : judged_passphrases()) {
    for (const bool strict : {false, true}) {
      const Json args{{"passphrase_b64", harness::to_base64(as_octets(row.typed))},
                      {"strict", strict}};
      ctx.counterexample("row", {row.typed.substr(0, 20), row.typed.size(), strict});
      const Response response = ctx.call("passphrase.check", args);
      if (!(strict ? row.accepted_strictly : row.accepted)) {
        ctx.expect_rejected(response, "KU-14");
        continue;
      }
      ctx.expect_accepted(response, "KU-14");
      const int warnings = response.obs.value("warnings", 0);
      ctx.expect((warnings > 0) == (row.warnings > 0), "KU-14",
                 row.warnings > 0 ? "a warning" : "no warning",
                 fmt::format("{} warnings", warnings));
    }
  }
}

/// NG-07: composed and decomposed letters are different octets.
void spellings_are_different_passphrases(CaseContext& ctx) {
  const oracle::Key16& base = passphrase_network().base;
  for (const std::string typed : {"Gr\xC3\xBC"
                                  "n 42 Wiesen",
                                  "Gru\xCC\x88n 42 Wiesen"}) {
    const Response response =
        ctx.call("kdf.pwdh", {{"passphrase_b64", harness::to_base64(as_octets(typed))},
                              {"base", to_hex(base)},
                              {"kdf", "scrypt:14"}});
    const oracle::Key16 expected =
        oracle::derive_pwdh(as_octets(typed), oracle::pwdh_salt(base), oracle::quick_scrypt);
    ctx.expect_equal("KU-15", "pwdh", to_hex(expected), response.obs.value("pwdh", Json()));
  }
}

/// NI-13.
void nothing_is_overwritten(CaseContext& ctx) {
  for (const char* name : {"keyring.csv", "gw_keys.csv.aes", "gw_keys.csv.aes.sig"}) {
    ctx.start_afresh();
    put_key(ctx);
    ctx.sandbox().write(name, "what stood here before\n");
    const Snapshot before = ctx.sandbox().snapshot();
    ctx.counterexample("standing", Json(name));
    ctx.expect_exit(generate(ctx), "KU-16", {9});
    ctx.expect_unchanged(before, "KU-16", companions);
  }
}

void force_keeps_a_backup(CaseContext& ctx) {
  put_key(ctx);
  put_keyring(ctx, {other_network(), known_rows()});
  const Octets old = ctx.sandbox().read(master);
  ctx.sandbox().write(gateway_name, "old file\n", 0644);
  const Response response = generate(ctx, {{"force", true}, {"now", "2011-02-22 17:25:03"}});
  ctx.expect_exit(response, "KU-16", {0});
  ctx.expect(judged_keyring(ctx, "KU-16").network.base != other_network().base, "KU-16",
             "a new network", "the old one");
  ctx.expect_octets("KU-16", "the backup of the old keyring", old,
                    ctx.sandbox().read("keyring.110222172503.csv"));
  opened(ctx, "KU-16", made_file(ctx));
}

void dry_run_makes_nothing(CaseContext& ctx) {
  put_key(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(generate(ctx, {{"dry_run", true}}), "KU-18", {0});
  ctx.expect_unchanged(before, "KU-18");
}

// --reexport -------------------------------------------------------------------------------------

void reexported_file_holds_the_same_pair(CaseContext& ctx) {
  put_kms(ctx);
  const Octets keyring = ctx.sandbox().read(master);
  const Response response = generate(ctx, {{"reexport", true}, {"passphrases", {passphrase}}});
  ctx.expect_exit(response, "GW-16", {0});
  const auto read = opened(ctx, "GW-16", made_file(ctx));
  ctx.expect(read.network == passphrase_network(), "GW-15", "the keys of the network",
             "other keys");
  ctx.expect_octets("GW-16", "the keyring", keyring, ctx.sandbox().read(master));
}

void reexport_checks_the_passphrase(CaseContext& ctx) {
  put_kms(ctx);
  const Snapshot before = ctx.sandbox().snapshot();
  const Json wrong{{"reexport", true}, {"passphrases", {"Brisk-Meadow 43 lanterns"}}};
  ctx.expect_exit(generate(ctx, wrong), "GW-16", {10});
  ctx.expect_unchanged(before, "GW-16", companions);
}

// Signing keys -----------------------------------------------------------------------------------

void sign_key_signs(CaseContext& ctx) {
  put_key(ctx);
  ctx.sandbox().write("sign.pem", other_key().private_pem());
  ctx.expect_exit(generate(ctx, {{"sign_key", "sign.pem"}}), "KU-24", {0});
  opened(ctx, "KU-24", made_file(ctx), passphrase, other_key());
}

void short_keys_are_refused(CaseContext& ctx) {
  ctx.sandbox().write("kms.pem", sample_pems::short_rsa());
  const Snapshot before = ctx.sandbox().snapshot();
  ctx.expect_exit(generate(ctx), "KU-24", {2});
  ctx.expect_unchanged(before, "KU-24", companions);
  put_key(ctx);
  ctx.sandbox().write("sign.pem", sample_pems::short_rsa());
  ctx.expect_exit(generate(ctx, {{"sign_key", "sign.pem"}}), "KU-24", {2});
}

void new_key_has_3072_bits(CaseContext& ctx) {
  ctx.expect_exit(generate(ctx, {{"new_key", true}}), "KU-24", {0});
  const auto& files = ctx.sandbox().snapshot();
  const auto found = files.find("kms.pem");
  ctx.expect(found != files.end() && found->second.mode == 0600, "KU-24", "a key file of mode 0600",
             "none");
  const auto key = oracle::RsaKey::from_private_pem(as_text(found->second.content));
  ctx.expect(key.bits() == 3072, "KU-24", "3072 bits", fmt::format("{} bits", key.bits()));
  opened(ctx, "KU-24", made_file(ctx), passphrase, key);
  const Snapshot before = ctx.sandbox().snapshot();
  const Json again{{"new_key", true}, {"master", "b.csv"}, {"output", "b.aes"}};
  ctx.expect_exit(generate(ctx, again), "KU-24", {9});
  ctx.expect_unchanged(before, "KU-24", {"b.csv.lock", "b.csv.audit"});
}

const std::vector<std::string> makes{"cmd.generate_gw_keys", "format.ts1"};
const std::vector<std::string> makes_exits{"cmd.generate_gw_keys", "format.ts1", "exit.codes"};

void add_passphrases(harness::Registry& registry) {
  add_rows(registry, {{"KU-02.ThePassphraseIsAskedFor",
                       {"KU-02"},
                       makes_exits,
                       "A network is made under the passphrase that was typed",
                       passphrase_is_asked_for},
                      {"KU-14.WeakPassphrasesAreRefused",
                       {"KU-14"},
                       makes_exits,
                       "Short passphrases and control characters are exit 10",
                       weak_passphrases_are_refused},
                      {"KU-14.APassphraseIsJudgedByItsOctets",
                       {"KU-14"},
                       {"passphrase.check"},
                       "Length, classes and control characters of a passphrase are judged",
                       passphrase_rules},
                      {"KU-15.SpellingsAreDifferentPassphrases",
                       {"KU-15"},
                       {"kdf.pwdh", "format.ts1"},
                       "Composed and decomposed letters are different passphrases",
                       spellings_are_different_passphrases},
                      {"KU-15.ThePassphraseIsAskedTwice",
                       {"KU-15"},
                       makes_exits,
                       "Two entries that differ are exit 10",
                       passphrase_is_asked_twice},
                      {"KU-15.OctetsCountAsTyped",
                       {"KU-15"},
                       makes,
                       "No octet of a passphrase is trimmed or normalised",
                       octets_count_as_typed},
                      {"KU-16.NothingIsOverwritten",
                       {"KU-16"},
                       makes_exits,
                       "A standing output is exit 9 and is left as it is",
                       nothing_is_overwritten},
                      {"KU-16.ForceKeepsABackup",
                       {"KU-16"},
                       {"cmd.generate_gw_keys", "format.ts1", "clock.fixed"},
                       "With --force the old keyring is kept as a backup",
                       force_keeps_a_backup},
                      {"KU-18.ADryRunMakesNoNetwork",
                       {"KU-18"},
                       makes_exits,
                       "generate_gw_keys --dry-run makes no file",
                       dry_run_makes_nothing},
                      {"KU-24.TheSignKeySigns",
                       {"KU-24"},
                       makes,
                       "--sign-key names the key that signs",
                       sign_key_signs},
                      {"KU-24.ShortKeysAreRefused",
                       {"KU-24"},
                       makes_exits,
                       "An RSA key under 2048 bits is exit 2",
                       short_keys_are_refused},
                      {"KU-24.ANewKeyHas3072Bits",
                       {"KU-24"},
                       makes_exits,
                       "--new-key makes a key of 3072 bits and overwrites none",
                       new_key_has_3072_bits}});
}

}  // namespace

void add_gateway_make_cases(harness::Registry& registry) {
  add_rows(registry,
           {{"GW-01.ThreeFilesAreMade",
             {"GW-01"},
             makes,
             "generate_gw_keys makes keyring, Gateway key file and signature",
             three_files_are_made},
            {"GW-02.TheFileHoldsTheKeysOfTheKeyring",
             {"GW-02", "GW-03", "GW-04"},
             makes,
             "The Gateway key file opens under the passphrase and holds the header of the keyring",
             file_holds_the_keys_of_the_keyring},
            {"GW-06.NamesAreFree",
             {"GW-06", "KU-03"},
             makes,
             "The user chooses the names of keyring and Gateway key file",
             names_are_free},
            {"GW-15.AReexportedFileHoldsTheSamePair",
             {"GW-15", "GW-16"},
             makes,
             "A file written again holds the keys of the network",
             reexported_file_holds_the_same_pair},
            {"GW-16.AReexportChecksThePassphrase",
             {"GW-16"},
             makes_exits,
             "Another passphrase than that of the keyring is exit 10",
             reexport_checks_the_passphrase},
            {"KU-01.TheCommandOfTheGuideIsAccepted",
             {"KU-01"},
             {"cli.run", "format.ts1"},
             "generate_gw_keys takes -m, -o, -k and -v",
             command_of_the_guide},
            {"KU-01.NewNetworksDiffer",
             {"KU-01"},
             makes,
             "Every network has keys of its own",
             new_networks_differ}});
  add_passphrases(registry);
}

}  // namespace touchstone::conformance::suites::keyfiles
