#include <gtest/gtest.h>

#include <thread>

#include "reference/crypto/random.h"
#include "reference/host/errc.h"
#include "reference/host/time_client.h"
#include "reference/host/time_server.h"

namespace touchstone::host {
namespace {

using namespace std::chrono_literals;

sntp::Time real() {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

TEST(Time, AClientLearnsTheTimeOfAServer) {
  constexpr auto ahead = std::chrono::hours(24 * 400);
  EventLoop loop;
  auto server =
      TimeServer::open(loop, {0x7F000001, 0}, {.stratum = 3}, [ahead] { return real() + ahead; });
  ASSERT_TRUE(server);
  std::thread serving([&] { loop.run(); });
  crypto::SystemRandom random;
  const auto outcome = ask_time("127.0.0.1", (*server)->local().port, {}, random, real);
  loop.stop();
  serving.join();
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->state, sntp::Client::State::answered);
  EXPECT_EQ(outcome->answer.stratum, 3);
  EXPECT_LT(std::chrono::abs(outcome->answer.offset - ahead), 4s);
}

TEST(Time, AClientGivesUp) {
  crypto::SystemRandom random;
  const sntp::ClientSettings settings{.first_wait = 10ms, .patience = 25ms};
  for (const char* address : {"127.0.0.1", "::1"}) {
    const auto outcome = ask_time(address, 1, settings, random, real);
    ASSERT_TRUE(outcome) << address;
    EXPECT_EQ(outcome->state, sntp::Client::State::no_answer) << address;
  }
  EXPECT_EQ(ask_time("localhost", 123, settings, random, real).error().code,
            make_error_code(Errc::endpoint));
}

}  // namespace
}  // namespace touchstone::host
