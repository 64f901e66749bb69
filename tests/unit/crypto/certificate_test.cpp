#include "reference/crypto/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/tree.h"

namespace touchstone::crypto {
namespace {

using Fault = CertificateFault;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::chrono::sys_seconds today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);

std::string file(const std::string& name) {
  std::ifstream in(tests::tree_path("fixtures/pki/mgu/" + name), std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Given {
  std::string root = "ca.pem";
  std::string own = "client.pem";
  std::string key = "client_key.pem";
  std::string password = {};
  std::chrono::sys_seconds now = today;
};

CertificateReport check(const Given& given) {
  const std::string root = file(given.root);
  const std::string own = file(given.own);
  const std::string key = file(given.key);
  CertificateSet set{.root = as_octets(root), .own = as_octets(own), .key = as_octets(key)};
  if (!given.password.empty()) set.password = as_octets(given.password);
  return check_certificates(set, given.now);
}

/// `file:fault` for each problem.
std::vector<std::string> problems(const Given& given) {
  std::vector<std::string> names;
  for (const CertificateProblem& one : check(given).problems) {
    const char* place = one.file == CertificateFile::root  ? "root:"
                        : one.file == CertificateFile::own ? "own:"
                                                           : "key:";
    names.push_back(place + std::string(name_of(one.fault)));
  }
  return names;
}

TEST(Certificate, FindsNothingInAGoodSet) {
  const CertificateReport report = check({});
  EXPECT_TRUE(report.problems.empty());
  ASSERT_TRUE(report.own);
  EXPECT_EQ(report.own->subject, "CN=mgu1.example");
  EXPECT_EQ(report.own->version, 3);
  EXPECT_EQ(report.own->bits, 2048);
  EXPECT_EQ(report.own->not_before, std::chrono::sys_days(std::chrono::year(2020) / 1 / 1));
  EXPECT_FALSE(report.key_is_encrypted);
}

TEST(Certificate, FindsEachFaultAndNoOther) {
  EXPECT_THAT(problems({.own = "client.der"}), ElementsAre("own:der"));
  EXPECT_THAT(problems({.own = "client.p12"}), ElementsAre("own:pkcs12"));
  EXPECT_THAT(problems({.key = "client_key.der"}), ElementsAre("key:der"));
  EXPECT_THAT(problems({.root = "no_pem.pem"}), ElementsAre("root:no_pem"));
  EXPECT_THAT(problems({.own = "torn.pem"}), ElementsAre("own:no_pem"));
  EXPECT_THAT(problems({.own = "client_key.pem"}), ElementsAre("own:key_inside", "own:no_pem"));
  EXPECT_THAT(problems({.own = "several.pem"}), ElementsAre("own:several"));
  EXPECT_THAT(problems({.own = "with_key.pem"}), ElementsAre("own:key_inside"));
  EXPECT_THAT(problems({.own = "v1.pem"}), ElementsAre("own:version"));
  EXPECT_THAT(problems({.own = "expired.pem"}), ElementsAre("own:expired"));
  EXPECT_THAT(problems({.own = "not_yet_valid.pem"}), ElementsAre("own:not_yet_valid"));
  EXPECT_THAT(problems({.root = "expired_ca.pem"}), ElementsAre("root:expired"));
  EXPECT_THAT(problems({.own = "short.pem", .key = "short_key.pem"}), ElementsAre("own:weak_key"));
  EXPECT_THAT(problems({.own = "ec.pem", .key = "ec_key.pem"}), ElementsAre("own:not_rsa"));
  EXPECT_THAT(problems({.own = "server_only.pem"}), ElementsAre("own:wrong_purpose"));
  EXPECT_THAT(problems({.own = "self_signed.pem"}), ElementsAre("own:self_signed"));
  EXPECT_THAT(problems({.own = "of_other_ca.pem"}), ElementsAre("own:wrong_root"));
  EXPECT_THAT(problems({.root = "other_ca.pem"}), ElementsAre("own:wrong_root"));
  EXPECT_THAT(problems({.root = "client.pem"}), ElementsAre("root:no_root", "own:wrong_root"));
  EXPECT_THAT(problems({.key = "stranger_key.pem"}), ElementsAre("key:wrong_key"));
  EXPECT_THAT(problems({.key = "client.pem"}), ElementsAre("key:no_pem"));
}

TEST(Certificate, OpensAnEncryptedKeyWithItsPasswordAlone) {
  const std::string password = "Client key words 42";
  EXPECT_THAT(problems({.key = "encrypted_key.pem", .password = password}), IsEmpty());
  EXPECT_TRUE(check({.key = "encrypted_key.pem", .password = password}).key_is_encrypted);
  EXPECT_THAT(problems({.key = "encrypted_key.pem"}), ElementsAre("key:password_missing"));
  EXPECT_THAT(problems({.key = "encrypted_key.pem", .password = "no"}),
              ElementsAre("key:password_wrong"));
  EXPECT_THAT(problems({.password = password}), ElementsAre("key:password_unneeded"));
}

TEST(Certificate, JudgesDatesByTheGivenTimeAlone) {
  const auto boot = std::chrono::sys_seconds(std::chrono::seconds(30));
  EXPECT_THAT(problems({.now = boot}), ElementsAre("root:not_yet_valid", "own:not_yet_valid"));
  const auto last =
      std::chrono::sys_days(std::chrono::year(2050) / 1 / 1) - std::chrono::seconds(1);
  EXPECT_THAT(problems({.now = last}), IsEmpty());
  EXPECT_THAT(problems({.now = last + std::chrono::seconds(1)}),
              ElementsAre("root:expired", "own:expired"));
}

TEST(Certificate, TakesASelfSignedOneAsItsOwnRoot) {
  EXPECT_THAT(problems({.root = "self_signed.pem", .own = "self_signed.pem"}),
              ElementsAre("root:no_root"));
}

TEST(Certificate, TakesAFileOfAnyLengthAndKind) {
  const std::string root = file("ca.pem");
  const std::string key = file("client_key.pem");
  const std::string own = file("client.pem");
  for (std::size_t size = 0; size < own.size(); size += 7) {
    const auto report = check_certificates({.root = as_octets(root),
                                            .own = as_octets(own).first(size),
                                            .key = as_octets(key).first(size)},
                                           today);
    EXPECT_FALSE(report.problems.empty()) << size;
  }
  const std::string large(70000, '-');
  const auto report = check_certificates(
      {.root = as_octets(large), .own = as_octets(large), .key = as_octets(large)}, today);
  EXPECT_EQ(report.problems.size(), 3U);
  EXPECT_TRUE(report.has(Fault::too_large));
}

TEST(Certificate, ReadsOneAlone) {
  const std::string own = file("client.pem");
  ASSERT_TRUE(read_certificate(as_octets(own)));
  EXPECT_EQ(read_certificate(as_octets(own))->subject, "CN=mgu1.example");
  EXPECT_FALSE(read_certificate(as_octets("x")));
}

}  // namespace
}  // namespace touchstone::crypto
