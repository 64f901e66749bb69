#include "reference/keyring/profile.h"

#include <gtest/gtest.h>

#include "reference/crypto/random.h"
#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

TEST(KeyFileProfile, RecognisesItsFilesByTheirFirstOctets) {
  const KeyFileProfile* const known[] = {&ts1()};
  const std::string batch = read_fixture("kms/valid/exported_keys.csv.rsa");
  const std::string gateway = read_fixture("kms/valid/gw_keys.csv.aes");
  EXPECT_EQ(profile_of_batch(known, as_octets(batch)).value()->name(), "ts1");
  EXPECT_EQ(profile_of_gateway_key_file(known, as_octets(gateway)).value()->name(), "ts1");
}

TEST(KeyFileProfile, TellsUnknownFromWrong) {
  const KeyFileProfile* const known[] = {&ts1()};
  const std::string rows = vectors()["batch"]["rows"];
  for (const std::string& foreign : {std::string(), std::string("Salted__xxxxxxxx"), rows}) {
    EXPECT_EQ(code_of(profile_of_batch(known, as_octets(foreign))), Errc::unknown_format);
    EXPECT_EQ(code_of(profile_of_gateway_key_file(known, as_octets(foreign))),
              Errc::unknown_format);
  }
  // Recognised, and wrong: half of a file, and a version that is not ours.
  const std::string half = read_fixture("kms/valid/exported_keys.csv.rsa").substr(0, 100);
  EXPECT_TRUE(profile_of_batch(known, as_octets(half)));
  EXPECT_TRUE(profile_of_gateway_key_file(known, as_octets("ULPGWK9\n")));
  EXPECT_EQ(code_of(profile_of_batch({}, as_octets(half))), Errc::unknown_format);
}

TEST(KeyFileProfile, EncodesAndDecodesLikeTheFunctionsThatItStandsFor) {
  const KeyFileProfile& profile = ts1();
  const auto kms = private_key("pki/conformance/kms.pem");
  std::vector<crypto::RsaPublicKey> recipients;
  recipients.push_back(kms.public_key());
  const auto pwdh = key_from<16>(vectors()["subkeys"]["pwdh"]);
  NodeRows rows;
  rows.push_back(row(7, 9));
  const auto files = profile.encode_batch(rows, "b.rsa", pwdh, recipients);
  ASSERT_TRUE(files);
  Findings findings;
  const auto read =
      profile.decode_batch({files->encrypted, files->signature, files->manifest, "b.rsa"}, pwdh,
                           kms, Strictness::strict, findings);
  ASSERT_TRUE(read);
  EXPECT_TRUE(same_rows(*read, rows));

  const std::string header = vectors()["header"];
  NetworkKeys network = parse_network_keys(as_octets(header), findings).value();
  constexpr PassphraseKdf kdf{PassphraseKdf::Kind::scrypt, 14, 8, 1};
  network.pwdh = derive_pwdh(as_octets("a passphrase"), network.base, kdf).value();
  crypto::SystemRandom random;
  const auto file = profile.encode_gateway_key_file(
      network, kdf, crypto::SignatureScheme::pss_sha256, kms, random);
  ASSERT_TRUE(file);
  const auto opened =
      profile.decode_gateway_key_file(*file, kms.public_key(), as_octets("a passphrase"));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(same_network(opened->network, network));
}

}  // namespace
}  // namespace touchstone::keyring
