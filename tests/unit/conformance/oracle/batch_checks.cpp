#include "conformance/oracle/batch_file.h"
#include "conformance/oracle/keyring_text.h"
#include "tests/unit/conformance/oracle/checks.h"
#include "tests/unit/conformance/oracle/fixtures.h"

namespace touchstone::conformance::oracle {

namespace {

Key16 pwdh() {
  return key16(vectors().at("subkeys").at("pwdh").get<std::string>());
}

BatchFiles vector_files() {
  const Json& batch = vectors().at("batch");
  const auto manifest = batch.at("manifest").get<std::string>();
  return {base64(batch.at("encrypted_base64").get<std::string>()),
          unhex(batch.at("mac").get<std::string>()), Octets(manifest.begin(), manifest.end())};
}

std::string check_vector() {
  const auto opened = decode_batch(vector_files(), pwdh(), vector_key(), true);
  if (!opened) return "refused: " + opened.error().why;
  std::string text;
  for (const Row& row : opened->rows)
    text += print_row(row);
  return differ("rows", vectors().at("batch").at("rows").get<std::string>(), text);
}

std::string check_altered_vector() {
  BatchFiles files = vector_files();
  files.encrypted.back() ^= 1;
  const auto opened = decode_batch(files, pwdh(), vector_key(), true);
  return differ("exit", 4, opened ? 0 : opened.error().exit_code);
}

BatchRecipe good_recipe() {
  BatchRecipe recipe;
  recipe.rows = {{0x10200, Key16{1, 2, 3}, 1, 0}, {0x10201, Key16{4, 5, 6}, 2, 1}};
  recipe.pwdh = pwdh();
  recipe.recipients = {kms_key()};
  recipe.content_key.fill(0x42);
  recipe.iv.fill(0x17);
  return recipe;
}

std::string check_files(const BatchFiles& files, int tolerant, int strict) {
  const auto a = decode_batch(files, pwdh(), kms_key(), false);
  const auto b = decode_batch(files, pwdh(), kms_key(), true);
  return first_of({differ("exit", tolerant, a ? 0 : a.error().exit_code),
                   differ("strict exit", strict, b ? 0 : b.error().exit_code)});
}

void add_batch_lies(std::vector<Check>& checks) {
  const auto add = [&](const std::string& name, int tolerant, int strict, auto change) {
    checks.push_back({"batch " + name, [=] {
                        BatchRecipe recipe = good_recipe();
                        change(recipe);
                        return check_files(encode_batch(recipe), tolerant, strict);
                      }});
  };
  add("good", 0, 0, [](BatchRecipe&) {});
  add("eight recipients", 0, 0,
      [](BatchRecipe& r) { r.recipients.insert(r.recipients.end(), 7, other_key()); });
  add("NB-03", 6, 6, [](BatchRecipe& r) { r.appended = {0}; });
  add("NB-07 pwdh", 4, 4, [](BatchRecipe& r) { r.mac_key = MacKey::pwdh_itself; });
  add("NB-07 K_enc", 4, 4, [](BatchRecipe& r) { r.mac_key = MacKey::gateway_file_key; });
  add("NB-09", 5, 5, [](BatchRecipe& r) { r.recipients = {other_key()}; });
  add("NB-10", 5, 5, [](BatchRecipe& r) { r.wrapped_for = other_key(); });
  add("NB-13", 6, 6, [](BatchRecipe& r) { r.transport = KeyTransport::pkcs1_v15; });
  add("NB-14 3DES", 6, 6, [](BatchRecipe& r) { r.cipher = ContentCipher::des_ede3_cbc; });
  add("NB-14 ECB", 6, 6, [](BatchRecipe& r) { r.cipher = ContentCipher::aes_256_ecb; });
  add("NB-14 RC2", 6, 6, [](BatchRecipe& r) { r.cipher = ContentCipher::rc2_cbc; });
  add("NB-15 signed", 6, 6, [](BatchRecipe& r) { r.shape = ContainerShape::signed_data; });
  add("NB-15 compressed", 6, 6, [](BatchRecipe& r) { r.shape = ContainerShape::compressed; });
  add("NB-15 plain", 6, 6, [](BatchRecipe& r) { r.shape = ContainerShape::plain_rows; });
  add("EnvelopedData version 3", 0, 0, [](BatchRecipe& r) { r.version = 3; });
  add("EnvelopedData version 4", 6, 6, [](BatchRecipe& r) { r.version = 4; });
  add("recipient version 0 with an identifier", 6, 6,
      [](BatchRecipe& r) { r.recipient_version = 0; });
  add("no whole blocks", 6, 6, [](BatchRecipe& r) { r.cut = 1; });
  add("no cipher text", 6, 6, [](BatchRecipe& r) {
    r.body = "";
    r.cut = 16;
  });
  add("NB-16", 0, 13, [](BatchRecipe& r) { r.indefinite_lengths = true; });
  add("NB-17", 6, 6,
      [](BatchRecipe& r) { r.recipients.insert(r.recipients.end(), 8, other_key()); });
  add("NB-18 length", 6, 6,
      [](BatchRecipe& r) { r.container = unhex("30887fffffffffffffff06092a864886f70d010703"); });
  add("NB-18 nesting", 6, 6, [](BatchRecipe& r) {
    r.container = Octets();
    for (int i = 0; i < 1000; ++i)
      r.container->insert(r.container->end(), {0x30, 0x80});
  });
  add("NB-19", 6, 6, [](BatchRecipe& r) { r.body = ""; });
  add("NB-20", 6, 6, [](BatchRecipe& r) { r.body = vectors().at("header").get<std::string>(); });
  add("NB-22", 6, 6, [](BatchRecipe& r) { r.body = print_row(r.rows[0]) + print_row(r.rows[0]); });
  add("NB-23", 6, 6, [](BatchRecipe& r) { r.transport = KeyTransport::oaep_sha1; });
  add("NB-23 MGF1", 6, 6,
      [](BatchRecipe& r) { r.transport = KeyTransport::oaep_sha256_mgf1_sha1; });
}

void add_manifest_lies(std::vector<Check>& checks) {
  const auto add = [&](const std::string& name, int tolerant, int strict, auto change) {
    checks.push_back({"batch " + name, [=] {
                        const BatchRecipe recipe = good_recipe();
                        const BatchFiles files = encode_batch(recipe);
                        Manifest manifest = manifest_for(recipe, files);
                        change(manifest);
                        return check_files(with_manifest(files, print_manifest(manifest)), tolerant,
                                           strict);
                      }});
  };
  add("NM-02 one less", 7, 7, [](Manifest& m) { m.rows.pop_back(); });
  add("NM-02 one more", 7, 7, [](Manifest& m) { m.rows.push_back({9, 1, 0}); });
  add("NM-05", 7, 7, [](Manifest& m) { m.sha256[0] ^= 1; });
  add("NM-06", 0, 0, [](Manifest& m) { m.file = "renamed.csv.rsa"; });
  add("NM-07 batch", 7, 7, [](Manifest& m) { m.rows[0].batch = 9; });
  add("NM-07 count", 7, 7, [](Manifest& m) { m.rows[0].count = 9; });
  add("NM-08", 0, 13, [](Manifest& m) {
    for (ManifestRow& row : m.rows)
      row = {row.id, std::nullopt, std::nullopt};
  });
  add("manifest in another order", 0, 0, [](Manifest& m) { std::swap(m.rows[0], m.rows[1]); });
}

}  // namespace

void add_batch_checks(std::vector<Check>& checks) {
  checks.push_back({"batch vector", check_vector});
  checks.push_back({"batch vector, one bit changed", check_altered_vector});
  checks.push_back({"SKI of the vector key", [] {
                      return differ("ski", vectors().at("batch").at("ski").get<std::string>(),
                                    to_hex(vector_key().subject_key_identifier()));
                    }});
  add_batch_lies(checks);
  add_manifest_lies(checks);
  checks.push_back({"batch NM-01", [] {
                      BatchFiles files = encode_batch(good_recipe());
                      files.manifest.reset();
                      return check_files(files, 7, 7);
                    }});
  checks.push_back({"batch NB-04", [] {
                      BatchFiles files = encode_batch(good_recipe());
                      files.signature.reset();
                      return check_files(files, 4, 4);
                    }});
}

}  // namespace touchstone::conformance::oracle
