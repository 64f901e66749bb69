#include "reference/ipsec/config/racoon_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Address gateway = *parse_address("10.105.68.54", AddressForm::exact);
const Address peer = *parse_address("10.105.68.60", AddressForm::exact);

const std::string front = "May  5 06:05:39 localhost racoon: INFO: ";
const std::string isakmp = front +
                           "ISAKMP-SA established 10.105.68.54[500]-10.105.68.60[500] "
                           "spi:ef50162240d3ea63:3a19910510ef8700\n";
const std::string begun =
    front + "initiate new phase 2 negotiation: 10.105.68.54[0]<=>10.105.68.60[0]\n";
const std::string in = front +
                       "IPsec-SA established: ESP/Transport 10.105.68.60[0]->10.105.68.54[0] "
                       "spi=227461701(0xd8eca45)\n";
const std::string out = front +
                        "IPsec-SA established: ESP/Transport 10.105.68.54[0]->10.105.68.60[0] "
                        "spi=139048678(0x849b6e6)\n";

std::vector<std::string> judged(const std::string& text, SaMode mode = SaMode::transport,
                                const std::string& protocol = "ESP") {
  return codes(judge_racoon_log(read_racoon_log(text), {gateway, peer, protocol, mode}));
}

TEST(RacoonLog, ReadsTheSampleOfTheDocumentAlsoWhereItsLinesAreBroken) {
  const RacoonLog log = read_racoon_log(fixture("ipsec/racoonctl/syslog-003.txt"));
  EXPECT_THAT(codes(log.findings), IsEmpty());
  ASSERT_THAT(log.lines, SizeIs(4));
  EXPECT_EQ(log.lines[0].isakmp->cookies[0], 0xef);
  EXPECT_EQ(log.lines[0].day, 5U);
  EXPECT_TRUE(log.lines[1].begun->initiates);
  EXPECT_EQ(log.lines[2].ipsec->spi, 0xd8eca45U);
  EXPECT_EQ(log.lines[3].ipsec->to.address, peer);
  EXPECT_THAT(codes(judge_racoon_log(log, {gateway, peer})), IsEmpty());
}

TEST(RacoonLog, PrintsWhatItRead) {
  for (const std::string& line : {isakmp, begun, in, out, front + "IPsec-SA request for x\n"}) {
    const RacoonLog log = read_racoon_log(line);
    ASSERT_THAT(log.lines, SizeIs(1));
    EXPECT_EQ(print_log_line(log.lines[0]) + "\n", line);
  }
}

TEST(RacoonLog, PassesOverOtherPrograms) {
  const std::string other = "May  5 06:05:39 localhost sshd[7]: INFO: IPsec-SA established: no\n";
  const RacoonLog log = read_racoon_log(other + "  of sshd\n" + isakmp + other + begun + in + out);
  EXPECT_THAT(log.lines, SizeIs(4));
  EXPECT_THAT(codes(log.findings), IsEmpty());
  EXPECT_THAT(read_racoon_log("May  5 06:05:39 h racoon[12]: INFO: x\n").lines, SizeIs(1));
}

TEST(RacoonLog, JudgesTheOrder) {
  const std::string respond = front +
                              "respond new phase 2 negotiation: "
                              "10.105.68.54[0]<=>10.105.68.60[0]\n";
  EXPECT_THAT(judged(isakmp + begun + in + out), IsEmpty());
  EXPECT_THAT(judged(isakmp + respond + out + in), IsEmpty()) << "the peer may begin";
  EXPECT_THAT(judged(begun + isakmp + in + out), Contains("ML-LOGORDER"));
  EXPECT_THAT(judged(isakmp + in + out + begun), Contains("ML-LOGORDER"));
  EXPECT_THAT(judged(isakmp + begun + in), ElementsAre("ML-LOGDIRECTION"));
  EXPECT_THAT(judged(isakmp + begun), ElementsAre("ML-LOGMISSING"));
  EXPECT_THAT(judged(isakmp), ElementsAre("ML-LOGMISSING"));
  EXPECT_THAT(judged(""), ElementsAre("ML-LOGMISSING"));
}

TEST(RacoonLog, JudgesTheModeAndTheAddresses) {
  const std::string all = isakmp + begun + in + out;
  EXPECT_THAT(judged(all, SaMode::tunnel), ElementsAre("ML-LOGMODE", "ML-LOGMODE"));
  EXPECT_THAT(judged(all, SaMode::transport, "AH"), Contains("ML-LOGMODE"));
  std::string others = all;
  for (std::size_t at = 0; (at = others.find("68.60", at)) != std::string::npos;)
    others.replace(at, 5, "68.61");
  EXPECT_THAT(judged(others), ElementsAre("ML-LOGMISSING"));
  EXPECT_THAT(judged(all + isakmp), ElementsAre("ML-LOGMISSING"))
      << "the last negotiation is what counts";
}

TEST(RacoonLog, NamesTheErrorThatStandsThereInstead) {
  const std::string fault = "May  5 06:05:39 localhost racoon: ERROR: phase1 negotiation failed.\n";
  const auto findings =
      judge_racoon_log(read_racoon_log("\n" + fault), {.self = gateway, .peer = peer});
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].finding.line, 2U);
}

TEST(RacoonLog, TellsOfMessagesThatAreNotWhole) {
  const auto found = [](const std::string& text) { return codes(read_racoon_log(text).findings); };
  EXPECT_THAT(found(isakmp.substr(0, isakmp.size() - 3) + "\n"), ElementsAre("ML-LOGSYNTAX"));
  std::string unequal = in;
  unequal.replace(unequal.find("0xd8eca45"), 9, "0xd8eca46");
  EXPECT_THAT(found(unequal), ElementsAre("ML-LOGSYNTAX"));
  std::string beet = in;
  beet.replace(beet.find("Transport"), 9, "Beet");
  EXPECT_THAT(found(beet), ElementsAre("ML-LOGSYNTAX"));
}

TEST(RacoonLog, BoundsALineAndSurvivesEveryCut) {
  const RacoonLog log = read_racoon_log(isakmp + std::string(1 << 20, 'x') + "\n");
  EXPECT_LE(log.lines[0].text.size(), 4096U);
  const std::string all = isakmp + begun + in + out;
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_LE(read_racoon_log(all.substr(0, i)).lines.size(), 4U);
}

}  // namespace
}  // namespace touchstone::ipsec::config
