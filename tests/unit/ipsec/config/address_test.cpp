#include "reference/ipsec/config/address.h"

#include <gtest/gtest.h>

namespace touchstone::ipsec::config {
namespace {

std::string printed(std::string_view text, AddressForm form) {
  const auto address = parse_address(text, form);
  return address ? print_address(*address) : "none";
}

TEST(Address, TakesFourDecimalNumbers) {
  EXPECT_EQ(printed("10.0.0.2", AddressForm::exact), "10.0.0.2");
  for (const char* text : {"", "10.0.0", "10.0.0.256", "10.0.0.2.", "10.0.0.02", "0x1.1.1.1",
                           "10.0.0.2.3", "10..0.2", " 10.0.0.2", "10.0.0.2/24"})
    EXPECT_EQ(printed(text, AddressForm::exact), "none") << text;
}

TEST(Address, TakesWhatTheSystemTakes) {
  EXPECT_EQ(printed("10.0.0", AddressForm::system), "10.0.0.0");
  EXPECT_EQ(printed("10.1", AddressForm::system), "10.0.0.1");
  EXPECT_EQ(printed("010.0.0.1", AddressForm::system), "8.0.0.1");
  EXPECT_EQ(printed("167772161", AddressForm::system), "10.0.0.1");
  EXPECT_EQ(printed("fe80::1%lo", AddressForm::system), "fe80::1");
  EXPECT_EQ(printed("::1%2", AddressForm::system), "::1");
  for (const char* text : {"10.256.1", "08.1.1.1", "10.0.0.300", "1.2.3.4%1", "::1%lo", "fe80::1%",
                           "4294967296", "10.0.0.2."})
    EXPECT_EQ(printed(text, AddressForm::system), "none") << text;
}

TEST(Address, PrintsTheShortestIPv6) {
  EXPECT_EQ(printed("2001:db8:0:0:1:0:0:1", AddressForm::exact), "2001:db8::1:0:0:1");
  EXPECT_EQ(printed("::", AddressForm::exact), "::");
  EXPECT_EQ(printed("1:2:3:4:5:6:7:8", AddressForm::exact), "1:2:3:4:5:6:7:8");
  EXPECT_EQ(printed("1:2:3:4:5:6:7::", AddressForm::exact), "1:2:3:4:5:6:7:0");
  EXPECT_EQ(printed("::ffff:10.0.0.1", AddressForm::exact), "::ffff:a00:1");
  for (const char* text : {":", ":::", "1::2::3", "1:2:3:4:5:6:7", "12345::", "1:2:3:4:5:6:7:8:9",
                           "::1.2.3", "g::", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::"})
    EXPECT_EQ(printed(text, AddressForm::exact), "none") << text;
}

TEST(Address, ComparesTheFirstBits) {
  const auto a = *parse_address("10.1.2.3", AddressForm::exact);
  const auto b = *parse_address("10.1.3.4", AddressForm::exact);
  EXPECT_TRUE(same_network(a, b, 23));
  EXPECT_FALSE(same_network(a, b, 24));
  EXPECT_FALSE(same_network(a, *parse_address("::", AddressForm::exact), 0));
  EXPECT_EQ(print_address(network_of(a, 20)), "10.1.0.0");
}

}  // namespace
}  // namespace touchstone::ipsec::config
