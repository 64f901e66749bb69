#include "reference/keyring/gateway_key_file.h"

#include <gtest/gtest.h>

#include "reference/crypto/cipher.h"
#include "reference/crypto/random.h"
#include "reference/keyring/keyring_file.h"
#include "tests/unit/keyring/vectors.h"

namespace touchstone::keyring {
namespace {

constexpr auto pkcs1 = crypto::SignatureScheme::pkcs1_v15_sha256;
constexpr auto pss = crypto::SignatureScheme::pss_sha256;
constexpr PassphraseKdf quick{PassphraseKdf::Kind::scrypt, 14, 8, 1};
constexpr std::string_view passphrase = "Ulp#2011^Pass*Word&~!";

class FixedRandom final : public RandomSource {
 public:
  explicit FixedRandom(Octets octets) : octets_(std::move(octets)) {}
  void fill(std::span<std::uint8_t> out) override {
    ASSERT_EQ(out.size(), octets_.size());
    std::copy(octets_.begin(), octets_.end(), out.begin());
  }

 private:
  Octets octets_;
};

NetworkKeys network_with(const PassphraseKdf& kdf) {
  Findings findings;
  const std::string text = vectors()["header"];
  NetworkKeys network = parse_network_keys(as_octets(text), findings).value();
  network.pwdh = derive_pwdh(as_octets(passphrase), network.base, kdf).value();
  return network;
}

const crypto::RsaPrivateKey& kms() {
  static const auto key = private_key("pki/conformance/kms.pem");
  return key;
}

/// A file with the quick KDF and any parts exchanged, signed anew by the KMS (an insider's file).
struct Forge {
  Octets file;

