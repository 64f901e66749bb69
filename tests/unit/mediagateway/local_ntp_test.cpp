#include "reference/mediagateway/local_ntp.h"

#include <gtest/gtest.h>

#include "reference/base/exit_class.h"

namespace touchstone::mediagateway {
namespace {

std::string edited(std::string_view text, const std::optional<LocalNtp>& wanted) {
  const auto made = edit_local_ntp(as_octets(text), wanted);
  return made ? *made : "refused: " + made.error().detail;
}

std::optional<LocalNtp> stored(std::string_view text) {
  const auto read = read_local_ntp(as_octets(text));
  return read ? *read : LocalNtp{"broken", false};
}

const LocalNtp ten{"192.168.1.10", true};

TEST(LocalNtp, WritesTheLinesThatNtpdNeeds) {
  EXPECT_EQ(edited("", ten),
            "# localNTP: begin; the command owns the lines to its end\n"
            "tinker panic 0\n"
            "server 192.168.1.10 iburst\n"
            "# localNTP: end\n");
  EXPECT_EQ(edited("", LocalNtp{"2001:db8::1", false}),
            "# localNTP: begin; the command owns the lines to its end\n"
            "#tinker panic 0\n"
            "#server 2001:db8::1 iburst\n"
            "# localNTP: end\n");
}

TEST(LocalNtp, ReadsWhatItWrites) {
  for (const LocalNtp& one : {ten, LocalNtp{"2001:db8::1", true}, LocalNtp{"10.0.0.1", false}})
    EXPECT_EQ(stored(edited("driftfile /x\n", one)), one);
  EXPECT_EQ(stored("server 1.2.3.4\n"), std::nullopt);
}

TEST(LocalNtp, LeavesEveryOtherOctet) {
  const std::string hand = "# mine\r\nserver 10.0.0.9\n\nrestrict default";
  const std::string with = edited(hand, ten);
  EXPECT_EQ(with, hand + "\n" + edited("", ten));
  EXPECT_EQ(edited(with, ten), with);
  const std::string between = "a\n" + edited("", ten) + "b\n";
  EXPECT_EQ(edited(between, LocalNtp{"10.0.0.1", true}),
            "a\n" + edited("", LocalNtp{"10.0.0.1", true}) + "b\n");
  EXPECT_EQ(edited(between, std::nullopt), "a\nb\n");
  EXPECT_EQ(edited(hand, std::nullopt), hand);
}

TEST(LocalNtp, RefusesLinesOfItsOwnThatAHandHasChanged) {
  const std::string good = edited("", ten);
  std::string changed = good;
  changed.replace(changed.find("iburst"), 6, "minpoll");
  for (const std::string& text :
       {changed, good.substr(0, good.find("server")), good + good, good.substr(good.find("tinker")),
        std::string("# localNTP: begin\n") + good}) {
    const auto read = read_local_ntp(as_octets(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(exit_code(read.error()), 6);
    EXPECT_FALSE(edit_local_ntp(as_octets(text), ten));
  }
  EXPECT_FALSE(edit_local_ntp(as_octets(std::string_view("a\0b", 3)), ten));
}

TEST(LocalNtp, RefusesALastLineThatItsNewlineWouldMakeItsOwn) {
  EXPECT_TRUE(edited("driftfile /x\n# localNTP: end", ten).starts_with("refused: "));
}

TEST(LocalNtp, TakesAddressesOfHostsAlone) {
  for (const char* address : {"192.168.1.10", "2001:db8::1", "127.0.0.1", "223.255.255.254"})
    EXPECT_EQ(parse_ntp_address(address), address);
  EXPECT_EQ(parse_ntp_address("2001:DB8:0:0::1"), "2001:db8::1");
  for (const char* address :
       {"", "ntp.example", "localhost", "0.0.0.0", "0.1.2.3", "::", "224.0.1.1", "ff02::101",
        "255.255.255.255", "240.0.0.1", "192.168.1.10:123", "[2001:db8::1]:123", "192.168.1",
        "192.168.1.256", "192.168.01.10", "1.2.3.4 ", "1.2.3.4\nserver 5.6.7.8", "fe80::1%eth0"}) {
    const auto refused = parse_ntp_address(address);
    ASSERT_FALSE(refused) << address;
    EXPECT_EQ(exit_code(refused.error()), 2) << address;
  }
}

}  // namespace
}  // namespace touchstone::mediagateway
