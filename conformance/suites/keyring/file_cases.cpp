// The keyring as a file: what a new one holds, where it is, who may read it (KR-03, KR-11, KR-12,
// KR-21..KR-24).

#include "conformance/suites/keyring/cases.h"
#include "conformance/suites/keyring/data.h"
#include "conformance/suites/keyring/files.h"

namespace touchstone::conformance::suites::keyring {

namespace {

constexpr int networks = 4;  // each costs one derivation, 45 ms

oracle::Network made_network(CaseContext& ctx, std::string_view requirement) {
  ctx.start_afresh();
  ctx.expect_accepted(generate_network(ctx), requirement);
  return read_master(ctx, requirement).network;
}

void check_made_keyring(CaseContext& ctx) {
  ctx.expect_accepted(generate_network(ctx), "KR-23");
  const oracle::Keyring keyring = read_master(ctx, "KR-23");
  ctx.expect(keyring.rows.empty(), "KR-21", "four header lines and no nodes", "nodes");
}

void check_fresh_keys(CaseContext& ctx) {
  const oracle::Network first = made_network(ctx, "KR-03");
  const oracle::Network second = made_network(ctx, "KR-03");
  ctx.expect(first.base != second.base, "KR-03", "another base for each network", "the same");
  ctx.expect(first.gateway != second.gateway, "KR-04", "another Gateway key", "the same");
  ctx.expect(first.gateway_cdld != second.gateway_cdld, "KR-05", "another code download key",
             "the same");
}

/// 24 octets have odd parity by chance in one of 16 million networks.
void check_made_parity(CaseContext& ctx) {
  for (int i = 0; i < networks; ++i) {
    const oracle::Network network = made_network(ctx, "KR-11");
    ctx.expect(oracle::has_odd_parity(network.gateway), "KR-11",
               "odd parity in each octet of a new Gateway key", "an octet of even parity");
    ctx.expect(!oracle::is_weak_3des_key(network.gateway), "KR-12",
               "three parts that differ, none weak", "a weak key");
  }
}

std::uint32_t mode_of(CaseContext& ctx, std::string_view name) {
  const auto files = ctx.sandbox().snapshot();
  const auto found = files.find(std::string(name));
  return found == files.end() ? 0 : found->second.mode;
}

void expect_private(CaseContext& ctx, std::string_view name) {
  const std::uint32_t mode = mode_of(ctx, name);
  ctx.expect(mode == 0600, "KR-24", std::string(name) + " of mode 0600",
             mode == 0 ? "no such file" : "another mode");
}

void check_modes_of_new_files(CaseContext& ctx) {
  ctx.expect_accepted(generate_network(ctx), "KR-24");
  expect_private(ctx, master_name);
  write_batch(ctx, "batch.rsa", {row(1, 1)}, read_master(ctx, "KR-24").network.pwdh);
  ctx.expect_accepted(import_batch(ctx, "batch.rsa", {{"backup", true}}), "KR-24");
  expect_private(ctx, master_name);
  int backups = 0;
  for (const auto& [name, state] : ctx.sandbox().snapshot())
    if (name.starts_with("keyring.") && name.ends_with(".csv") && name != master_name) {
      ++backups;
      expect_private(ctx, name);
    }
  ctx.expect(backups == 1, "KR-24", "one backup", std::to_string(backups));
}

void check_new_private_key(CaseContext& ctx) {
  ctx.expect_accepted(generate_network(ctx, {{"key", "new.pem"}, {"new_key", true}}), "KR-24");
  expect_private(ctx, "new.pem");
}

constexpr std::uint32_t open_modes[] = {0640, 0604, 0620, 0602, 0610, 0601, 0666, 0777};

void check_open_keyring_refused(CaseContext& ctx) {
  for (const std::uint32_t mode : open_modes) {
    write_master(ctx, vector_keyring());
    ctx.sandbox().set_mode(master_name, mode);
    ctx.counterexample("mode", Json(mode));
    const Response response = ctx.call("cmd.keyring_lint", {{"file", master_name}});
    ctx.expect_exit(response, "KR-24", {3});
  }
}

void check_open_private_key_refused(CaseContext& ctx) {
  write_kms_key(ctx);
  for (const std::uint32_t mode : open_modes) {
    ctx.sandbox().set_mode(kms_key_name, mode);
    ctx.counterexample("mode", Json(mode));
    ctx.expect_exit(generate_network(ctx), "KR-24", {3});
    ctx.expect(!ctx.sandbox().exists(master_name), "KR-24", "no keyring", "a keyring was made");
  }
}

void check_stricter_modes_taken(CaseContext& ctx) {
  write_master(ctx, vector_keyring());
  for (const std::uint32_t mode : {0600U, 0400U, 0700U}) {
    ctx.sandbox().set_mode(master_name, mode);
    ctx.expect_exit(ctx.call("cmd.keyring_lint", {{"file", master_name}}), "KR-24", {0});
  }
}

/// The doctor's report on an installation whose file `name` holds `text`.
std::string doctored(CaseContext& ctx, std::string_view name, std::string_view text) {
  ctx.start_afresh();
  ctx.sandbox().make_folder("onramp");
  ctx.sandbox().write("onramp/" + std::string(name), text);
  const Response response = ctx.call("cmd.kms_doctor", {{"root", "onramp"}});
  ctx.expect_exit(response, "KR-22", {0, 13});
  return response.obs.value("stdout", std::string());
}

/// The doctor looks at what the service reads: its report changes with that file and no other.
void check_place_of_the_keyring(CaseContext& ctx) {
  const std::string text = oracle::print_keyring(vector_keyring());
  const std::string good = doctored(ctx, "keyring.csv", text);
  const std::string bad = doctored(ctx, "keyring.csv", "nonsense\n");
  const std::string absent = doctored(ctx, "other.csv", text);
  ctx.expect(good != bad, "KR-22", "another report on a broken keyring.csv", "the same");
  ctx.expect(good != absent, "KR-22", "another report on an absent keyring.csv", "the same");
}

/// What import writes where the service reads is plain text that anyone's reader takes.
void check_merged_keyring_is_plain(CaseContext& ctx) {
  write_kms_key(ctx);
  write_master(ctx, vector_keyring());
  write_batch(ctx, "batch.rsa", {row(7, 7)}, vector_keyring().network.pwdh);
  ctx.expect_accepted(import_batch(ctx, "batch.rsa"), "KR-23");
  oracle::Keyring wanted = vector_keyring();
  wanted.rows.insert(wanted.rows.begin(), row(7, 7));
  ctx.expect_octets("KR-23", "the merged keyring", as_octets(oracle::print_keyring(wanted)),
                    ctx.sandbox().read(master_name));
}

}  // namespace

void add_file_cases(harness::Registry& registry) {
  add_case(registry, "KR-23.MakesPlainKeyring", {"KR-23", "KR-21"}, {"cmd.generate_gw_keys"},
           "A new keyring is plain text: four header lines and no nodes", check_made_keyring);
  add_case(registry, "KR-03.MakesFreshKeys", {"KR-03", "KR-04", "KR-05"}, {"cmd.generate_gw_keys"},
           "Each network has keys of its own", check_fresh_keys);
  add_case(registry, "KR-11.MakesOddParity", {"KR-11", "KR-12"}, {"cmd.generate_gw_keys"},
           "New Gateway keys have odd parity and are not weak", check_made_parity);
  add_case(registry, "KR-24.WritesPrivateFiles", {"KR-24"},
           {"cmd.generate_gw_keys", "cmd.import_keys", "format.ts1"},
           "Keyrings and backups are written with mode 0600", check_modes_of_new_files);
  add_case(registry, "KR-24.WritesPrivateKeysPrivately", {"KR-24"}, {"cmd.generate_gw_keys"},
           "A new RSA key is written with mode 0600", check_new_private_key, 60);
  add_case(registry, "KR-24.RefusesOpenKeyrings", {"KR-24"}, {"cmd.keyring_lint"},
           "A keyring that others may reach is not read", check_open_keyring_refused);
  add_case(registry, "KR-24.RefusesOpenPrivateKeys", {"KR-24"}, {"cmd.generate_gw_keys"},
           "A private key that others may reach is not used", check_open_private_key_refused);
  add_case(registry, "KR-24.TakesTheOwnersModes", {"KR-24"}, {"cmd.keyring_lint"},
           "What the owner alone may do is not looked at", check_stricter_modes_taken);
  add_case(registry, "KR-22.LooksForKeyringCsvInTheRoot", {"KR-22"}, {"cmd.kms_doctor"},
           "The service's keyring is keyring.csv in the root", check_place_of_the_keyring);
  add_case(registry, "KR-23.MergesIntoPlainKeyring", {"KR-23"}, {"cmd.import_keys", "format.ts1"},
           "A merged keyring is plain text", check_merged_keyring_is_plain);
}

}  // namespace touchstone::conformance::suites::keyring
