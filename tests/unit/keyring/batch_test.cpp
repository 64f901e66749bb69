#include "reference/keyring/batch.h"

#include <gtest/gtest.h>

#include "reference/crypto/cms.h"
#include "reference/crypto/digest.h"
#include "reference/crypto/mac.h"
#include "reference/keyring/manifest.h"
#include "reference/keyring/passphrase.h"
#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

constexpr std::string_view file_name = "exported_keys.csv.rsa";

const crypto::RsaPrivateKey& kms() {
  static const auto key = private_key("pki/conformance/kms.pem");
  return key;
}

SecretKey<16> pwdh() {
  return key_from<16>(vectors()["subkeys"]["pwdh"]);
}

std::vector<crypto::RsaPublicKey> recipients_of(const crypto::RsaPrivateKey& key) {
  std::vector<crypto::RsaPublicKey> keys;
  keys.push_back(key.public_key());
  return keys;
}

NodeRows some_rows() {
  NodeRows rows;
  for (NodeId id = 1; id <= 5; ++id)
    rows.push_back(row(id * 16, static_cast<std::uint8_t>(id), id, id - 1));
  return rows;
}

/// Three files and the means to exchange any of them, MACed anew (an insider's delivery).
struct Delivery {
  BatchFiles files = encode_batch(some_rows(), file_name, pwdh(), recipients_of(kms())).value();
  bool has_signature = true;
  bool has_manifest = true;
  Findings findings;
  std::string name = std::string(file_name);

  void sign() {
    const auto key = derive_subkey(pwdh(), Purpose::batch_mac);
    const auto mac = crypto::cmac(key.view(), files.encrypted);
    files.signature.assign(mac.begin(), mac.end());
  }
  void sign_and_list() {
    sign();
    const std::string hash = to_hex(crypto::sha256(files.encrypted));
    std::string text(as_text(files.manifest));
    text.replace(text.find("sha256, 0x") + 10, 64, hash);
    files.manifest.assign(text.begin(), text.end());
  }
  /// Exchanges the rows for any text, encrypted for `recipient`.
  void seal(const std::string& body, const crypto::RsaPrivateKey& recipient = kms()) {
    files.encrypted = crypto::encode_enveloped(as_octets(body), recipients_of(recipient)).value();
    sign_and_list();
  }
  void replace_in_manifest(const std::string& from, const std::string& to) {
    std::string text(as_text(files.manifest));
    text.replace(text.find(from), from.size(), to);
    files.manifest.assign(text.begin(), text.end());
  }
  Result<NodeRows> open(Strictness strictness = Strictness::tolerant) {
    findings.clear();
    BatchInput input{files.encrypted, std::nullopt, std::nullopt, name};
    if (has_signature) input.signature = files.signature;
    if (has_manifest) input.manifest = files.manifest;
    return decode_batch(input, pwdh(), kms(), strictness, findings);
  }
  int exit(Strictness strictness = Strictness::tolerant) { return exit_of(open(strictness)); }
};

TEST(Batch, RoundTrips) {
  Delivery delivery;
  const auto rows = delivery.open(Strictness::strict);
  ASSERT_TRUE(rows);
  EXPECT_TRUE(same_rows(*rows, some_rows()));
  EXPECT_TRUE(delivery.findings.empty());
}

TEST(Batch, OpensTheVector) {
  const auto& vector = vectors()["batch"];
  const auto key = private_key("kms/valid/kms_key.priv.pem");
  const std::string encrypted = read_fixture("kms/valid/exported_keys.csv.rsa");
  const std::string signature = read_fixture("kms/valid/exported_keys.csv.rsa.sig");
  const std::string manifest = vector["manifest"];
  Findings findings;
  const auto rows =
      decode_batch({as_octets(encrypted), as_octets(signature), as_octets(manifest), file_name},
                   pwdh(), key, Strictness::strict, findings);
  ASSERT_TRUE(rows) << rows.error().code.message();
  EXPECT_EQ(as_text(print_rows(*rows)), vector["rows"].get<std::string>());
}

