#include <gtest/gtest.h>

#include "conformance/oracle/oracle_defect.h"
#include "tests/unit/conformance/oracle/checks.h"

namespace touchstone::conformance::oracle {
namespace {

const std::vector<Check>& checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> made;
    add_text_checks(made);
    add_crypto_checks(made);
    add_batch_checks(made);
    add_conf_checks(made);
    add_diameter_checks(made);
    add_diameter_answer_checks(made);
    add_ipsec_checks(made);
    add_gateway_checks(made);
    add_dot1x_checks(made);
    add_foreign_checks(made);
    return made;
  }();
  return all;
}

TEST(Oracle, AgreesWithVectorsAndForeignTools) {
  ASSERT_GT(checks().size(), 100U);
  for (const Check& check : checks())
    EXPECT_EQ(check.run(), "") << check.name;
}

#ifdef TOUCHSTONE_DEFECTS

/// Each is one line of conformance/oracle; the word before the dot is its file.
constexpr std::string_view seeded[] = {
    "keyring.bom",
    "keyring.space",
    "keyring.pad-right",
    "keyring.case",
    "keyring.leading-zero",
    "keyring.range",
    "keyring.print-space",
    "keyring.k2k3",
    "keyring.parity",
    "manifest.path",
    "manifest.twice",
    "manifest.count",
    "derivation.cmac-rb",
    "derivation.salt",
    "derivation.stale-cost",
    "derivation.separator",
    "derivation.length",
    "derivation.kgf-order",
    "rsa.pss-salt",
    "rsa.ski-of-spki",
    "gateway.kdf-bounds",
    "gateway.signed-part",
    "gateway.pwdh",
    "batch.trailing",
    "batch.recipients",
    "batch.any-transport",
    "batch.sha256",
    "batch.manifest-count",
    "merge.stale",
    "merge.limit",
    "merge.batchdup",
    "keyring.cr",
    "batch.version",
    "batch.blocks",

    "diameter.any-vendor",
    "diameter.answer-keeps-t",
    "codec.no-padding",
    "codec.short-header",
    "codec.identifiers",
    "grammar.group-first",
    "grammar.utf8",
    "grammar.address",
    "grammar.m-bit",
    "grammar.twice",
    "grammar.p-bit",
    "grammar.wide-integer",
    "mapping.first-row",
    "answer.loop",
    "answer.upper-case",
    "answer.other-key",
    "answer.other-node",
    "answer.spi",
    "judge.session",
    "judge.proxy-order",
    "judge.any-failed-avp",
    "judge.node",
    "judge.identification",
    "judge.leak",

    "conf.leading-zero",
    "conf.sctp",
    "conf.port",
    "conf.space",
    "conf.alias",
    "conf.twice",
    "conf.gap",
    "conf.acct",
    "conf.port-5658",

    "gateway.first_key",
    "gateway.group",
    "gateway.no_bypass",
    "ifcfg.expansion",
    "ifcfg.half",
    "ifcfg.mode",
    "ifcfg.none",
    "ipsec.aggressive",
    "ipsec.any-class",
    "ipsec.dn",
    "ipsec.dup-sainfo",
    "ipsec.ec2n",
    "ipsec.icmp",
    "ipsec.key-step",
    "ipsec.life-zero",
    "ipsec.no-compression",
    "ipsec.no-glue",
    "ipsec.no-hash",
    "ipsec.no-mode",
    "ipsec.port",
    "ipsec.prefix",
    "ipsec.short-address",
    "ipsec.twice",
    "pair.identity",
    "pair.key",
    "pair.life",
    "pair.mode",
    "pair.narrow",
    "pair.passive",
    "pair.pfs",
    "psk.group",
    "psk.trimmed",
    "setkey.any-algorithm",
    "setkey.mirror",
    "setkey.prefix",
    "setkey.short-key",
    "setkey.spi",
    "setkey.tunnel",
    "setkey.twice",

    "ntp.lost-lines",
    "ntp.multicast",
    "status.any-method",
    "status.any-port",
    "status.long",
    "status.sha1",
    "status.twice",
    "syslog.spi",
    "syslog.wrapped",
    "wpa.comment",
    "wpa.first",
    "wpa.flags",
    "wpa.identity",
    "wpa.long",
    "wpa.no-ca",
    "wpa.octal",
    "wpa.odd",
    "wpa.quote",
    "wpa.range",
    "wpa.repeated",
    "wpa.time",
    "wpa.wireless",
};

class SeededFault : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { conformance::oracle::activate_oracle_defect(GetParam()); }
  void TearDown() override { conformance::oracle::activate_oracle_defect({}); }
};

TEST_P(SeededFault, IsNoticed) {
  for (const Check& check : checks())
    if (const std::string wrong = check.run(); !wrong.empty()) {
      RecordProperty("noticed_by", check.name);
      return;
    }
  FAIL() << "no vector and no foreign tool notices " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Oracle, SeededFault, testing::ValuesIn(seeded), [](const auto& given) {
  std::string name(given.param);
  for (char& c : name)
    if (c == '.' || c == '-') c = '_';
  return name;
});

#endif

}  // namespace
}  // namespace touchstone::conformance::oracle
