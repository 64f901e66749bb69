#include "reference/commands/lks_machine.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "reference/host/posix_files.h"
#include "reference/keyring/gateway_key_file.h"
#include "tests/unit/lks/lks_test.h"

namespace touchstone::commands {
namespace {

using lks::tests::kms_key;
using lks::tests::vector_keys;

constexpr std::string_view passphrase = "Ulp#2011^Pass*Word&~!";

/// Gives the same passphrase whenever it is asked.
class Typist final : public PassphraseSource {
 public:
  Result<SecretOctets> ask(std::string_view) override { return copy_secret(as_octets(passphrase)); }
};

/// A folder of a Local Key Server and the commands on it, in this process.
class LksCommands : public ::testing::Test {
 protected:
  LksCommands() {
    folder_.write("kms.pub.pem", kms_key().public_key().to_pem(), 0644);
    const keyring::PassphraseKdf cheap{.cost = 14};
    keyring::NetworkKeys keys = vector_keys();
    keys.pwdh = *keyring::derive_pwdh(as_octets(passphrase), keys.base, cheap);
    const auto made = keyring::encode_gateway_key_file(
        keys, cheap, crypto::SignatureScheme::pkcs1_v15_sha256, kms_key(), random_);
    folder_.write("gw.aes", std::string(as_text(made->file)), 0644);
    folder_.write("gw.aes.sig", std::string(as_text(made->signature)), 0644);
  }

  std::string at(const std::string& name) { return folder_.path(name); }

  int run_command(std::string_view tool, std::vector<std::string> args) {
    out_.clear();
    err_.clear();
    Environment environment{
        .out = [this](std::string_view text) { out_ += text; },
        .err = [this](std::string_view text) { err_ += text; },
        .clock = clock_,
        .random = random_,
        .user_id = 42,
        .files = [](bool lax) { return std::make_unique<host::PosixFiles>(lax); },
        .passphrases = [](std::optional<int>) { return std::make_unique<Typist>(); },
    };
    return run(tool, args, environment);
  }
  int import() {
    return run_command("import_gw_keys",
                       {"-i", at("gw.aes"), "-k", at("kms.pub.pem"), "-d", at("node_keys.db")});
  }
  int provision(std::vector<std::string> more) {
    more.insert(more.begin(), {"-d", at("node_keys.db")});
    return run_command("provision", more);
  }
  int export_to(const std::string& name, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"-d", at("node_keys.db"), "-k", at("kms.pub.pem"), "-o", at(name)});
    return run_command("export_keys", more);
  }

  touchstone::tests::TemporaryFolder folder_;
  lks::tests::StandingClock clock_;
  lks::tests::SeededRandom random_;
  std::string out_;
  std::string err_;
};

TEST_F(LksCommands, LeadFromTheGatewayKeyFileToABatch) {
  ASSERT_EQ(import(), 0) << err_;
  EXPECT_NE(out_.find("its first batch is 1"), std::string::npos) << out_;
  ASSERT_EQ(provision({"-n", "0x10200", "--nodes", "3"}), 0) << err_;
  EXPECT_EQ(out_, "3 made, 0 reprovisioned, 0 unchanged; open batch 1\n");
  ASSERT_EQ(export_to("b.rsa"), 0) << err_;
  EXPECT_NE(out_.find("batch 1 is closed"), std::string::npos) << out_;
  for (const char* name : {"b.rsa", "b.rsa.sig", "b.rsa.manifest"})
    EXPECT_TRUE(folder_.has(name)) << name;
}

TEST_F(LksCommands, RefuseNodeIdsThatAreNone) {
  ASSERT_EQ(import(), 0) << err_;
  for (const char* id : {"0x100000000", "4294967296", "-1", "abc", "", "0x", "1 ", "+1"})
    EXPECT_EQ(provision({"-n", id}), 2) << id;
  EXPECT_EQ(provision({"-n", "0xffffffff", "--nodes", "2"}), 2);
  EXPECT_EQ(provision({"-n", "1", "--nodes", "0"}), 2);
  EXPECT_EQ(provision({"-n", "1"}), 0) << err_;
  EXPECT_EQ(provision({"-n", "1"}), 8);
}

TEST_F(LksCommands, RefuseOptionsThatExcludeEachOther) {
  ASSERT_EQ(import(), 0) << err_;
  EXPECT_EQ(provision({"-n", "1", "--reprovision", "--idempotent"}), 2);
  EXPECT_EQ(provision({"-n", "1", "--emit", "--json"}), 2);
  EXPECT_EQ(export_to("b.rsa", {"--all", "--since", "1"}), 2);
  EXPECT_EQ(export_to("b.rsa", {"--batch", "0"}), 2);
  EXPECT_EQ(export_to("node_keys.db"), 2);
  EXPECT_EQ(export_to("kms.pub.pem"), 2);
  EXPECT_EQ(run_command("import_gw_keys",
                        {"-i", at("gw.aes"), "-k", at("kms.pub.pem"), "-d", at("gw.aes")}),
            2);
}

