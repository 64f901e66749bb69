#include "reference/ipsec/config/sa_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ipsec/config/reading.h"

namespace touchstone::ipsec::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Socket socket_of(const char* address, std::uint16_t port = 500) {
  return {*parse_address(address, AddressForm::exact), port};
}

IsakmpSa row() {
  IsakmpSa made;
  made.source = socket_of("10.105.68.54");
  made.destination = socket_of("10.105.68.60");
  made.initiator_cookie = {0x02, 0x23, 0x65, 0xd9, 0x24, 0xef, 0x05, 0x19};
  made.responder_cookie = {0x70, 0x3f, 0x9e, 0xe9, 0x80, 0x23, 0xaf, 0xd3};
  made.status = isakmp_established;
  made.initiator = true;
  made.exchange = 'M';
  made.created = parse_civil("2015-05-04 12:37:21");
  made.phase2 = 1;
  return made;
}

TEST(SaList, PrintsEachLevelAsRacoonctlDoes) {
  EXPECT_EQ(print_isakmp_list({row()}, ListDetail::plain),
            "Destination            Cookies                           Created\n"
            "10.105.68.60.500       022365d924ef0519:703f9ee98023afd3 2015-05-04 12:37:21 \n");
  EXPECT_EQ(print_isakmp_list({row()}, ListDetail::longer),
            "Destination            Cookies                           ST S  V E Created          "
            "   Phase2\n"
            "10.105.68.60.500       022365d924ef0519:703f9ee98023afd3  9 I 10 M 2015-05-04 "
            "12:37:21      1 \n");
  EXPECT_EQ(print_isakmp_list({row()}, ListDetail::longest),
            "Source                                        Destination                           "
            "        Cookies                           ST S  V E Created             Phase2\n"
            "10.105.68.54.500                              10.105.68.60.500                      "
            "        022365d924ef0519:703f9ee98023afd3  9 I 10 M 2015-05-04 12:37:21      1 \n");
}

TEST(SaList, ReadsEachLevelBack) {
  IsakmpSa young = row();  // no exchange yet, no date
  young.exchange = ' ';
  young.created.reset();
  young.initiator = false;
  young.status = 3;
  const std::vector<IsakmpSa> rows = {row(), young};
  const IsakmpList longest = read_isakmp_list(print_isakmp_list(rows, ListDetail::longest));
  EXPECT_THAT(codes(longest.findings), IsEmpty());
  EXPECT_EQ(longest.rows, rows);
  const IsakmpList longer = read_isakmp_list(print_isakmp_list(rows, ListDetail::longer));
  ASSERT_THAT(longer.rows, SizeIs(2));
  EXPECT_EQ(longer.detail, ListDetail::longer);
  EXPECT_FALSE(longer.rows[0].source);
  EXPECT_EQ(longer.rows[0].phase2, 1U);
  const IsakmpList plain = read_isakmp_list(print_isakmp_list(rows, ListDetail::plain));
  ASSERT_THAT(plain.rows, SizeIs(2));
  EXPECT_EQ(plain.rows[0].created, row().created);
  EXPECT_EQ(plain.rows[0].status, 0U);
}

TEST(SaList, ReadsTheSampleOfTheDocument) {
  const IsakmpList list = read_isakmp_list(fixture("ipsec/racoonctl/sample-003.txt"));
  EXPECT_EQ(list.detail, ListDetail::plain) << "although its command line says -ll";
  ASSERT_THAT(list.rows, SizeIs(1));
  EXPECT_EQ(list.rows[0].destination, socket_of("10.105.68.60"));
  EXPECT_EQ(list.rows[0].initiator_cookie, row().initiator_cookie);
  EXPECT_THAT(codes(list.findings), IsEmpty());
}

TEST(SaList, TellsWhatItCannotRead) {
  EXPECT_THAT(codes(read_isakmp_list("").findings), ElementsAre("ML-SAHEADING"));
  const std::string head = print_isakmp_list({}, ListDetail::longer);
  const std::string good = print_isakmp_list({row()}, ListDetail::longer).substr(head.size());
  EXPECT_THAT(read_isakmp_list(head).rows, IsEmpty()) << "nothing negotiated yet is no fault";
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{":703f", ":703x"},
                                                        {" 9 I", " 9 X"},
                                                        {"2015-05-04", "2015-13-04"},
                                                        {" 1 \n", " x \n"},
                                                        {"12:37:21", "12:37"}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    EXPECT_THAT(codes(read_isakmp_list(head + bad).findings), ElementsAre("ML-SAROW")) << bad;
  }
}

TEST(SaList, SurvivesEveryCut) {
  const std::string text = print_isakmp_list({row(), row()}, ListDetail::longest);
  for (std::size_t i = 0; i < text.size(); ++i)
    EXPECT_LE(read_isakmp_list(text.substr(0, i)).rows.size(), 2U);
}

}  // namespace
}  // namespace touchstone::ipsec::config
