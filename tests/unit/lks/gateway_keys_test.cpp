#include "reference/lks/gateway_keys.h"

#include <sys/stat.h>

#include "reference/keyring/gateway_key_file.h"
#include "tests/support/faulty_files.h"
#include "tests/unit/lks/lks_test.h"

namespace touchstone::lks::tests {
namespace {

constexpr std::string_view passphrase = "Ulp#2011^Pass*Word&~!";
constexpr keyring::PassphraseKdf cheap{.cost = 14};

class OnePassphrase final : public PassphraseSource {
 public:
  explicit OnePassphrase(std::string_view text) : text_(text) {}
  Result<SecretOctets> ask(std::string_view) override {
    ++asked;
    return copy_secret(as_octets(text_));
  }
  int asked = 0;

 private:
  std::string_view text_;
};

class GatewayKeys : public LksTest {
 protected:
  GatewayKeys() {
    folder_.write("kms.pub.pem", kms_key().public_key().to_pem(), 0644);
    write_gateway_file(keys_of("bf56cb411dae5c6f0eb7b9e1c0a8379d"));
  }

  static keyring::NetworkKeys keys_of(std::string_view base) {
    keyring::NetworkKeys keys = vector_keys();
    keys.base = key_of<16>(base);
    keys.pwdh = *keyring::derive_pwdh(as_octets(passphrase), keys.base, cheap);
    return keys;
  }
  void write_gateway_file(const keyring::NetworkKeys& keys) {
    const auto made = keyring::encode_gateway_key_file(
        keys, cheap, crypto::SignatureScheme::pkcs1_v15_sha256, kms_key(), random_);
    folder_.write("gw.aes", std::string(as_text(made->file)), 0644);
    folder_.write("gw.aes.sig", std::string(as_text(made->signature)), 0644);
  }
  ImportRequest request() {
    return {.input = folder_.path("gw.aes"),
            .public_key = folder_.path("kms.pub.pem"),
            .database = database_,
            .first_batch = 1,
            .user = "uid 7"};
  }
  Result<ImportAnswer> run_import(std::string_view typed = passphrase) {
    OnePassphrase source(typed);
    return import_gateway_keys(machine(), request(), source);
  }
  bool has_database() {
    return GetParam() == Store::memory ? memory_.databases.contains(database_)
                                       : folder_.has("node_keys.db");
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, GatewayKeys, ::testing::Values(Store::memory, Store::sqlite),
                         store_name);

TEST_P(GatewayKeys, MakeADatabaseThatHoldsThem) {
  const auto answer = run_import();
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_TRUE(answer->made);
  EXPECT_EQ(answer->kms_spki, kms_key().public_key().spki_sha256());
  EXPECT_EQ(answer->gateway_kcv, "46be54");
  EXPECT_EQ(answer->gateway_cdld_kcv, "1bbfe4");
  const auto network = open()->network();
  ASSERT_TRUE(network);
  const keyring::NetworkKeys expected = keys_of("bf56cb411dae5c6f0eb7b9e1c0a8379d");
  EXPECT_TRUE(network->keys.pwdh.equals(expected.pwdh));
  EXPECT_TRUE(network->keys.base.equals(expected.base));
  EXPECT_TRUE(network->keys.gateway.equals(expected.gateway));
  EXPECT_TRUE(network->keys.gateway_cdld.equals(expected.gateway_cdld));
  EXPECT_EQ(network->kdf, cheap);
  EXPECT_TRUE(check_audit(*open()->audit()));
}

TEST_P(GatewayKeys, AreRefusedWithAnotherPassphrase) {
  for (const std::string_view typed :
       {"Ulp#2011^Pass*Word&~", "ulp#2011^Pass*Word&~!", "Ulp#2011^Pass*Word&~! ", ""}) {
    const auto before = folder_.names();
    EXPECT_EQ(exit_of(run_import(typed)), 10);
    EXPECT_FALSE(has_database());
    EXPECT_EQ(folder_.names(), before);
  }
}

/// GW-09: the signature comes first, so that a wrong passphrase does not hide a forged file.
TEST_P(GatewayKeys, AreRefusedWhenChangedWhateverThePassphrase) {
  std::string file = folder_.read("gw.aes");
  file[100] = static_cast<char>(file[100] ^ 1);
  folder_.write("gw.aes", file);
  EXPECT_EQ(exit_of(run_import()), 4);
  EXPECT_EQ(exit_of(run_import("wrong")), 4);
  EXPECT_FALSE(has_database());
}

TEST_P(GatewayKeys, AreRefusedWithoutTheirSignature) {
  ASSERT_TRUE(files_.remove(folder_.path("gw.aes.sig")));
  EXPECT_EQ(exit_of(run_import()), 4);
  EXPECT_FALSE(has_database());
}

TEST_P(GatewayKeys, AreRefusedFromAnotherKms) {
  const auto other = crypto::RsaPrivateKey::generate(2048);
  folder_.write("kms.pub.pem", other->public_key().to_pem());
  EXPECT_EQ(exit_of(run_import()), 4);
  EXPECT_FALSE(has_database());
}

TEST_P(GatewayKeys, AskNoPassphraseForAMissingFile) {
  ASSERT_TRUE(files_.remove(folder_.path("gw.aes")));
  OnePassphrase source(passphrase);
  EXPECT_EQ(exit_of(import_gateway_keys(machine(), request(), source)), 3);
  EXPECT_EQ(source.asked, 0);
}

TEST_P(GatewayKeys, OfTheSameNetworkAreNoNews) {
  if (GetParam() == Store::memory) return;  // whether the file stands is asked of Files
  ASSERT_TRUE(run_import());
  ASSERT_TRUE(run(nodes(7)));
  const std::string before = folder_.read("node_keys.db");
  write_gateway_file(keys_of("bf56cb411dae5c6f0eb7b9e1c0a8379d"));
  const auto again = run_import();
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_FALSE(again->made);
  EXPECT_EQ(folder_.read("node_keys.db"), before);
}

TEST_P(GatewayKeys, OfAnotherNetworkAreRefused) {
  if (GetParam() == Store::memory) return;  // as above
  ASSERT_TRUE(run_import());
  const std::string before = folder_.read("node_keys.db");
  write_gateway_file(keys_of("00112233445566778899aabbccddeeff"));
  EXPECT_EQ(exit_of(run_import()), 8);
  keyring::NetworkKeys rotated = keys_of("bf56cb411dae5c6f0eb7b9e1c0a8379d");
  rotated.gateway_cdld = key_of<16>("00112233445566778899aabbccddeeff");
  write_gateway_file(rotated);
  EXPECT_EQ(exit_of(run_import()), 8);
  EXPECT_EQ(folder_.read("node_keys.db"), before);
}

TEST_P(GatewayKeys, StartTheBatchesOfASite) {
  ImportRequest site = request();
  site.first_batch = 1000;
  OnePassphrase source(passphrase);
  ASSERT_TRUE(import_gateway_keys(machine(), site, source));
  EXPECT_EQ(run(nodes(7))->batch, 1000U);
}

TEST_P(GatewayKeys, RefuseALinkOrAPipeInPlaceOfTheDatabase) {
  ASSERT_EQ(::symlink(folder_.path("elsewhere").c_str(), database_.c_str()), 0);
  EXPECT_NE(exit_of(run_import()), 0);
  EXPECT_FALSE(folder_.has("elsewhere"));
  ASSERT_TRUE(files_.remove(database_));
  ASSERT_EQ(::mkfifo(database_.c_str(), 0600), 0);
  EXPECT_EQ(exit_of(run_import()), 3);
}

TEST_P(GatewayKeys, LeaveNoHalfDatabaseAtAFault) {
  if (GetParam() == Store::memory) return;  // no steps
  for (int step = 1;; ++step) {
    ASSERT_LT(step, 50);
    touchstone::tests::FaultyFiles faulty(files_, step, false);
    host::SqliteKeyDatabases databases(faulty);
    OnePassphrase source(passphrase);
    const auto before = folder_.names();
    const auto answer =
        import_gateway_keys({faulty, databases, clock_, random_, progress_}, request(), source);
    if (answer) break;
    EXPECT_EQ(exit_of(answer), 12) << "step " << step;
    EXPECT_EQ(folder_.names(), before) << "step " << step;
  }
}

}  // namespace
}  // namespace touchstone::lks::tests