  Forge() {
    crypto::SystemRandom random;
    file = encode_gateway_key_file(network_with(quick), quick, pkcs1, kms(), random)->file;
  }
  void put_u32(std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i)
      file[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
  /// Exchanges the plaintext, under the right key.
  void seal(const std::string& plaintext) {
    const auto network = network_with(quick);
    const auto key = derive_subkey(network.pwdh, Purpose::gateway_key_file);
    const std::span<const std::uint8_t, 16> iv(file.data() + 40, 16);
    const Octets ciphertext = crypto::aes128_cbc_encrypt(key.view(), iv, as_octets(plaintext));
    file.resize(64);
    put_u32(60, static_cast<std::uint32_t>(plaintext.size()));
    file.insert(file.end(), ciphertext.begin(), ciphertext.end());
  }
  [[nodiscard]] Result<OpenedGatewayKeyFile> open(std::string_view with = passphrase) const {
    const auto scheme = file.size() > 10 && file[10] == 2 ? pss : pkcs1;
    return decode_gateway_key_file({file, kms().sign(scheme, file).value()}, kms().public_key(),
                                   as_octets(with));
  }
  [[nodiscard]] int exit(std::string_view with = passphrase) const { return exit_of(open(with)); }
};

TEST(GatewayKeyFile, EncodesTheVectorsByteForByte) {
  const auto key = private_key("kms/valid/kms_key.priv.pem");
  for (const auto& vector : vectors()["gateway_key_files"]) {
    const auto kdf = parse_kdf(vector["kdf"].get<std::string>()).value();
    const auto scheme = static_cast<crypto::SignatureScheme>(vector["signature_id"].get<int>());
    FixedRandom random(hex(vector["iv"]));
    const auto encoded = encode_gateway_key_file(network_with(kdf), kdf, scheme, key, random);
    ASSERT_TRUE(encoded);
    EXPECT_EQ(to_hex(encoded->file), vector["file_hex"].get<std::string>());
    if (scheme == pkcs1) {
      EXPECT_EQ(to_hex(encoded->signature), vector["signature_hex"].get<std::string>());
    }
  }
}

TEST(GatewayKeyFile, DecodesTheVectors) {
  const auto key = private_key("kms/valid/kms_key.priv.pem").public_key();
  for (const auto& vector : vectors()["gateway_key_files"]) {
    const auto opened = decode_gateway_key_file(
        {hex(vector["file_hex"]), hex(vector["signature_hex"])}, key, as_octets(passphrase));
    ASSERT_TRUE(opened) << vector["name"];
    EXPECT_EQ(opened->kdf, parse_kdf(vector["kdf"].get<std::string>()).value());
    EXPECT_TRUE(same_network(opened->network, network_with(opened->kdf)));
  }
}

TEST(GatewayKeyFile, TakesAFreshIvEachTime) {
  crypto::SystemRandom random;
  const auto network = network_with(quick);
  const auto first = encode_gateway_key_file(network, quick, pkcs1, kms(), random);
  const auto second = encode_gateway_key_file(network, quick, pkcs1, kms(), random);
  EXPECT_FALSE(
      std::equal(first->file.begin() + 40, first->file.begin() + 56, second->file.begin() + 40));
}

TEST(GatewayKeyFile, RefusesAnyChangedOctetByTheSignature) {
  const Forge good;
  const Octets signature = kms().sign(pkcs1, good.file).value();
  const auto exit_with = [&](const Octets& file, const Octets& over) {
    return exit_of(
        decode_gateway_key_file({file, over}, kms().public_key(), as_octets(passphrase)));
  };
  ASSERT_EQ(exit_with(good.file, signature), 0);
  for (std::size_t i = 0; i < good.file.size(); ++i) {
    Octets changed = good.file;
    changed[i] ^= 1;
    ASSERT_EQ(exit_with(changed, signature), 4) << i;
    ASSERT_EQ(
        exit_with(Octets(good.file.begin(), good.file.begin() + static_cast<int>(i)), signature),
        4);
  }
}

TEST(GatewayKeyFile, RefusesSignaturesOfAnotherLengthKeyOrScheme) {
  const Forge good;
  const auto open = [&](const Octets& signature) {
    return decode_gateway_key_file({good.file, signature}, kms().public_key(),
                                   as_octets(passphrase));
  };
  const Octets right = kms().sign(pkcs1, good.file).value();
  Octets longer = right;
  longer.push_back(0);
  EXPECT_EQ(code_of(open({})), Errc::signature_missing);
  EXPECT_EQ(code_of(open(Octets(right.begin(), right.end() - 1))), Errc::signature_bad);
  EXPECT_EQ(code_of(open(longer)), Errc::signature_bad);
  EXPECT_EQ(code_of(open(Octets(right.size()))), Errc::signature_bad);
  EXPECT_EQ(code_of(open(kms().sign(pss, good.file).value())), Errc::signature_bad);
  const auto other = private_key("pki/conformance/other.pem");
  EXPECT_EQ(code_of(open(other.sign(pkcs1, good.file).value())), Errc::signature_bad);
}

TEST(GatewayKeyFile, RefusesUnknownIdsAndTheReservedOctet) {
  for (const std::size_t at : {8U, 9U, 10U}) {
    for (const int value : {0, 3, 255}) {
      Forge forged;
      forged.file[at] = static_cast<std::uint8_t>(value);
      EXPECT_EQ(code_of(forged.open()), Errc::parameters) << at;
    }
  }
  Forge reserved;
  reserved.file[11] = 1;
  EXPECT_EQ(code_of(reserved.open()), Errc::parameters);
  Forge magic;
  magic.file[6] = '2';
  EXPECT_EQ(code_of(magic.open()), Errc::unknown_format);
}

TEST(GatewayKeyFile, HoldsTheCostAgainstItsBoundsBeforeAnyWork) {
  struct Case {
    std::uint8_t kind;
    std::uint32_t p1, p2, p3;
  };
  for (const Case& bad :
       {Case{2, 13, 8, 1}, Case{2, 21, 8, 1}, Case{2, 63, 8, 1}, Case{2, 14, 0, 1},
        Case{2, 14, 8, 100}, Case{2, 14, 8, 0}, Case{2, 14, 0xFFFFFFFF, 1}, Case{1, 99'999, 0, 0},
        Case{1, 0xFFFFFFFF, 0, 0}, Case{1, 100'000, 8, 1}}) {
    Forge forged;
    forged.file[8] = bad.kind;
    forged.put_u32(12, bad.p1);
    forged.put_u32(16, bad.p2);
    forged.put_u32(20, bad.p3);
    EXPECT_EQ(code_of(forged.open()), Errc::parameters) << bad.p1;
  }
}

TEST(GatewayKeyFile, HoldsTheLengthFieldAgainstTheCiphertext) {
  Forge cut;
  cut.file.pop_back();
  EXPECT_EQ(cut.exit(), 6);
  Forge empty;
  empty.file.resize(64);
  EXPECT_EQ(empty.exit(), 6);
  Forge headless;
  headless.file.resize(63);
  EXPECT_EQ(headless.exit(), 6);
  for (const std::uint32_t length : {190U, 192U, 0U, 175U, 176U, 1000U}) {
    Forge off;
    off.put_u32(60, length);
    EXPECT_EQ(off.exit(), 6) << length;
  }
  Forge huge;
  huge.put_u32(56, 0x80000000);
  EXPECT_EQ(huge.exit(), 6);
}

TEST(GatewayKeyFile, TellsAWrongPassphraseExactly) {
  const Forge good;
  for (const char* const wrong : {"", "Ulp#2011^Pass*Word&~", "ulp#2011^Pass*Word&~!",
                                  "Ulp#2011^Pass*Word&~!\n", "Ulp#2011^Pass*Word&~! "})
    EXPECT_EQ(code_of(good.open(wrong)), Errc::passphrase_wrong) << wrong;
  // Padding alone lets one wrong passphrase in 256 through.
  const GatewayKeyHeader header = decode_gateway_key_header(good.file).value();
  for (int i = 0; i < 2000; ++i) {
    SecretKey<16> pwdh;
    pwdh.writable()[0] = static_cast<std::uint8_t>(i);
    pwdh.writable()[1] = static_cast<std::uint8_t>(i >> 8);
    ASSERT_EQ(code_of(decrypt_gateway_keys(header, pwdh)), Errc::passphrase_wrong);
  }
}

TEST(GatewayKeyFile, ComparesTheContentWithTheHeader) {
  const auto text = [](const NetworkKeys& network) {
    return std::string(as_text(print_network_keys(network)));
  };
  NetworkKeys other_pwdh = network_with(quick);
  other_pwdh.pwdh.writable()[15] ^= 1;
  Forge forged;
  forged.seal(text(other_pwdh));
  EXPECT_EQ(forged.exit(), 10);
  NetworkKeys other_base = network_with(quick);
  other_base.base.writable()[15] ^= 1;
  forged.seal(text(other_base));
  EXPECT_EQ(forged.exit(), 6);
  const std::string good = text(network_with(quick));
  forged.seal(good);
  EXPECT_EQ(forged.exit(), 0);
  forged.seal(good + "0x00000001, 0x00112233445566778899aabbccddeeff,1,0\n");
  EXPECT_EQ(forged.exit(), 6);
  forged.seal(good.substr(0, good.size() - 1));
  EXPECT_EQ(forged.exit(), 6);
  forged.seal(good.substr(0, good.find("gateway_cdld")));
  EXPECT_EQ(forged.exit(), 6);
}

}  // namespace
}  // namespace touchstone::keyring