TEST(Batch, RefusesEveryChangedOctetAndTruncationByTheMac) {  // NB-01, NB-02
  Delivery delivery;
  const Octets original = delivery.files.encrypted;
  for (std::size_t i = 0; i < original.size(); ++i) {
    delivery.files.encrypted = original;
    delivery.files.encrypted[i] ^= 1;
    ASSERT_EQ(delivery.exit(), 4) << i;
    delivery.files.encrypted.assign(original.begin(), original.begin() + static_cast<int>(i));
    ASSERT_EQ(delivery.exit(), 4) << i;
  }
}

TEST(Batch, RefusesEveryOtherSignature) {  // NB-04..NB-08
  Delivery delivery;
  const Octets right = delivery.files.signature;
  const auto exit_with = [&](const Octets& signature) {
    delivery.files.signature = signature;
    return delivery.exit();
  };
  EXPECT_EQ(exit_with(Octets(right.begin(), right.end() - 1)), 4);
  Octets longer = right;
  longer.push_back(0);
  EXPECT_EQ(exit_with(longer), 4);
  const std::string digits = to_hex(right);
  EXPECT_EQ(exit_with(Octets(digits.begin(), digits.end())), 4);
  EXPECT_EQ(exit_with({}), 4);
  const auto under = [&](const SecretKey<16>& key) {
    const auto mac = crypto::cmac(key.view(), delivery.files.encrypted);
    return Octets(mac.begin(), mac.end());
  };
  EXPECT_EQ(exit_with(under(pwdh())), 4);
  EXPECT_EQ(exit_with(under(derive_subkey(pwdh(), Purpose::gateway_key_file))), 4);
  for (std::size_t i = 0; i < right.size(); ++i) {
    Octets changed = right;
    changed[i] ^= 1;
    EXPECT_EQ(exit_with(changed), 4);
  }
  EXPECT_EQ(exit_with(right), 0);
  delivery.has_signature = false;
  EXPECT_EQ(code_of(delivery.open()), Errc::signature_missing);
}

TEST(Batch, TellsAWrongPassphraseAndAnAlteredFileAlike) {  // BK-16, NB-08
  Delivery delivery;
  SecretKey<16> other = pwdh();
  other.writable()[0] ^= 1;
  Findings findings;
  const BatchInput input{delivery.files.encrypted, delivery.files.signature,
                         delivery.files.manifest, file_name};
  const auto result = decode_batch(input, other, kms(), Strictness::tolerant, findings);
  EXPECT_EQ(code_of(result), Errc::signature_bad);
  EXPECT_NE(result.error().code.message().find("passphrase differs or file altered"),
            std::string::npos);
  EXPECT_TRUE(findings.empty());
}

TEST(Batch, RefusesOctetsBehindTheStructure) {  // NB-03
  Delivery delivery;
  delivery.files.encrypted.push_back(0);
  delivery.sign_and_list();
  EXPECT_EQ(code_of(delivery.open()), Errc::trailing_data);
}

TEST(Batch, TellsAnotherRecipientFromAKeyWrappedForAnother) {  // NB-09, NB-10
  const auto other = private_key("pki/conformance/other.pem");
  Delivery delivery;
  delivery.seal(std::string(as_text(print_rows(some_rows()))), other);
  EXPECT_EQ(code_of(delivery.open()), Errc::wrong_recipient);
  const auto ours = kms().public_key().subject_key_identifier();
  const auto theirs = other.public_key().subject_key_identifier();
  Octets& octets = delivery.files.encrypted;
  const auto at = std::search(octets.begin(), octets.end(), theirs.begin(), theirs.end());
  ASSERT_NE(at, octets.end());
  std::copy(ours.begin(), ours.end(), at);
  delivery.sign_and_list();
  EXPECT_EQ(code_of(delivery.open()), Errc::decryption);
}

