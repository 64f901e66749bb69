#include "reference/crypto/rsa.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "reference/base/exit_class.h"
#include "tests/unit/crypto/pem_files.h"

namespace touchstone::crypto {
namespace {

Result<RsaPrivateKey> parse_private(const std::string& pem) {
  return RsaPrivateKey::from_pem(as_octets(pem));
}

Result<RsaPublicKey> parse_public(const std::string& pem) {
  return RsaPublicKey::from_pem(as_octets(pem));
}

constexpr auto scheme_v15 = SignatureScheme::pkcs1_v15_sha256;
constexpr auto scheme_pss = SignatureScheme::pss_sha256;

TEST(RsaPrivateKey, ReadsPkcs1AndPkcs8AsTheSameKey) {
  const auto pkcs8 = parse_private(read_fixture("kms/valid/kms_key.priv.pem"));
  const auto pkcs1 = parse_private(read_fixture("kms/valid/kms_key.pkcs1.pem"));
  ASSERT_TRUE(pkcs8 && pkcs1);
  EXPECT_EQ(pkcs8->public_key().spki_sha256(), pkcs1->public_key().spki_sha256());
  EXPECT_EQ(pkcs8->public_key().bits(), 3072);
}

TEST(RsaPrivateKey, RoundTripsThroughPem) {
  const std::string pem = read_fixture("kms/valid/kms_key.priv.pem");
  const SecretOctets printed = parse_private(pem)->to_pem();
  EXPECT_EQ(as_text(printed), pem);
}

TEST(RsaPrivateKey, TellsWhyAPemIsNoUse) {
  const auto exit_of = [](const std::string& pem) { return exit_code(parse_private(pem).error()); };
  EXPECT_EQ(exit_of(read_fixture("kms/valid/kms_key.pub.pem")), 3);
  EXPECT_EQ(exit_of(read_fixture("pki/conformance/ec.pem")), 3);
  EXPECT_EQ(exit_of(read_fixture("pki/conformance/short.pem")), 2);
  EXPECT_EQ(exit_of(""), 3);
  EXPECT_EQ(exit_of("no key at all"), 3);
  EXPECT_EQ(exit_of(std::string(70'000, 'x')), 3);
}

TEST(RsaPrivateKey, AsksOnceForThePassphraseOfAnEncryptedPem) {
  const std::string pem = read_fixture("crypto/encrypted.pem");
  int asked = 0;
  const auto answer = [&](const char* text) {
    return [&asked, text]() -> std::optional<SecretOctets> {
      ++asked;
      if (text == nullptr) return std::nullopt;
      return copy_secret(as_octets(text));
    };
  };
  EXPECT_TRUE(RsaPrivateKey::from_pem(as_octets(pem), answer("open sesame")));
  EXPECT_EQ(asked, 1);
  const auto wrong = RsaPrivateKey::from_pem(as_octets(pem), answer("open barley"));
  EXPECT_EQ(code_of(wrong), Errc::passphrase_needed);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(code_of(RsaPrivateKey::from_pem(as_octets(pem), answer(nullptr))),
            Errc::passphrase_needed);
  EXPECT_EQ(code_of(RsaPrivateKey::from_pem(as_octets(pem))), Errc::passphrase_needed);
  EXPECT_EQ(exit_code(wrong.error()), 10);
}

TEST(RsaPrivateKey, GeneratesAKeyThatWorksAndRefusesAShortOne) {
  const auto key = RsaPrivateKey::generate(2048);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->public_key().bits(), 2048);
  const auto signature = key->sign(scheme_v15, as_octets("m"));
  ASSERT_TRUE(signature);
  EXPECT_TRUE(key->public_key().verify(scheme_v15, as_octets("m"), *signature));
  EXPECT_EQ(code_of(RsaPrivateKey::generate(1024)), Errc::key_too_short);
}

TEST(RsaPublicKey, NamesItselfAsOpensslDoes) {
  const auto key = parse_public(read_fixture("kms/valid/kms_key.pub.pem"));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->subject_key_identifier()), "b55173ccd3eb797239625a6e95ca416b8047e96c");
  // openssl pkey -pubin -in kms_key.pub.pem -outform DER | sha256sum
  EXPECT_EQ(to_hex(key->spki_sha256()),
            "e387fccad3a0de3586b252d530f3d4777c0a0475ef526b87d3537d1c6ca35c6d");
}

TEST(RsaPublicKey, RoundTripsThroughPemAndCopies) {
  const std::string pem = read_fixture("kms/valid/kms_key.pub.pem");
  const auto key = parse_public(pem);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->to_pem(), pem);
  EXPECT_EQ(key->copy().to_pem(), pem);
  EXPECT_EQ(private_key("kms/valid/kms_key.priv.pem").public_key().to_pem(), pem);
}

TEST(RsaPublicKey, TellsWhyAPemIsNoUse) {
  const auto code_of = [](const std::string& pem) { return parse_public(pem).error().code; };
  EXPECT_EQ(code_of(read_fixture("kms/valid/kms_key.priv.pem")), Errc::not_a_key);
  EXPECT_EQ(code_of(read_fixture("kms/valid/kms_key.pkcs1.pem")), Errc::not_a_key);
  EXPECT_EQ(code_of("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
            Errc::not_a_key);
}

TEST(RsaSignature, VerifiesUnderItsOwnSchemeKeyAndMessageAlone) {
  const RsaPrivateKey key = kms_key();
  const RsaPublicKey public_key = key.public_key();
  for (const auto scheme : {scheme_v15, scheme_pss}) {
    const auto other_scheme = scheme == scheme_v15 ? scheme_pss : scheme_v15;
    const auto signature = key.sign(scheme, as_octets("message"));
    ASSERT_TRUE(signature);
    EXPECT_TRUE(public_key.verify(scheme, as_octets("message"), *signature));
    EXPECT_FALSE(public_key.verify(other_scheme, as_octets("message"), *signature));
    EXPECT_FALSE(public_key.verify(scheme, as_octets("massage"), *signature));
    EXPECT_FALSE(other_key().public_key().verify(scheme, as_octets("message"), *signature));
  }
}

TEST(RsaSignature, RefusesEveryOtherLengthAndEveryChangedOctet) {
  const RsaPrivateKey key = kms_key();
  const RsaPublicKey public_key = key.public_key();
  const Octets signature = key.sign(scheme_v15, as_octets("message")).value();
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Octets changed = signature;
    changed[i] ^= 1;
    EXPECT_FALSE(public_key.verify(scheme_v15, as_octets("message"), changed));
  }
  Octets longer = signature;
  longer.insert(longer.begin(), 0);
  EXPECT_FALSE(public_key.verify(scheme_v15, as_octets("message"), longer));
  const OctetView shorter = OctetView(signature).first(signature.size() - 1);
  EXPECT_FALSE(public_key.verify(scheme_v15, as_octets("message"), shorter));
  EXPECT_FALSE(public_key.verify(scheme_v15, as_octets("message"), Octets(signature.size())));
}

TEST(RsaErrors, LeaveNothingInTheErrorQueueOfTheThread) {
  ASSERT_FALSE(parse_private("no key"));
  ASSERT_FALSE(parse_public("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  ASSERT_FALSE(kms_key().public_key().verify(scheme_v15, as_octets("m"), Octets(256)));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace touchstone::crypto
