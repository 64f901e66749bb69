#include "conformance/suites/keyfiles/batch_refusals.h"

#include <fmt/format.h>

#include <array>

#include "conformance/oracle/der.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

using oracle::BatchFiles;
using oracle::BatchRecipe;

BatchFiles good() {
  return oracle::encode_batch(good_batch(new_rows()));
}

/// A batch whose recipe was changed before it was signed.
template <class Change>
BatchFiles changed(Change&& change) {
  BatchRecipe recipe = good_batch(new_rows());
  change(recipe);
  return oracle::encode_batch(recipe);
}

/// A good batch with its own signature changed; wrapping is random, so that each is another file.
BatchFiles with_signature(std::optional<Octets> (*change)(const Octets&)) {
  BatchFiles files = good();
  files.signature = change(*files.signature);
  return files;
}

Octets resized(Octets octets, std::size_t size) {
  octets.resize(size, 0);
  return octets;
}

Octets text(std::string_view letters) {
  const OctetView octets = as_octets(letters);
  return {octets.begin(), octets.end()};
}

/// The good batch with the lines of its manifest changed.
BatchFiles with_manifest_text(std::string (*change)(const std::string&)) {
  BatchFiles files = good();
  return oracle::with_manifest(files, change(std::string(as_text(*files.manifest))));
}

BatchFiles with_manifest_rows(void (*change)(oracle::Manifest&)) {
  const BatchRecipe recipe = good_batch(new_rows());
  BatchFiles files = oracle::encode_batch(recipe);
  oracle::Manifest manifest = oracle::manifest_for(recipe, files);
  change(manifest);
  return oracle::with_manifest(std::move(files), oracle::print_manifest(manifest));
}

std::string replaced(std::string where, std::string_view what, std::string_view by) {
  where.replace(where.find(what), what.size(), by);
  return where;
}

std::string body_with(const oracle::Rows& rows, std::string_view line) {
  std::string body;
  for (const oracle::Row& row : rows)
    body += oracle::print_row(row);
  return body + std::string(line);
}

/// CMS octets that are taken as they are, with a MAC made for them.
BatchFiles with_container(Octets container) {
  return changed([&](BatchRecipe& recipe) { recipe.container = std::move(container); });
}

Octets nested_sequences(std::size_t depth) {
  Octets octets;
  for (std::size_t i = 0; i < depth; ++i)
    octets.insert(octets.end(), {0x30, 0x80});
  return octets;
}

std::vector<oracle::RsaKey> recipients(std::size_t count) {
  return std::vector<oracle::RsaKey>(count, kms_key());
}

using Class = RejectClass;

constexpr std::array signature_rows{
    WrongBatch{"NB-01, a bit of the batch file flipped", "BK-06", 4, Class::signature,
               [] {
                 BatchFiles files = good();
                 files.encrypted[files.encrypted.size() / 2] ^= 1;
                 return files;
               }},
    WrongBatch{"NB-02, the batch file cut by one octet", "BK-15", 4, Class::signature,
               [] {
                 BatchFiles files = good();
                 files.encrypted.pop_back();
                 return files;
               }},
    WrongBatch{"NB-02, the batch file empty", "BK-16", 4, Class::signature,
               [] {
                 BatchFiles files = good();
                 files.encrypted.clear();
                 return files;
               }},
    WrongBatch{"garbage in place of a container", "BK-16", 4, Class::signature,
               [] {
                 BatchFiles files = good();
                 files.encrypted = text("0x00000010, no container at all\n");
                 return files;
               }},
    WrongBatch{
        "NB-04, no signature file", "BK-17", 4, Class::signature,
        [] { return with_signature([](const Octets&) { return std::optional<Octets>(); }); }},
    WrongBatch{"NB-05, a signature of 15 octets", "BK-17", 4, Class::signature,
               [] {
                 return with_signature(
                     [](const Octets& mac) { return std::optional(resized(mac, 15)); });
               }},
    WrongBatch{"NB-05, a signature of 17 octets", "BK-17", 4, Class::signature,
               [] {
                 return with_signature(
                     [](const Octets& mac) { return std::optional(resized(mac, 17)); });
               }},
    WrongBatch{"NB-05, a signature in 32 digits", "BK-15", 4, Class::signature,
               [] {
                 return with_signature(
                     [](const Octets& mac) { return std::optional(text(to_hex(mac))); });
               }},
    WrongBatch{
        "an empty signature file", "BK-17", 4, Class::signature,
        [] { return with_signature([](const Octets&) { return std::optional(Octets()); }); }},
    WrongBatch{"a signature whose last octet differs", "BK-15", 4, Class::signature,
               [] {
                 BatchFiles files = good();
                 files.signature->back() ^= 0x80;
                 return files;
               }},
    WrongBatch{"NB-06, the signature of another batch", "BK-03", 4, Class::signature,
               [] {
                 return with_signature([](const Octets&) {
                   return oracle::encode_batch(good_batch(known_rows())).signature;
                 });
               }},
    WrongBatch{"NB-07, a MAC under pwdh itself", "BK-04", 4, Class::signature,
               [] {
                 return changed(
                     [](BatchRecipe& recipe) { recipe.mac_key = oracle::MacKey::pwdh_itself; });
               }},
    WrongBatch{"NB-07, a MAC under the key of Gateway key files", "BK-04", 4, Class::signature,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.mac_key = oracle::MacKey::gateway_file_key;
                 });
               }},
    WrongBatch{"NB-08, a MAC of another passphrase", "BK-04", 4, Class::signature,
               [] { return changed([](BatchRecipe& recipe) { recipe.pwdh = sample_key(7); }); }},
};

