#include "reference/diameter/identity.h"

#include <gtest/gtest.h>

#include "reference/diameter/errc.h"

namespace touchstone::diameter {
namespace {

TEST(DiameterIdentity, ComparesLettersWithoutCaseAndTheRestAsOctets) {
  EXPECT_EQ(compare_identities("GW1.Example", "gw1.example"), 0);
  EXPECT_EQ(compare_identities("a", "B"), -1);
  EXPECT_EQ(compare_identities("b", "A"), 1);
  EXPECT_EQ(compare_identities("a", "a.b"), -1);
  // '_' (0x5F) stands between the cases: it is below every letter once they are folded.
  EXPECT_EQ(compare_identities("a_", "aZ"), -1);
  EXPECT_EQ(compare_identities("\xFF", "z"), 1);
  EXPECT_FALSE(same_identity("a", "a.b"));
}

TEST(DiameterIdentity, TellsNamesFromAddresses) {
  EXPECT_EQ(classify_host("kms.onramp.test"), HostKind::name);
  EXPECT_EQ(classify_host("127.0.0.1"), HostKind::ipv4);
  for (const char* literal : {"::", "::1", "2001:db8::5", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1"})
    EXPECT_EQ(classify_host(literal), HostKind::ipv6) << literal;
  for (const char* bad :
       {"", "10.50.4.300", "a b", "a..b", ".a", "a.", "kms/x", "1:2:3", "::1::2", "g::1"})
    EXPECT_FALSE(classify_host(bad)) << bad;
  EXPECT_FALSE(classify_host(std::string(64, 'a')));
  EXPECT_EQ(classify_host("kms;x").error().offset, 3U);
}

TEST(DiameterUri, IsParsedAndPrintedBack) {
  for (const char* text : {"aaa://kms.test", "aaa://kms.test:2045", "aaas://kms.test",
                           "aaas://kms.test:3868", "aaa://127.0.0.1:2045", "aaa://[::1]:2045"}) {
    const auto uri = parse_uri(text);
    ASSERT_TRUE(uri.has_value()) << text;
    EXPECT_EQ(print_uri(*uri), text);
  }
  EXPECT_EQ(parse_uri("aaa://kms.test")->port, 3868);
  EXPECT_EQ(parse_uri("aaas://kms.test")->port, 5868);
  EXPECT_EQ(print_uri(*parse_uri("aaa://kms.test:3868;transport=tcp;protocol=diameter")),
            "aaa://kms.test");
}

TEST(DiameterUri, NamesThePlaceOfItsFault) {
  struct Case {
    const char* text;
    std::size_t offset;
  };
  for (const Case& one :
       {Case{"http://kms", 0}, Case{"aaa://", 6}, Case{"aaa://k ms", 7}, Case{"aaa://kms:0", 10},
        Case{"aaa://kms:70000", 10}, Case{"aaa://kms:", 10}, Case{"aaa://kms;transport=sctp", 9},
        Case{"aaa://[::1", 6}, Case{"aaa://[kms]", 6}, Case{"aaa://kms:1x", 11}}) {
    const auto uri = parse_uri(one.text);
    ASSERT_FALSE(uri.has_value()) << one.text;
    EXPECT_EQ(uri.error().offset, one.offset) << one.text;
    EXPECT_EQ(uri.error().code, Errc::configuration);
  }
}

}  // namespace
}  // namespace touchstone::diameter
