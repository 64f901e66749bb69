#include "reference/commands/diameter_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "reference/crypto/random.h"
#include "reference/host/posix_files.h"
#include "reference/host/system_clock.h"

namespace touchstone::commands {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The command on files of a folder of its own.
class DiameterConfLint : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  int lint(std::vector<std::string> args) {
    out_.clear();
    err_.clear();
    host::SystemClock clock;
    crypto::SystemRandom random;
    Environment environment{
        .out = [&](std::string_view text) { out_ += text; },
        .err = [&](std::string_view text) { err_ += text; },
        .clock = clock,
        .random = random,
        .files = [](bool lax) { return std::make_unique<host::PosixFiles>(lax); },
        .passphrases = {}};
    return run("diameter_conf_lint", args, environment);
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("conf-" + std::to_string(::getpid()));
  std::string out_;
  std::string err_;
  const std::string server_ =
      "URI=aaas://kms.example\nStackType=SERVER\nRealm=example\nPeerTable.0.URI=aaa://gw.example\n";
};

TEST_F(DiameterConfLint, TakesAGoodFileWithoutAWord) {
  EXPECT_EQ(lint({"--strict", write("good.conf", server_)}), 0);
  EXPECT_EQ(out_ + err_, "");
}

TEST_F(DiameterConfLint, NamesFileLineColumnAndCode) {
  const std::string file = write("bad.conf", server_ + "VendorId=0x1\n");
  EXPECT_EQ(lint({file}), 6);
  EXPECT_THAT(out_, HasSubstr(file + ":5:10: NUMBER: expected"));
}

TEST_F(DiameterConfLint, LetsTheWorstFileDecide) {
  const std::string good = write("good.conf", server_);
  const std::string odd = write("odd.conf", server_ + "Spare=1\n");
  EXPECT_EQ(lint({good, odd}), 0);
  EXPECT_EQ(lint({"--strict", odd, good}), 13);
  EXPECT_EQ(lint({"--strict", odd, (folder_ / "missing.conf").string(), good}), 3);
  EXPECT_THAT(err_, HasSubstr("missing.conf"));
}

TEST_F(DiameterConfLint, TellsThePortsOfTheProfile) {
  const std::string file = write("good.conf", server_);
  EXPECT_EQ(lint({"-v", "--profile", "6733", file}), 0);
  EXPECT_THAT(out_, HasSubstr("port 5868"));
  EXPECT_EQ(lint({"-v", "--profile", "3588", file}), 0);
  EXPECT_THAT(out_, Not(HasSubstr("5868")));
  EXPECT_EQ(lint({"--profile", "2865", file}), 2);
}

TEST_F(DiameterConfLint, KnowsTheComputerFromItsOptions) {
  const std::string file = write("tls.conf", server_ + "InbandSecurityIds.0.SecurityId=TLS\n");
  EXPECT_EQ(lint({file}), 6);
  EXPECT_EQ(lint({"--certificate", "--role", "server", "--host", "a", "--host", "KMS.example",
                  "--strict", file}),
            0);
  EXPECT_EQ(lint({"--certificate", "--role", "client", file}), 6);
  EXPECT_EQ(lint({"--certificate", "--host", "a", "--strict", file}), 13);
}

}  // namespace
}  // namespace touchstone::commands
