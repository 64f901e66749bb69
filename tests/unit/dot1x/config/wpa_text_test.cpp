#include "reference/dot1x/config/wpa_text.h"

#include <gtest/gtest.h>

namespace touchstone::dot1x::config {
namespace {

std::string parsed(std::string_view value) {
  const auto octets = parse_string(value);
  return octets ? std::string(as_text(*octets)) : "refused";
}

TEST(WpaText, ReadsStringsInTheirThreeForms) {
  EXPECT_EQ(parsed("\"test@test.se\""), "test@test.se");
  EXPECT_EQ(parsed("\"\""), "");
  EXPECT_EQ(parsed("\"a\"b#c\""), "a\"b#c") << "up to the last quotation mark";
  EXPECT_EQ(parsed("74657374"), "test");
  EXPECT_EQ(parsed("P\"a\\x41\\n\\\"\\\\\\q\""), "aA\n\"\\q");
  for (const char* wrong : {"test", "746", "\"test", "test\"", "\"a\" b", "7x", "P74"})
    EXPECT_EQ(parsed(wrong), "refused") << wrong;
}

TEST(WpaText, PrintsWhatItReads) {
  for (const std::string& text :
       {std::string("test@test.se"), std::string(""), std::string("a\"b#c"), std::string("a\nb"),
        std::string("\0x", 2), std::string("\x7F"), std::string("å")}) {
    const SecretOctets printed = print_string(as_octets(text));
    EXPECT_EQ(parsed(as_text(printed)), text);
  }
}

TEST(WpaText, CutsCommentsOutsideOfQuotationMarks) {
  EXPECT_EQ(without_comment("  ap_scan=0  # none\r\n"), "ap_scan=0");
  EXPECT_EQ(without_comment("identity=\"a#b\" # c"), "identity=\"a#b\"");
  EXPECT_EQ(without_comment("\t# all"), "");
  EXPECT_EQ(without_comment("\r\n"), "");
  EXPECT_EQ(without_comment("a=\"b # c"), "a=\"b");
}

TEST(WpaText, KnowsTheFieldsOfWpaSupplicant) {
  EXPECT_EQ(type_of(FieldPlace::network, "identity")->kind, FieldKind::string);
  EXPECT_EQ(type_of(FieldPlace::network, "eapol_flags")->kind, FieldKind::number);
  EXPECT_EQ(type_of(FieldPlace::network, "disabled")->most, 2);
  EXPECT_EQ(type_of(FieldPlace::network, "dot11MeshMaxRetries")->kind, FieldKind::number);
  EXPECT_EQ(type_of(FieldPlace::network, "key_mgmt")->kind, FieldKind::other);
  EXPECT_EQ(type_of(FieldPlace::global, "eapol_version")->least, 1);
  EXPECT_FALSE(type_of(FieldPlace::global, "identity"));
  EXPECT_FALSE(type_of(FieldPlace::network, "ap_scan"));
}

TEST(WpaText, ReadsNumbersAsStrtolDoes) {
  EXPECT_EQ(parse_number(""), 0);
  EXPECT_EQ(parse_number(" 7"), 7);
  EXPECT_EQ(parse_number("-0x1f"), -31);
  EXPECT_EQ(parse_number("+010"), 8);
  EXPECT_GT(parse_number("99999999999999999999"), 1);
  for (const char* wrong : {"08", "0x", "x", "-", "--1", "0x-1", "1 2", "1x", "\"0\"", "1.0"})
    EXPECT_EQ(parse_number(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace touchstone::dot1x::config
