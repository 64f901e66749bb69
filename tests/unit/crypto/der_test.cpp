#include "reference/crypto/der.h"

#include <gtest/gtest.h>

namespace touchstone::crypto::der {
namespace {

Result<Element> first_element(std::string_view hex, bool& ber) {
  static Octets octets;
  octets = *from_hex(hex);
  return Walker(octets, 0, ber).any();
}

bool is_refused(std::string_view hex) {
  bool ber = false;
  const auto element = first_element(hex, ber);
  return !element && element.error().code == Errc::malformed;
}

TEST(DerWalker, ReadsShortAndLongLengths) {
  bool ber = false;
  EXPECT_EQ(first_element("0403aabbcc", ber)->body.size(), 3U);
  EXPECT_EQ(first_element("0400", ber)->body.size(), 0U);
  std::string long_form = "048180";
  for (int i = 0; i < 128; ++i)
    long_form += "00";
  EXPECT_EQ(first_element(long_form, ber)->body.size(), 128U);
  EXPECT_FALSE(ber);
}

TEST(DerWalker, NotesWhatIsBerAlone) {
  for (const char* const hex : {"048103aabbcc", "04820003aabbcc",
                                "3080020101"
                                "0000"}) {
    bool ber = false;
    EXPECT_TRUE(first_element(hex, ber)) << hex;
    EXPECT_TRUE(ber) << hex;
  }
}

TEST(DerWalker, RefusesLengthsThatPassTheInput) {
  for (const char* const hex :
       {"", "04", "0404aabbcc", "0481", "048180aa", "04847fffffff", "04888000000000000000",
        "0488ffffffffffffffff", "0489010000000000000000", "04ff", "3080", "308002010000",
        "308002010100"})
    EXPECT_TRUE(is_refused(hex)) << hex;
}

TEST(DerWalker, RefusesIndefiniteLengthOfAPrimitiveAndHighTags) {
  EXPECT_TRUE(is_refused("0480aa0000"));
  EXPECT_TRUE(is_refused("1f8101020304"));
  EXPECT_TRUE(is_refused("0000"));
}

TEST(DerWalker, FollowsNestedIndefiniteLengthsToALimit) {
  const auto nested = [](int depth) {
    std::string hex;
    for (int i = 0; i < depth; ++i)
      hex += "3080";
    for (int i = 0; i < depth; ++i)
      hex += "0000";
    return hex;
  };
  bool ber = false;
  EXPECT_TRUE(first_element(nested(max_nesting), ber));
  EXPECT_TRUE(is_refused(nested(max_nesting + 1)));
  EXPECT_TRUE(is_refused(nested(1000)));
}

TEST(DerWalker, TellsThePlaceInTheWhole) {
  const Octets octets = *from_hex(
      "3007"
      "020101"
      "3002"
      "0405");
  bool ber = false;
  Walker whole(octets, 0, ber);
  Walker outer = whole.enter(sequence).value();
  ASSERT_TRUE(outer.take(integer));
  Walker inner = outer.enter(sequence).value();
  EXPECT_EQ(inner.any().error().offset, 7U);
  EXPECT_EQ(outer.finish().has_value(), true);
  EXPECT_EQ(inner.finish().error().offset, 7U);
}

TEST(DerElement, WritesMinimalLengthsThatAreReadBack) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 255U, 256U, 65535U, 65536U}) {
    const Octets body(size, 0x42);
    const Octets written = element(octet_string, {body});
    EXPECT_EQ(written.size(), header(octet_string, size).size() + size);
    bool ber = false;
    Walker walker(written, 0, ber);
    EXPECT_EQ(walker.take(octet_string)->size(), size);
    EXPECT_TRUE(walker.at_end());
    EXPECT_FALSE(ber) << size;
  }
  EXPECT_EQ(to_hex(header(sequence, 0x0102030405060708)), "30880102030405060708");
}

}  // namespace
}  // namespace touchstone::crypto::der
