// Groups BK and NB/NM of the negative cases, through the operations batch.* and manifest.*.

#include <fmt/format.h>

#include "conformance/harness/base64.h"
#include "conformance/suites/keyfiles/batch_refusals.h"
#include "conformance/suites/keyfiles/case_groups.h"

namespace touchstone::conformance::suites::keyfiles {
namespace {

using harness::from_base64;

/// All rows of the tables that break `requirement` are refused with the class that they name.
void refuses_all(CaseContext& ctx, std::string_view requirement) {
  for (const WrongBatch& wrong : wrong_for(requirement)) {
    ctx.counterexample("batch", Json(wrong.name));
    expect_refused_for(ctx, decode_batch(ctx, wrong.make()), requirement, wrong.reject_class);
  }
}

template <const char* requirement>
void refuses(CaseContext& ctx) {
  refuses_all(ctx, requirement);
}

constexpr char bk_02[] = "BK-02", bk_03[] = "BK-03", bk_04[] = "BK-04", bk_07[] = "BK-07",
               bk_11[] = "BK-11", bk_13[] = "BK-13", bk_14[] = "BK-14", bk_15[] = "BK-15",
               bk_17[] = "BK-17", bk_18[] = "BK-18", bk_19[] = "BK-19", bk_20[] = "BK-20",
               bk_21[] = "BK-21", bk_23[] = "BK-23", bk_24[] = "BK-24";

void good_batch_is_read(CaseContext& ctx) {
  const Response response = decode_batch(ctx, oracle::encode_batch(good_batch(new_rows())));
  ctx.expect_accepted(response, "BK-01");
  ctx.expect_equal("BK-01", "nodes", to_json_rows(new_rows()), response.obs.value("nodes", Json()));
}

void each_file_is_needed(CaseContext& ctx) {
  oracle::BatchFiles files = oracle::encode_batch(good_batch(new_rows()));
  const std::optional<Octets> manifest = std::exchange(files.manifest, std::nullopt);
  ctx.expect_rejected(decode_batch(ctx, files), "BK-01", {RejectClass::manifest});
  files.manifest = manifest;
  files.signature.reset();
  ctx.expect_rejected(decode_batch(ctx, files), "BK-01", {RejectClass::signature});
}

/// A batch with the faults named; the first in the order of BK-05 must be the answer.
void first_fault_decides(CaseContext& ctx) {
  oracle::BatchRecipe recipe = good_batch(new_rows());
  recipe.recipients = {other_key()};
  recipe.body = "no rows\n";
  oracle::BatchFiles files = oracle::encode_batch(recipe);
  files.manifest.reset();
  const Octets right = *files.signature;
  files.signature->front() ^= 1;
  ctx.expect_rejected(decode_batch(ctx, files), "BK-05", {RejectClass::signature});
  files.signature = right;
  ctx.expect_rejected(decode_batch(ctx, files), "BK-05", {RejectClass::decrypt});
  recipe.recipients = {kms_key()};
  files = oracle::encode_batch(recipe);
  files.manifest.reset();
  expect_refused_for(ctx, decode_batch(ctx, files), "BK-05", RejectClass::syntax);
}

/// The container is not looked at while the MAC is wrong, and the answer does not tell why.
void mac_comes_before_asn1(CaseContext& ctx) {
  refuses_all(ctx, "BK-16");
  oracle::BatchRecipe recipe = good_batch(new_rows());
  for (const Octets& container : {Octets{0x30, 0x88, 0x80}, Octets{0x04, 0x00}, Octets()}) {
    recipe.container = container;
    oracle::BatchFiles files = oracle::encode_batch(recipe);
    files.signature->back() ^= 1;
    ctx.counterexample("container", OctetView(container));
    ctx.expect_rejected(decode_batch(ctx, files), "BK-16", {RejectClass::signature});
  }
}

/// NB-10: OpenSSL hides a failed RSA decryption behind a random key; garbage may look like content.
void wrong_wrapping_is_never_garbage(CaseContext& ctx) {
  oracle::BatchRecipe recipe = good_batch(new_rows());
  recipe.wrapped_for = other_key();
  for (std::uint32_t i = 0; i < 300; ++i) {
    recipe.iv = sample_key(7000 + i);
    ctx.expect_rejected(decode_batch(ctx, oracle::encode_batch(recipe)), "BK-18",
                        {RejectClass::decrypt});
  }
}

void own_recipient_is_found_among_others(CaseContext& ctx) {
  oracle::BatchRecipe recipe = good_batch(new_rows());
  for (const auto& recipients : {std::vector{kms_key(), other_key()}, {other_key(), kms_key()}}) {
    recipe.recipients = recipients;
    ctx.expect_accepted(decode_batch(ctx, oracle::encode_batch(recipe)), "BK-18");
  }
  for (const oracle::RsaKey& reader : {kms_key(), other_key()}) {
    const Json changes{{"private_key_pem", reader.private_pem()}};
    ctx.expect_accepted(decode_batch(ctx, oracle::encode_batch(recipe), changes), "BK-18");
  }
}

void eight_recipients_are_read(CaseContext& ctx) {
  oracle::BatchRecipe recipe = good_batch(new_rows());
  recipe.recipients.assign(8, kms_key());
  ctx.expect_accepted(decode_batch(ctx, oracle::encode_batch(recipe)), "BK-23");
}

void short_rsa_keys_are_refused(CaseContext& ctx) {
  const auto weak = oracle::RsaKey::from_private_pem(sample_pems::short_rsa());
  oracle::BatchRecipe recipe = good_batch(new_rows());
  recipe.recipients = {weak};
  ctx.expect_rejected(
      decode_batch(ctx, oracle::encode_batch(recipe), {{"private_key_pem", weak.private_pem()}}),
      "BK-23");
}

/// Taken with a finding in tolerant mode, refused in strict mode.
void odd_ones(CaseContext& ctx, std::string_view requirement) {
  for (const WrongBatch& odd : odd_batches()) {
    if (odd.requirement != requirement) continue;
    ctx.counterexample("batch", Json(odd.name));
    const Response taken = decode_batch(ctx, odd.make());
    ctx.expect_accepted(taken, requirement);
    ctx.expect_equal(requirement, "nodes", to_json_rows(new_rows()),
                     taken.obs.value("nodes", Json()));
    if (odd.finding.empty()) continue;
    ctx.expect_finding(taken, requirement, odd.finding);
    ctx.expect_rejected(decode_batch(ctx, odd.make(), {{"mode", "strict"}}), requirement);
  }
}

void indefinite_lengths_are_told(CaseContext& ctx) {
  odd_ones(ctx, "BK-23");
}

void manifest_of_ids_is_told(CaseContext& ctx) {
  odd_ones(ctx, "BK-19");
}

void renamed_batch_is_read(CaseContext& ctx) {
  odd_ones(ctx, "BK-09");
}

// What the implementation writes -----------------------------------------------------------------

oracle::BatchFiles encoded(CaseContext& ctx, const oracle::Rows& rows,
                           const std::vector<oracle::RsaKey>& recipients) {
  Json pems = Json::array();
  for (const oracle::RsaKey& key : recipients)
    pems.push_back(key.public_pem());
  const Response response = ctx.call("batch.encode", {{"nodes", to_json_rows(rows)},
                                                      {"file_name", batch_name},
                                                      {"pwdh", to_hex(passphrase_network().pwdh)},
                                                      {"public_key_pems", pems}});
  const auto part = [&](const char* name) {
    return from_base64(response.obs.value(name, "")).value_or(Octets());
  };
  return {part("encrypted_b64"), part("signature_b64"), part("manifest_b64")};
}

void expect_opens(CaseContext& ctx, std::string_view requirement, const oracle::BatchFiles& files,
                  const oracle::RsaKey& key) {
  const auto opened = oracle::decode_batch(files, passphrase_network().pwdh, key, true);
  ctx.expect(opened.has_value(), requirement, "a batch as docs/formats/batch.md describes it",
             opened ? "" : fmt::format("expected {}", opened.error().why));
}

void written_container_is_the_specified(CaseContext& ctx) {
  expect_opens(ctx, "BK-14", encoded(ctx, new_rows(), {kms_key()}), kms_key());
}

void written_batch_opens_for_each_recipient(CaseContext& ctx) {
  const auto files = encoded(ctx, new_rows(), {kms_key(), other_key()});
  expect_opens(ctx, "BK-02", files, kms_key());
  expect_opens(ctx, "BK-02", files, other_key());
  const std::string_view octets = as_text(files.encrypted);
  for (const oracle::Row& row : new_rows())
    ctx.expect(octets.find(as_text(row.key)) == std::string_view::npos &&
                   octets.find(to_hex(row.key)) == std::string_view::npos,
               "BK-02", "no key in the clear", "a key stands in the batch file");
}

void written_content_key_is_fresh(CaseContext& ctx) {
  const auto first = encoded(ctx, new_rows(), {kms_key()});
  const auto second = encoded(ctx, new_rows(), {kms_key()});
  const std::size_t size = std::min(first.encrypted.size(), second.encrypted.size());
  ctx.expect(size >= 16 && !std::ranges::equal(OctetView(first.encrypted).last(16),
                                               OctetView(second.encrypted).last(16)),
             "BK-02", "another cipher text each time", "the same last block");
}

void written_mac_covers_the_file(CaseContext& ctx) {
  const auto files = encoded(ctx, new_rows(), {kms_key()});
  const oracle::Key16 mac =
      oracle::aes_cmac(oracle::batch_mac_key(passphrase_network().pwdh), files.encrypted);
  ctx.expect_octets("BK-15", "the signature file", mac, *files.signature);
  ctx.expect_octets("BK-03", "the signature file", mac, *files.signature);
}

void written_manifest_is_the_specified(CaseContext& ctx) {
  const auto files = encoded(ctx, known_rows(), {kms_key()});
  const std::string expected =
      oracle::print_manifest(oracle::manifest_of(known_rows(), batch_name, files.encrypted));
  ctx.expect_octets("BK-19", "the manifest", as_octets(expected), *files.manifest);
}

void mac_key_is_derived_from_pwdh(CaseContext& ctx) {
  for (std::uint32_t number = 1; number < 4; ++number) {
    const oracle::Key16 pwdh = sample_key(number);
    const Response response =
        ctx.call("kdf.subkey", {{"pwdh", to_hex(pwdh)}, {"purpose", "batch_mac"}});
    ctx.expect_equal("BK-04", "K_mac", to_hex(oracle::batch_mac_key(pwdh)),
                     response.obs.value("key", Json()));
  }
}

void manifest_is_read_as_written(CaseContext& ctx) {
  const auto files = oracle::encode_batch(good_batch(known_rows()));
  const Response response =
      ctx.call("manifest.decode", {{"octets_b64", harness::to_base64(*files.manifest)}});
  ctx.expect_accepted(response, "BK-19");
  Json rows = Json::array();
  for (const oracle::Row& row : known_rows())
    rows.push_back({row.id, row.batch, row.count});
  ctx.expect_equal("BK-19", "rows", rows, response.obs.value("rows", Json()));
  ctx.expect_equal("BK-19", "file", batch_name, response.obs.value("file", Json()));
  ctx.expect_equal("BK-19", "sha256", to_hex(oracle::sha256(files.encrypted)),
                   response.obs.value("sha256", Json()));
}

/// NM-03 by itself: the count fits the rows, and no batch is there to differ from.
void manifest_names_a_node_once(CaseContext& ctx) {
  oracle::Manifest manifest = oracle::manifest_of(known_rows(), batch_name, Octets());
  manifest.rows.push_back(manifest.rows.front());
  const std::string text = oracle::print_manifest(manifest);
  const Response response =
      ctx.call("manifest.decode", {{"octets_b64", harness::to_base64(as_octets(text))}});
  ctx.expect_rejected(response, "BK-21", {RejectClass::manifest});
}

const std::vector<std::string> reads{"batch.decode", "format.ts1"};
const std::vector<std::string> reads_codes{"batch.decode", "format.ts1", "lint.codes"};
const std::vector<std::string> several{"batch.decode", "batch.recipients", "format.ts1"};
const std::vector<std::string> writes{"batch.encode", "format.ts1"};

void add_readers(harness::Registry& registry) {
  add_rows(registry, {{"BK-01.AGoodBatchIsRead",
                       {"BK-01"},
                       reads,
                       "Three files that agree are a batch",
                       good_batch_is_read},
                      {"BK-01.EachOfThreeFilesIsNeeded",
                       {"BK-01"},
                       reads,
                       "A batch without its signature or manifest is refused",
                       each_file_is_needed},
                      {"BK-02.RowsInTheClearAreNoBatch",
                       {"BK-02"},
                       reads,
                       "Rows that are not encrypted are refused",
                       refuses<bk_02>},
                      {"BK-03.AMacOfAnotherBatchIsRefused",
                       {"BK-03", "BK-06"},
                       reads,
                       "A signature belongs to one batch file",
                       refuses<bk_03>},
                      {"BK-04.AMacUnderAnotherKeyIsRefused",
                       {"BK-04"},
                       reads,
                       "Only the MAC key made from the shared passphrase counts",
                       refuses<bk_04>},
                      {"BK-05.TheFirstFaultDecides",
                       {"BK-05"},
                       reads,
                       "MAC, decryption, rows and manifest are checked in this order",
                       first_fault_decides},
                      {"BK-07.NodesThatDifferFromTheManifestAreRefused",
                       {"BK-07"},
                       reads,
                       "The nodes of batch and manifest are the same set",
                       refuses<bk_07>},
                      {"BK-09.ARenamedBatchIsRead",
                       {"BK-09"},
                       reads,
                       "The file name in the manifest binds nothing",
                       renamed_batch_is_read}});
}

void add_body_readers(harness::Registry& registry) {
  add_rows(registry, {{"BK-11.ABodyWithHeaderLinesIsRefused",
                       {"BK-11"},
                       reads,
                       "A batch carries node keys and no network key",
                       refuses<bk_11>},
                      {"BK-13.AnEmptyBodyIsRefused",
                       {"BK-13"},
                       reads,
                       "A batch holds at least one node",
                       refuses<bk_13>},
                      {"BK-14.AnotherContainerIsRefused",
                       {"BK-14"},
                       reads,
                       "Only the specified CMS EnvelopedData is read",
                       refuses<bk_14>},
                      {"BK-15.AWrongMacIsRefused",
                       {"BK-15"},
                       reads,
                       "Each octet of file and MAC counts",
                       refuses<bk_15>},
                      {"BK-16.TheMacComesBeforeTheContainer",
                       {"BK-16"},
                       reads,
                       "No octet of the container is interpreted while the MAC is wrong",
                       mac_comes_before_asn1},
                      {"BK-17.ASignatureOfAnotherSizeIsRefused",
                       {"BK-17"},
                       reads,
                       "A signature file has 16 octets",
                       refuses<bk_17>}});
}

void add_more_readers(harness::Registry& registry) {
  add_rows(registry, {{"BK-18.ABatchForAnotherKeyIsRefused",
                       {"BK-18"},
                       reads,
                       "A batch without a recipient of our identifier is not for us",
                       refuses<bk_18>},
                      {"BK-18.AFailedDecryptionIsNeverGarbage",
                       {"BK-18"},
                       reads,
                       "A content key wrapped for another is told as that, 300 times",
                       wrong_wrapping_is_never_garbage},
                      {"BK-18.TheOwnRecipientIsFoundAmongOthers",
                       {"BK-18"},
                       several,
                       "The recipient is found by its identifier at any place",
                       own_recipient_is_found_among_others},
                      {"BK-19.AWrongManifestIsRefused",
                       {"BK-19"},
                       reads,
                       "The header lines of a manifest are right in each part",
                       refuses<bk_19>},
                      {"BK-19.AManifestOfIdsIsTold",
                       {"BK-19"},
                       reads_codes,
                       "Rows of the id alone are read with KL-MANID",
                       manifest_of_ids_is_told},
                      {"BK-19.AManifestIsReadAsWritten",
                       {"BK-19"},
                       {"manifest.decode", "format.ts1"},
                       "A manifest tells file, digest and rows",
                       manifest_is_read_as_written},
                      {"BK-20.TheManifestIsAClaimAlone",
                       {"BK-20"},
                       reads,
                       "A batch number or count that the content has not is refused",
                       refuses<bk_20>}});
}

void add_row_readers(harness::Registry& registry) {
  add_rows(registry, {{"BK-21.ANodeStandsOnce",
                       {"BK-21"},
                       reads,
                       "No node stands twice in batch or manifest",
                       refuses<bk_21>},
                      {"BK-21.AManifestNamesANodeOnce",
                       {"BK-21"},
                       {"manifest.decode", "format.ts1"},
                       "A manifest with a node twice is refused",
                       manifest_names_a_node_once},
                      {"BK-23.WeakAlgorithmsAreRefused",
                       {"BK-23"},
                       reads,
                       "Old key transports and content ciphers are refused",
                       refuses<bk_23>},
                      {"BK-23.EightRecipientsAreRead",
                       {"BK-23"},
                       several,
                       "Eight recipients are still read",
                       eight_recipients_are_read},
                      {"BK-23.ShortRsaKeysAreRefused",
                       {"BK-23"},
                       reads,
                       "A batch for an RSA key under 2048 bits is refused",
                       short_rsa_keys_are_refused},
                      {"BK-23.IndefiniteLengthsAreTold",
                       {"BK-23"},
                       reads_codes,
                       "BER of indefinite length is read with KL-BER",
                       indefinite_lengths_are_told},
                      {"BK-24.OneBadRowRefusesAll",
                       {"BK-24"},
                       reads,
                       "A batch counts only if every row is valid",
                       refuses<bk_24>}});
}

void add_writers(harness::Registry& registry) {
  add_rows(registry, {{"BK-02.AWrittenBatchOpensForItsRecipients",
                       {"BK-02"},
                       {"batch.encode", "batch.recipients", "format.ts1"},
                       "Each recipient opens the batch, and no key stands in the clear",
                       written_batch_opens_for_each_recipient},
                      {"BK-02.ContentKeysAreFresh",
                       {"BK-02"},
                       writes,
                       "Two exports of the same rows have different cipher texts",
                       written_content_key_is_fresh},
                      {"BK-04.TheMacKeyIsDerivedFromPwdh",
                       {"BK-04"},
                       {"kdf.subkey", "format.ts1"},
                       "K_mac comes from the passphrase hash with its own label",
                       mac_key_is_derived_from_pwdh},
                      {"BK-14.AWrittenContainerIsTheSpecified",
                       {"BK-14"},
                       writes,
                       "The container is CMS EnvelopedData with OAEP, SHA-256 and AES-256-CBC",
                       written_container_is_the_specified},
                      {"BK-15.TheWrittenMacCoversTheFile",
                       {"BK-15", "BK-03"},
                       writes,
                       "The signature file is AES-CMAC over the batch file",
                       written_mac_covers_the_file},
                      {"BK-19.TheWrittenManifestIsTheSpecified",
                       {"BK-19"},
                       writes,
                       "The manifest is written octet for octet as specified",
                       written_manifest_is_the_specified}});
}

}  // namespace

void add_batch_codec_cases(harness::Registry& registry) {
  add_readers(registry);
  add_body_readers(registry);
  add_more_readers(registry);
  add_row_readers(registry);
  add_writers(registry);
}

}  // namespace touchstone::conformance::suites::keyfiles