TEST_F(LksCommands, RefuseAnOperatorThatWouldBreakALine) {
  ASSERT_EQ(import(), 0) << err_;
  EXPECT_EQ(provision({"-n", "1", "--operator", "line\n2"}), 2);
  EXPECT_EQ(provision({"-n", "1", "--operator", ""}), 2);
  EXPECT_EQ(provision({"-n", "1", "--operator", std::string(65, 'x')}), 2);
  EXPECT_EQ(provision({"-n", "1", "--operator", "line 2"}), 0) << err_;
}

TEST_F(LksCommands, ReadDecimalIds) {
  ASSERT_EQ(import(), 0) << err_;
  ASSERT_EQ(provision({"-n", "66048", "-v"}), 0) << err_;
  EXPECT_NE(out_.find("0x00010200 batch 1 count 0 KCV "), std::string::npos) << out_;
}

TEST_F(LksCommands, EmitTheThreeKeysAndNothingElse) {
  ASSERT_EQ(import(), 0) << err_;
  ASSERT_EQ(provision({"-n", "0x10200", "--deterministic", "--emit"}), 0) << err_;
  EXPECT_EQ(out_,
            "gateway, 0x52bac4b02025efb6f2fd405d6ecb7c8020e6511cd30be686\n"
            "gateway_cdld, 0xa5152b03769c4cc4b1dd5febad80b2f4\n"
            "0x00010200, 0x3ee0d65995433ec7dfb37cfdc6a6f48b,1,0\n");
}

TEST_F(LksCommands, ShowNoKeyWithoutEmit) {
  ASSERT_EQ(import(), 0) << err_;
  std::string told = out_ + err_;
  ASSERT_EQ(provision({"-n", "0x10200", "--deterministic", "-v"}), 0) << err_;
  told += out_ + err_;
  ASSERT_EQ(export_to("b.rsa", {"-v"}), 0) << err_;
  told += out_ + err_;
  EXPECT_EQ(told.find("3ee0d65995433ec7dfb37cfdc6a6f48b"), std::string::npos);
  EXPECT_EQ(told.find("a5152b03769c4cc4b1dd5febad80b2f4"), std::string::npos);
  ASSERT_EQ(provision({"-n", "0x10200", "--idempotent", "--emit"}), 0);
  EXPECT_NE(out_.find("3ee0d65995433ec7dfb37cfdc6a6f48b"), std::string::npos);
}

TEST_F(LksCommands, GiveOneJsonObject) {
  ASSERT_EQ(import(), 0) << err_;
  ASSERT_EQ(provision({"-n", "7", "--nodes", "30", "--json", "-v"}), 0) << err_;
  const auto made = nlohmann::json::parse(out_);
  EXPECT_EQ(made["made"], 30);
  EXPECT_EQ(made["nodes"].size(), 30U);
  ASSERT_EQ(export_to("b.rsa", {"--json"}), 0) << err_;
  const auto exported = nlohmann::json::parse(out_);
  EXPECT_EQ(exported["nodes"], 30);
  EXPECT_EQ(exported["closed_batch"], 1);
}

TEST_F(LksCommands, ExportNothingWithoutAFile) {
  ASSERT_EQ(import(), 0) << err_;
  EXPECT_EQ(export_to("b.rsa"), 0);
  EXPECT_FALSE(folder_.has("b.rsa"));
}

TEST_F(LksCommands, ObeyLaxPermissions) {
  ASSERT_EQ(import(), 0) << err_;
  ASSERT_EQ(::chmod(at("node_keys.db").c_str(), 0644), 0);
  EXPECT_EQ(provision({"-n", "7"}), 3);
  EXPECT_EQ(provision({"-n", "7", "--lax-permissions"}), 0) << err_;
}

TEST_F(LksCommands, DiagnoseInOneLineACheck) {
  EXPECT_EQ(run_command("kms_doctor", {"--root", at("none")}), 13);
  EXPECT_TRUE(out_.starts_with("fail folders: ")) << out_;
  EXPECT_EQ(run_command("kms_doctor", {"--root", at("none"), "--json"}), 13);
  EXPECT_EQ(nlohmann::json::parse(out_)["checks"][0]["level"], "fail");
}

}  // namespace
}  // namespace touchstone::commands