TEST(Batch, RefusesOtherContentAndAlgorithms) {  // NB-13..NB-15, NB-23
  Delivery delivery;
  const auto exit_with = [&](const Octets& octets) {
    delivery.files.encrypted = octets;
    delivery.sign_and_list();
    return code_of(delivery.open());
  };
  const std::string rows(as_text(print_rows(some_rows())));
  EXPECT_EQ(exit_with(Octets(rows.begin(), rows.end())), Errc::unknown_format);
  const Octets good = crypto::encode_enveloped(as_octets(rows), recipients_of(kms())).value();
  const auto with = [&](std::string_view from, std::string_view to) {
    Octets changed = good;
    const Octets old = *from_hex(from);
    const Octets fresh = *from_hex(to);
    const auto at = std::search(changed.begin(), changed.end(), old.begin(), old.end());
    EXPECT_NE(at, changed.end());
    std::copy(fresh.begin(), fresh.end(), at);
    return changed;
  };
  EXPECT_EQ(exit_with(with("2a864886f70d010703", "2a864886f70d010702")), Errc::unknown_format);
  EXPECT_EQ(exit_with(with("2a864886f70d010107", "2a864886f70d010101")), Errc::parameters);
  EXPECT_EQ(exit_with(with("60864801650304012a", "608648016503040129")), Errc::parameters);
  EXPECT_EQ(exit_with(with("608648016503040201", "608648016503040204")), Errc::parameters);
  EXPECT_EQ(exit_with(*from_hex("3088800000000000000006092a864886f70d010703")), Errc::syntax);
}

TEST(Batch, TakesNineRecipientsForTooMany) {  // NB-17
  std::vector<crypto::RsaPublicKey> nine;
  for (int i = 0; i < 9; ++i)
    nine.push_back(kms().public_key());
  EXPECT_EQ(code_of(encode_batch(some_rows(), file_name, pwdh(), nine)), Errc::parameters);
  EXPECT_TRUE(encode_batch(some_rows(), file_name, pwdh(), std::span(nine).first(8)));
  EXPECT_EQ(code_of(encode_batch(some_rows(), file_name, pwdh(), {})), Errc::parameters);
}

TEST(Batch, NeedsABodyOfRowsAlone) {  // NB-19..NB-22, BK-24
  Delivery delivery;
  const std::string rows(as_text(print_rows(some_rows())));
  const std::string header = vectors()["header"];
  const auto exit_with = [&](const std::string& body) {
    delivery.seal(body);
    return delivery.exit();
  };
  EXPECT_EQ(exit_with(rows), 0);
  EXPECT_EQ(exit_with(""), 6);
  EXPECT_EQ(exit_with(header + rows), 6);
  EXPECT_EQ(exit_with(rows + rows.substr(0, rows.find('\n') + 1)), 6);
  EXPECT_EQ(exit_with(rows + "0x000000zz, 0x00112233445566778899aabbccddeeff,1,0\n"), 6);
  EXPECT_EQ(exit_with(rows + "0x00000001, 0x" + rows.substr(14, 32) + ",1,0\n"), 6);
}

TEST(Batch, LetsALooseLayoutPassOnlyWhenTolerant) {
  Delivery delivery;
  std::string rows(as_text(print_rows(some_rows())));
  rows.insert(rows.find('\n'), "\r");
  delivery.seal(rows);
  EXPECT_EQ(delivery.exit(), 0);
  EXPECT_TRUE(has_code(delivery.findings, "KL-CRLF"));
  EXPECT_EQ(delivery.exit(Strictness::strict), 13);
}

TEST(Batch, ReadsBerWithAFinding) {  // NB-16
  Delivery delivery;
  Octets& octets = delivery.files.encrypted;
  ASSERT_EQ(octets[1], 0x82);  // 30 82 xx xx: make the outermost length indefinite
  octets.erase(octets.begin() + 1, octets.begin() + 4);
  octets.insert(octets.begin() + 1, 0x80);
  octets.insert(octets.end(), {0, 0});
  delivery.sign_and_list();
  EXPECT_EQ(delivery.exit(), 0);
  EXPECT_TRUE(has_code(delivery.findings, "KL-BER"));
  EXPECT_EQ(delivery.exit(Strictness::strict), 13);
}

