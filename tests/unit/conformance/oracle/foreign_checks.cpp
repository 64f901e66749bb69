#include "conformance/oracle/batch_file.h"
#include "conformance/oracle/gateway_file.h"
#include "conformance/oracle/keyring_text.h"
#include "tests/unit/conformance/oracle/checks.h"
#include "tests/unit/conformance/oracle/fixtures.h"
#include "tests/unit/conformance/oracle/foreign.h"

namespace touchstone::conformance::oracle {

namespace {

const Key16 some_key = {0x51, 0x90, 0x1f, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

std::string lower(std::string text) {
  std::erase_if(text, [](char c) { return c == ':' || c == '\n'; });
  for (char& c : text)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string openssl_mac() {
  const WorkFolder folder;
  for (const std::size_t size : {0UL, 1UL, 15UL, 16UL, 17UL, 32UL, 1000UL}) {
    const Octets message(size, 0xA5);
    const auto tool =
        run_tool({"openssl", "mac", "-cipher", "AES-128-CBC", "-macopt",
                  "hexkey:" + to_hex(some_key), "-in", folder.write("m", message), "CMAC"});
    if (auto wrong = differ("CMAC of " + std::to_string(size), lower(tool.output),
                            to_hex(aes_cmac(some_key, message)));
        !wrong.empty())
      return wrong;
  }
  return {};
}

std::string openssl_kbkdf() {
  const auto tool =
      run_tool({"openssl", "kdf", "-keylen", "16", "-kdfopt", "mode:counter", "-kdfopt", "mac:CMAC",
                "-kdfopt", "cipher:AES-128-CBC", "-kdfopt", "hexkey:" + to_hex(some_key), "-kdfopt",
                "salt:ULP-KMS-BATCH-MAC/1", "KBKDF"});
  return differ("KBKDF", lower(tool.output), to_hex(batch_mac_key(some_key)));
}

std::string openssl_scrypt() {
  const Key16 salt{9, 8, 7};
  const auto tool =
      run_tool({"openssl", "kdf", "-keylen", "16", "-kdfopt", "pass:Some Words 15", "-kdfopt",
                "hexsalt:" + to_hex(salt), "-kdfopt", "n:32768", "-kdfopt", "r:8", "-kdfopt", "p:2",
                "-kdfopt", "maxmem_bytes:200000000", "SCRYPT"});
  const Kdf kdf{2, 15, 8, 2};
  return differ("scrypt", lower(tool.output),
                to_hex(derive_pwdh(as_octets("Some Words 15"), salt, kdf)));
}

std::string openssl_dgst() {
  const WorkFolder folder;
  const std::string message = "any octets";
  const auto file = folder.write("m", message);
  const auto key = folder.write("k", kms_key().public_pem());
  const auto pkcs1 = folder.write("s1", kms_key().sign(SignatureId::pkcs1, as_octets(message)));
  const auto pss = folder.write("s2", kms_key().sign(SignatureId::pss, as_octets(message)));
  const auto one =
      run_tool({"openssl", "dgst", "-sha256", "-verify", key, "-signature", pkcs1, file});
  const auto two = run_tool({"openssl", "dgst", "-sha256", "-verify", key, "-sigopt",
                             "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt",
                             "rsa_mgf1_md:sha256", "-signature", pss, file});
  return first_of({differ("pkcs1", 0, one.exit_code), differ("pss, salt of 32", 0, two.exit_code)});
}

BatchRecipe batch_of(std::size_t count) {
  BatchRecipe recipe;
  for (std::uint32_t i = 0; i < count; ++i)
    recipe.rows.push_back({i, Key16{1, static_cast<std::uint8_t>(i), 3}, 1, i});
  recipe.recipients = {kms_key(), other_key()};
  recipe.content_key.fill(0x42);
  return recipe;
}

std::string rows_text(const BatchRecipe& recipe) {
  std::string text;
  for (const Row& row : recipe.rows)
    text += print_row(row);
  return text;
}

/// What the oracle encrypts, openssl decrypts, by either recipient's key.
std::string openssl_cms_decrypt() {
  const WorkFolder folder;
  for (const bool indefinite : {false, true})
    for (const RsaKey* key : {&kms_key(), &other_key()}) {
      BatchRecipe recipe = batch_of(50);
      recipe.indefinite_lengths = indefinite;
      const auto file = folder.write("batch", encode_batch(recipe).encrypted);
      const auto tool = run_tool({"openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in",
                                  file, "-inkey", folder.write("key", key->private_pem())});
      if (tool.output != rows_text(recipe)) return "openssl cms -decrypt reads something else";
    }
  return {};
}

/// What openssl encrypts, the oracle decrypts: a certificate with the SKI of the KMS key, made on
/// the command line.
std::string openssl_cms_encrypt() {
  const WorkFolder folder;
  const BatchRecipe recipe = batch_of(20);
  const auto key = folder.write("key", kms_key().private_pem());
  const auto config =
      folder.write("c.cnf", "[req]\ndistinguished_name=n\n[n]\n[x]\nsubjectKeyIdentifier=hash\n");
  run_tool({"openssl", "req", "-x509", "-new", "-key", key, "-subj", "/CN=kms", "-config", config,
            "-extensions", "x", "-out", folder.path("cert")});
  for (const bool stream : {false, true}) {
    std::vector<std::string> argv = {"openssl",
                                     "cms",
                                     "-encrypt",
                                     "-binary",
                                     "-outform",
                                     "DER",
                                     "-in",
                                     folder.write("rows", rows_text(recipe)),
                                     "-aes-256-cbc",
                                     "-out",
                                     folder.path("out"),
                                     "-recip",
                                     folder.path("cert"),
                                     "-keyopt",
                                     "rsa_padding_mode:oaep",
                                     "-keyopt",
                                     "rsa_oaep_md:sha256",
                                     "-keyopt",
                                     "rsa_mgf1_md:sha256",
                                     "-keyid"};
    if (stream) argv.emplace_back("-stream");
    run_tool(argv);
    BatchFiles files;
    files.encrypted = folder.read("out");
    const Key16 mac = aes_cmac(batch_mac_key(some_key), files.encrypted);
    files.signature = Octets(mac.begin(), mac.end());
    files = with_manifest(files, print_manifest(manifest_of(recipe.rows, "out", files.encrypted)));
    const auto opened = decode_batch(files, some_key, kms_key(), false);
    if (!opened) return "refused: " + opened.error().why;
    if (opened->rows != recipe.rows || has_finding(opened->findings, "KL-BER") != stream)
      return "other rows, or KL-BER where it is not due";
  }
  return {};
}

/// The 2011 way to read a keyring: the csv module of Python.
std::string python_csv() {
  constexpr const char* program = R"(
import csv, sys
rows = list(csv.reader(sys.stdin))
head = {r[0]: r[1] for r in rows[:4]}
assert all(len(r) == 2 and r[1].startswith(' 0x') for r in rows[:4])
assert len(bytes.fromhex(head['gateway'][3:])) == 24
for r in rows[4:]:
    assert len(r) == 4 and r[1].startswith(' 0x') and not any(x.startswith(' ') for x in r[2:])
    print(int(r[0], 16), bytes.fromhex(r[1][3:]).hex(), int(r[2]), int(r[3]))
)";
  const auto text = vectors().at("keyring_after_import").at("text").get<std::string>();
  const auto keyring = read_keyring(as_octets(text), {}).keyring;
  std::string wanted;
  for (const Row& row : keyring.rows)
    wanted += std::to_string(row.id) + " " + to_hex(row.key) + " " + std::to_string(row.batch) +
              " " + std::to_string(row.count) + "\n";
  const auto tool = run_tool({"/usr/bin/python3", "-c", program}, print_keyring(keyring));
  return differ("rows of csv.reader", wanted, tool.output);
}

}  // namespace

void add_foreign_checks(std::vector<Check>& checks) {
  checks.push_back({"openssl mac", openssl_mac});
  checks.push_back({"openssl kdf KBKDF", openssl_kbkdf});
  checks.push_back({"openssl kdf SCRYPT", openssl_scrypt});
  checks.push_back({"openssl dgst -verify", openssl_dgst});
  checks.push_back({"openssl cms -decrypt", openssl_cms_decrypt});
  checks.push_back({"openssl cms -encrypt", openssl_cms_encrypt});
  checks.push_back({"Python csv.reader", python_csv});
}

}  // namespace touchstone::conformance::oracle
