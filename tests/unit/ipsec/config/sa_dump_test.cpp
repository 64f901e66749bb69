#include "reference/ipsec/config/sa_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Address gateway = *parse_address("10.105.68.54", AddressForm::exact);
const Address peer = *parse_address("10.105.68.60", AddressForm::exact);

/// One association as libipsec prints it.
std::string one_way(const std::string& ends, const std::string& more = "current: 544(bytes)") {
  return ends +
         " \n"
         "\tesp mode=transport spi=266192963(0x0fddc843) reqid=0(0x00000000)\n"
         "\tE: aes-cbc  bc31a0ac 98924ff1 585d6413 fbedb274\n"
         "\tA: hmac-sha1  89e1acea f22af30f 7d6dde47 139e1846 f18fb283\n"
         "\tseq=0x00000000 replay=4 flags=0x00000000 state=mature \n"
         "\tcreated: May  4 14:05:30 2015\tcurrent: May  4 14:05:38 2015\n"
         "\tdiff: 8(s)\thard: 3600(s)\tsoft: 2880(s)\n"
         "\tlast: May  4 14:05:31 2015\thard: 0(s)\tsoft: 0(s)\n"
         "\t" +
         more +
         "\thard: 0(bytes)\tsoft: 0(bytes)\n"
         "\tallocated: 4\thard: 0\tsoft: 0\n"
         "\tsadb_seq=1 pid=6456 refcnt=0\n";
}

