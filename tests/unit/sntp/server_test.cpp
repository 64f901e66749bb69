#include "reference/sntp/server.h"

#include <gtest/gtest.h>

namespace touchstone::sntp {
namespace {

constexpr Time now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);

Octets request(std::uint8_t version = 4, Mode mode = Mode::client) {
  return encode({.version = version, .mode = mode, .poll = 7, .transmit = {0x1122334455667788}});
}

TEST(SntpServer, AnswersWithTheTimesOfTheRequest) {
  const auto octets = answer({.stratum = 2, .reference = now - std::chrono::hours(1)}, request(),
                             now, now + Duration(5000));
  ASSERT_TRUE(octets);
  const auto packet = decode(*octets);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->mode, Mode::server);
  EXPECT_EQ(packet->stratum, 2);
  EXPECT_EQ(packet->leap, 0);
  EXPECT_EQ(packet->poll, 7);
  EXPECT_EQ(packet->originate.value, 0x1122334455667788U);
  EXPECT_EQ(to_time(packet->receive), now);
  EXPECT_EQ(to_time(packet->transmit), now + Duration(5000));
  EXPECT_EQ(octets->size(), packet_octets);
}

TEST(SntpServer, AnswersInTheVersionOfTheRequest) {
  for (const std::uint8_t version : std::vector<std::uint8_t>{1, 2, 3, 4})
    EXPECT_EQ(decode(*answer({}, request(version), now, now))->version, version);
  for (const std::uint8_t version : std::vector<std::uint8_t>{0, 5, 7})
    EXPECT_FALSE(answer({}, request(version), now, now)) << int{version};
}

TEST(SntpServer, AnswersClientsAlone) {
  for (int mode = 0; mode < 8; ++mode)
    EXPECT_EQ(answer({}, request(4, static_cast<Mode>(mode)), now, now).has_value(), mode == 3)
        << mode;
  EXPECT_FALSE(answer({}, OctetView(request()).first(47), now, now));
}

TEST(SntpServer, SaysThatItsClockWasNeverSet) {
  const auto packet = decode(*answer({.synchronized = false}, request(), now, now));
  EXPECT_EQ(packet->leap, 3);
  EXPECT_EQ(packet->stratum, 0);
  EXPECT_EQ(print_code(packet->reference_id), "INIT");
}

}  // namespace
}  // namespace touchstone::sntp
