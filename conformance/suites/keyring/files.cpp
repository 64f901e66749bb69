#include "conformance/suites/keyring/files.h"

#include "conformance/generators/secrets.h"
#include "conformance/suites/keyring/data.h"

namespace touchstone::conformance::suites::keyring {

namespace {

constexpr const char* passphrase = "Correct-Horse 7 battery";

}  // namespace

const oracle::RsaKey& kms_key() {
  static const auto key = oracle::RsaKey::from_private_pem(kms_key_pem());
  return key;
}

void write_kms_key(CaseContext& ctx) {
  ctx.sandbox().write(kms_key_name, kms_key_pem());
}

void write_master(CaseContext& ctx, const oracle::Keyring& keyring) {
  ctx.sandbox().write(master_name, oracle::print_keyring(keyring));
}

Response generate_network(CaseContext& ctx, const Json& more) {
  if (!ctx.sandbox().exists(kms_key_name)) write_kms_key(ctx);
  Json args = {{"master", master_name},
               {"output", "gw_keys.csv.aes"},
               {"key", kms_key_name},
               {"kdf", "scrypt:14"},
               {"passphrases", {passphrase, passphrase}}};
  args.update(more);
  return ctx.call("cmd.generate_gw_keys", std::move(args));
}

void write_batch(CaseContext& ctx, std::string_view name, const oracle::Rows& rows,
                 const oracle::Key16& pwdh) {
  oracle::BatchRecipe recipe;
  recipe.rows = rows;
  recipe.file_name = name;
  recipe.pwdh = pwdh;
  recipe.recipients = {kms_key()};
  recipe.content_key.fill(0x5C);
  const oracle::BatchFiles files = oracle::encode_batch(recipe);
  const std::string base(name);
  ctx.sandbox().write(base, files.encrypted);
  ctx.sandbox().write(base + ".sig", *files.signature);
  ctx.sandbox().write(base + ".manifest", *files.manifest);
}

Response import_batch(CaseContext& ctx, std::string_view name, const Json& more) {
  Json args = {{"master", master_name}, {"input", {name}}, {"key", kms_key_name}};
  args.update(more);
  return ctx.call("cmd.import_keys", std::move(args));
}

oracle::Keyring read_master(CaseContext& ctx, std::string_view requirement) {
  const Octets file = ctx.sandbox().read(master_name);
  const auto reading = oracle::read_keyring(file, {.strict = true});
  if (!reading.accepted())
    ctx.fail(requirement, "a canonical master file",
             reading.findings.empty() ? "no file" : std::string(reading.findings.back().code));
  return reading.keyring;
}

oracle::Row row(std::uint32_t id, std::uint64_t seed, std::uint32_t batch, std::uint32_t count) {
  return {id, generators::key_of_seed(seed), batch, count};
}

}  // namespace touchstone::conformance::suites::keyring