constexpr std::array container_rows{
    WrongBatch{"NB-03, an octet after the end", "BK-14", 6, Class::syntax,
               [] { return changed([](BatchRecipe& recipe) { recipe.appended = {0}; }); }},
    WrongBatch{
        "NB-09, made for another KMS key", "BK-18", 5, Class::decrypt,
        [] { return changed([](BatchRecipe& recipe) { recipe.recipients = {other_key()}; }); }},
    WrongBatch{"wrapped for us, but told to be another's", "BK-18", 5, Class::decrypt,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.ski = other_key().subject_key_identifier();
                 });
               }},
    WrongBatch{"NB-13, PKCS#1 v1.5 key transport", "BK-23", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.transport = oracle::KeyTransport::pkcs1_v15;
                 });
               }},
    WrongBatch{"NB-23, OAEP with SHA-1", "BK-14", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.transport = oracle::KeyTransport::oaep_sha1;
                 });
               }},
    WrongBatch{"NB-23, MGF1 with SHA-1", "BK-14", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.transport = oracle::KeyTransport::oaep_sha256_mgf1_sha1;
                 });
               }},
    WrongBatch{"NB-14, 3DES content", "BK-23", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.cipher = oracle::ContentCipher::des_ede3_cbc;
                 });
               }},
    WrongBatch{"NB-14, AES-ECB content", "BK-23", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.cipher = oracle::ContentCipher::aes_256_ecb;
                 });
               }},
    WrongBatch{"NB-14, RC2 content", "BK-23", 6, Class::syntax,
               [] {
                 return changed(
                     [](BatchRecipe& recipe) { recipe.cipher = oracle::ContentCipher::rc2_cbc; });
               }},
    WrongBatch{
        "NB-17, nine recipients", "BK-23", 6, Class::syntax,
        [] { return changed([](BatchRecipe& recipe) { recipe.recipients = recipients(9); }); }},
    WrongBatch{"NB-15, SignedData", "BK-14", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.shape = oracle::ContainerShape::signed_data;
                 });
               }},
    WrongBatch{"NB-15, CompressedData", "BK-14", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.shape = oracle::ContainerShape::compressed;
                 });
               }},
    WrongBatch{"NB-15, the rows in the clear", "BK-02", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.shape = oracle::ContainerShape::plain_rows;
                 });
               }},
    WrongBatch{"NB-18, a length of 2^63", "BK-14", 6, Class::syntax,
               [] { return with_container({0x30, 0x88, 0x80, 0, 0, 0, 0, 0, 0, 0}); }},
    WrongBatch{"NB-18, a thousand nested sequences", "BK-14", 6, Class::syntax,
               [] { return with_container(nested_sequences(1000)); }},
};

constexpr std::array body_rows{
    WrongBatch{"NB-19, an empty body", "BK-13", 6, Class::syntax,
               [] { return changed([](BatchRecipe& recipe) { recipe.body = ""; }); }},
    WrongBatch{"NB-20, the header lines before the rows", "BK-11", 6, Class::syntax,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.body = oracle::print_header(other_network()) + body_with(new_rows(), "");
                 });
               }},
    WrongBatch{"NB-21, one bad row of 1000", "BK-24", 6, Class::syntax,
               [] {
                 BatchRecipe recipe = good_batch(many_rows(1000));
                 recipe.body = body_with(recipe.rows, "0x0000zz00, 0x00,1,0\n");
                 return oracle::encode_batch(recipe);
               }},
    WrongBatch{"NB-22, a node id twice in the body", "BK-21", 6, Class::duplicate,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.body = body_with(new_rows(), oracle::print_row(new_rows().back()));
                 });
               }},
    WrongBatch{"a body that ends in the midst of a row", "BK-24", 6, Class::length,
               [] {
                 return changed([](BatchRecipe& recipe) {
                   recipe.body = body_with(new_rows(), "0x00000030, 0x00112233445566,2,0\n");
                 });
               }},
};