std::string both_ways() {
  return one_way("10.105.68.54 10.105.68.60") + one_way("10.105.68.60 10.105.68.54");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

std::vector<std::string> judged(const std::string& text) {
  return codes(judge_associations(read_sa_dump(text), gateway, peer));
}

TEST(SaDump, ReadsTheSampleOfTheDocument) {
  const SaDump dump = read_sa_dump(fixture("ipsec/racoonctl/sample-003.txt"));
  EXPECT_THAT(codes(dump.findings), IsEmpty());
  ASSERT_THAT(dump.associations, SizeIs(2));
  const IpsecSa& out = dump.associations[0];
  const IpsecSa& in = dump.associations[1];
  EXPECT_EQ(out.spi, 0x0fddc843U);
  EXPECT_EQ(out.mode, SaMode::transport);
  EXPECT_EQ(out.cipher->algorithm, "aes-cbc");
  EXPECT_THAT(out.cipher->key, SizeIs(16));
  EXPECT_THAT(in.auth->key, SizeIs(20));
  EXPECT_EQ(out.replay, 4U);
  EXPECT_EQ(*out.current - *out.created, std::chrono::seconds(out.added.current));
  EXPECT_EQ(out.added.soft * 10, out.added.hard * 8);
  EXPECT_EQ(out.octets.current, 544U);
  EXPECT_EQ(in.octets.current, 256U) << "the trailer below the ISAKMP table";
  EXPECT_EQ(in.sadb_seq, 0U);
  EXPECT_EQ(out.pid, 6456U);
  EXPECT_THAT(codes(judge_associations(dump, gateway, peer)), IsEmpty());
}

TEST(SaDump, PrintsAsLibipsecDoes) {
  const std::string text = both_ways();
  EXPECT_EQ(as_text(print_sa_dump(read_sa_dump(text).associations, DumpedKeys::shown)), text);
}

TEST(SaDump, ReadsOtherFormsOfAnAssociation) {
  const std::string text =
      "10.0.0.1[4500] 10.0.0.2[1024] \n\tesp-udp mode=tunnel spi=1000(0x000003e8) "
      "reqid=7(0x00000007)\n\tE: null \n\tA: hmac-md5  "
      "000102030405060708090a0b0c0d0e0f\n\tseq=0x00000001 "
      "replay=32 flags=0x00000004 state=dying \n\tsadb_seq=0 pid=1 refcnt=0\n"
      "10.0.0.1 10.0.0.2 \n\tipcomp mode=tunnel spi=4(0x00000004) reqid=0(0x00000000)\n"
      "\tC: deflate \tseq=0x00000000 replay=0 flags=0x00000000 state=larval \n";
  const SaDump dump = read_sa_dump(text);
  EXPECT_THAT(codes(dump.findings), IsEmpty());
  ASSERT_THAT(dump.associations, SizeIs(2));
  EXPECT_EQ(dump.associations[0].to_port, 1024);
  EXPECT_EQ(dump.associations[0].protocol, "esp-udp");
  EXPECT_EQ(dump.associations[0].state, SaState::dying);
  EXPECT_THAT(dump.associations[0].auth->key, SizeIs(16));
  EXPECT_TRUE(dump.associations[0].whole);
  EXPECT_EQ(dump.associations[1].cipher->algorithm, "deflate");
  EXPECT_EQ(dump.associations[1].state, SaState::larval);
  EXPECT_FALSE(dump.associations[1].whole);
  EXPECT_THAT(read_sa_dump("No SAD entries.\n").associations, IsEmpty());
}

TEST(SaDump, ReadsWhatADocumentMakesOfIt) {
  std::string text;
  for (const char c : both_ways())
    text += c == '\n'   ? std::string("\r\n\n")
            : c == '\t' ? std::string("      ")
                        : std::string(1, c);
  const SaDump dump = read_sa_dump(text);
  EXPECT_THAT(codes(dump.findings), IsEmpty());
  EXPECT_EQ(as_text(print_sa_dump(dump.associations, DumpedKeys::shown)), both_ways());
}

TEST(SaDump, JudgesByTheRulesOfTheDocument) {
  const std::string out = one_way("10.105.68.54 10.105.68.60");
  EXPECT_THAT(judged(both_ways()), IsEmpty());
  EXPECT_THAT(judged(""), ElementsAre("ML-SANONE"));
  EXPECT_THAT(judged(one_way("10.9.9.9 10.9.9.8")), ElementsAre("ML-SANONE"));
  EXPECT_THAT(judged(out), ElementsAre("ML-SAONE"));
  EXPECT_THAT(judged(replaced(both_ways(), "state=mature", "state=larval")),
              ElementsAre("ML-SASTATE"));
  EXPECT_THAT(judged(replaced(both_ways(), "544(bytes)", "0(bytes)")), ElementsAre("ML-SABYTES"));
  const std::string cut = both_ways();
  EXPECT_THAT(judged(cut.substr(0, cut.rfind("\tsadb_seq"))), ElementsAre("ML-SACUT"));
}

TEST(SaDump, TellsWhatItCannotRead) {
  const auto found = [](const std::string& from, const std::string& to) {
    return codes(read_sa_dump(replaced(both_ways(), from, to)).findings);
  };
  EXPECT_THAT(found("0x0fddc843", "0x0fddc844"), ElementsAre("ML-SASPI"));
  EXPECT_THAT(found(" fbedb274", ""), ElementsAre("ML-SAKEY"));
  EXPECT_THAT(found("state=mature", "state=fine"), ElementsAre("ML-SASYNTAX"));
  EXPECT_THAT(found("replay=4", "replay=x"), ElementsAre("ML-SASYNTAX"));
  EXPECT_THAT(found("3600(s)", "3600"), ElementsAre("ML-SASYNTAX"));
  EXPECT_THAT(found("created: May", "created: Mai"), ElementsAre("ML-SASYNTAX"));
  EXPECT_THAT(found("mode=transport", "mode=beet"), ElementsAre("ML-SASYNTAX"));
}

TEST(SaDump, ShowsNoKeyWhereItIsToldSo) {
  const std::string dump = both_ways();
  const std::string with_wraps = replaced(dump, " 585d6413", "\n\t 585d6413");
  for (const std::string& text : {dump, with_wraps}) {
    const SecretOctets printed =
        print_sa_dump(read_sa_dump(text).associations, DumpedKeys::redacted);
    const std::string log = redact_sa_dump(text);
    for (const char* part : {"bc31a0ac", "585d6413", "89e1acea", "f18fb283"}) {
      EXPECT_NE(text.find(part), std::string::npos);
      EXPECT_EQ(as_text(printed).find(part), std::string::npos) << part;
      EXPECT_EQ(log.find(part), std::string::npos) << part;
    }
    EXPECT_NE(log.find("E: aes-cbc  (redacted)"), std::string::npos);
    EXPECT_THAT(judged(log), IsEmpty()) << "a redacted dump tells as much as the whole one";
    const SaDump again = read_sa_dump(log);
    EXPECT_THAT(again.associations[0].cipher->key, IsEmpty());
    EXPECT_EQ(again.associations[0].octets.current, 544U);
  }
}

TEST(SaDump, SurvivesEveryCut) {
  const std::string text = both_ways();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const SaDump dump = read_sa_dump(text.substr(0, i));
    EXPECT_LE(dump.associations.size(), 2U);
    const bool whole = i + 1 >= text.size();
    EXPECT_TRUE(whole || !judged(text.substr(0, i)).empty()) << i;
  }
}

}  // namespace
}  // namespace touchstone::ipsec::config