TEST(Batch, ComparesItsNodesWithTheManifest) {  // NM-01..NM-07, NM-11
  const auto exit_after = [](const std::string& from, const std::string& to) {
    Delivery delivery;
    delivery.replace_in_manifest(from, to);
    return delivery.exit();
  };
  Delivery missing;
  missing.has_manifest = false;
  EXPECT_EQ(code_of(missing.open()), Errc::manifest_missing);
  EXPECT_EQ(exit_after("0x00000020,2,1\n", ""), 7);
  EXPECT_EQ(exit_after("count, 5", "count, 6"), 7);
  EXPECT_EQ(exit_after("0x00000020,2,1", "0x00000021,2,1"), 7);
  EXPECT_EQ(exit_after("0x00000020,2,1", "0x00000010,1,0"), 7);
  EXPECT_EQ(exit_after("0x00000020,2,1", "0x00000020,3,1"), 7);
  EXPECT_EQ(exit_after("0x00000020,2,1", "0x00000020,2,2"), 7);
  EXPECT_EQ(exit_after("count, 5", "count, 10000000"), 7);
  EXPECT_EQ(exit_after("manifest, 1", "manifest, 2"), 6);
  EXPECT_EQ(exit_after("exported_keys.csv.rsa", "../../etc/passwd"), 6);
  Delivery other_hash;
  other_hash.files.manifest[other_hash.files.manifest.size() - 1] = '\n';
  const std::string hash = to_hex(crypto::sha256(other_hash.files.encrypted));
  other_hash.replace_in_manifest(hash, to_hex(crypto::sha256({})));
  EXPECT_EQ(other_hash.exit(), 7);
}

TEST(Batch, ListsTheNodesThatOnlyOneSideHas) {  // NM-02
  Delivery delivery;
  delivery.replace_in_manifest("0x00000020,2,1", "0x00000021,2,1");
  EXPECT_EQ(delivery.exit(), 7);
  std::string said;
  for (const Finding& finding : delivery.findings)
    said += finding.text + "\n";
  EXPECT_NE(said.find("1 in the batch but not in the manifest: 0x00000020"), std::string::npos)
      << said;
  EXPECT_NE(said.find("1 in the manifest but not in the batch: 0x00000021"), std::string::npos)
      << said;
}

TEST(Batch, TakesAManifestOfIdsAloneWhenTolerant) {  // NM-08
  Delivery delivery;
  delivery.replace_in_manifest("0x00000020,2,1", "0x00000020");
  EXPECT_EQ(delivery.exit(), 0);
  EXPECT_TRUE(has_code(delivery.findings, "KL-MANID"));
  EXPECT_EQ(delivery.exit(Strictness::strict), 13);
}

TEST(Batch, MayBeRenamed) {  // NM-06, BK-09
  Delivery delivery;
  delivery.name = "other.rsa";
  EXPECT_EQ(delivery.exit(Strictness::strict), 0);
  ASSERT_EQ(delivery.findings.size(), 1U);
  EXPECT_EQ(delivery.findings[0].severity, Severity::warning);
  EXPECT_EQ(code_of(encode_batch(some_rows(), "a/b", pwdh(), recipients_of(kms()))), Errc::syntax);
}

TEST(Batch, NeverShowsKeyDigits) {
  Delivery delivery;
  std::string rows = vectors()["batch"]["rows"];
  for (std::size_t i = 0; i < rows.size(); i += 3) {
    std::string changed = rows;
    changed[i] = 'x';
    delivery.seal(changed);
    const auto result = delivery.open();
    std::string said = result ? "" : result.error().detail;
    for (const Finding& finding : delivery.findings)
      said += finding.text;
    ASSERT_FALSE(shows_key_digits(said)) << said;
  }
}

}  // namespace
}  // namespace touchstone::keyring