constexpr std::array manifest_rows{
    WrongBatch{"NM-01, no manifest", "BK-01", 7, Class::manifest,
               [] {
                 BatchFiles files = good();
                 files.manifest.reset();
                 return files;
               }},
    WrongBatch{"NM-02, a node is not in the manifest", "BK-07", 7, Class::manifest,
               [] { return with_manifest_rows([](oracle::Manifest& m) { m.rows.pop_back(); }); }},
    WrongBatch{"NM-02, the manifest has one node more", "BK-07", 7, Class::manifest,
               [] {
                 return with_manifest_rows(
                     [](oracle::Manifest& m) { m.rows.push_back({0x7777, 2, 0}); });
               }},
    WrongBatch{"the manifest has another node", "BK-07", 7, Class::manifest,
               [] { return with_manifest_rows([](oracle::Manifest& m) { ++m.rows.back().id; }); }},
    WrongBatch{"NM-03, a node twice in the manifest", "BK-21", 7, Class::manifest,
               [] {
                 return with_manifest_rows(
                     [](oracle::Manifest& m) { m.rows.push_back(m.rows.back()); });
               }},
    WrongBatch{"NM-04, the count of the manifest is wrong", "BK-19", 7, Class::manifest,
               [] {
                 return with_manifest_text(
                     [](const std::string& m) { return replaced(m, "count, 2", "count, 3"); });
               }},
    WrongBatch{"NM-05, the digest of another file", "BK-19", 7, Class::manifest,
               [] { return with_manifest_rows([](oracle::Manifest& m) { m.sha256[31] ^= 1; }); }},
    WrongBatch{"NM-07, another batch number in the manifest", "BK-20", 7, Class::manifest,
               [] { return with_manifest_rows([](oracle::Manifest& m) { m.rows[0].batch = 9; }); }},
    WrongBatch{"NM-07, another count in the manifest", "BK-20", 7, Class::manifest,
               [] { return with_manifest_rows([](oracle::Manifest& m) { m.rows[0].count = 9; }); }},
    WrongBatch{"NM-09, manifest version 2", "BK-19", 6, Class::syntax,
               [] {
                 return with_manifest_text([](const std::string& m) {
                   return replaced(m, "manifest, 1", "manifest, 2");
                 });
               }},
    WrongBatch{"NM-09, an unknown header line", "BK-19", 6, Class::syntax,
               [] {
                 return with_manifest_text([](const std::string& m) {
                   return replaced(m, "count, ", "site, 1\ncount, ");
                 });
               }},
    WrongBatch{"NM-10, a file name with a path", "BK-19", 6, Class::syntax,
               [] {
                 return with_manifest_rows(
                     [](oracle::Manifest& m) { m.file = "../../etc/passwd"; });
               }},
    WrongBatch{"NM-10, NUL in the file name", "BK-19", 6, Class::syntax,
               [] {
                 return with_manifest_rows(
                     [](oracle::Manifest& m) { m.file = std::string("a\0b", 3); });
               }},
    WrongBatch{"NM-11, a hundred thousand rows beside two", "BK-07", 7, Class::manifest,
               [] {
                 return with_manifest_rows([](oracle::Manifest& m) {
                   for (std::uint32_t id = 0x10000; m.rows.size() < 100'000; ++id)
                     m.rows.push_back({id, 2, 0});
                 });
               }},
};

constexpr std::array odd_rows{
    WrongBatch{
        "NB-16, BER of indefinite length", "BK-23", 0, Class::unspecified,
        [] { return changed([](BatchRecipe& recipe) { recipe.indefinite_lengths = true; }); },
        "KL-BER"},
    WrongBatch{"NM-08, a manifest of ids alone", "BK-19", 0, Class::unspecified,
               [] {
                 return with_manifest_rows([](oracle::Manifest& m) {
                   for (oracle::ManifestRow& row : m.rows)
                     row.batch = row.count = std::nullopt;
                 });
               },
               "KL-MANID"},
    WrongBatch{
        "NM-06, another file name in the manifest", "BK-09", 0, Class::unspecified,
        [] { return with_manifest_rows([](oracle::Manifest& m) { m.file = "batch_keys7.rsa"; }); }},
};

}  // namespace

std::span<const WrongBatch> wrong_signatures() {
  return signature_rows;
}

std::span<const WrongBatch> wrong_containers() {
  return container_rows;
}

std::span<const WrongBatch> wrong_bodies() {
  return body_rows;
}

std::span<const WrongBatch> wrong_manifests() {
  return manifest_rows;
}

std::span<const WrongBatch> odd_batches() {
  return odd_rows;
}

std::vector<WrongBatch> wrong_for(std::string_view requirement) {
  std::vector<WrongBatch> found;
  for (const auto& table :
       {wrong_signatures(), wrong_containers(), wrong_bodies(), wrong_manifests()})
    for (const WrongBatch& row : table)
      if (row.requirement == requirement) found.push_back(row);
  return found;
}

}  // namespace touchstone::conformance::suites::keyfiles
