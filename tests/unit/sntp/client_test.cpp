#include "reference/sntp/client.h"

#include <gtest/gtest.h>

#include <functional>

#include "reference/sntp/build_date.h"
#include "reference/sntp/server.h"

namespace touchstone::sntp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time boot = Time(seconds(12));  // the clock of a gateway that was just switched on
constexpr Time truth = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28);

class Counting final : public RandomSource {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& octet : out)
      octet = ++next_;
  }

 private:
  std::uint8_t next_ = 0;
};

struct Scene {
  Octets server = {192, 0, 2, 1, 0, 123};
  Counting random;
  Client client{server, {}, random, boot};
  Octets request = client.output();

  /// The answer of a good server, as it may be changed before it is encoded.
  Packet good() const {
    return *decode(*answer({.stratum = 2}, request, truth, truth + milliseconds(2)));
  }
  std::optional<Refusal> take(const Packet& packet, Time now = boot + milliseconds(12)) {
    return client.receive(encode(packet), server, now);
  }
};

TEST(SntpClient, FindsHowFarItsClockIsOff) {
  Scene scene;
  EXPECT_EQ(scene.request.size(), packet_octets);
  EXPECT_EQ(scene.take(scene.good()), std::nullopt);
  ASSERT_EQ(scene.client.state(), Client::State::answered);
  // 12 ms for the whole way, 2 of them at the server: 5 ms each way.
  EXPECT_EQ(scene.client.answer().delay, milliseconds(10));
  EXPECT_EQ(scene.client.answer().offset, truth - boot - milliseconds(5));
  EXPECT_EQ(scene.client.answer().time, truth + milliseconds(7));
  EXPECT_EQ(scene.client.answer().stratum, 2);
  EXPECT_EQ(scene.client.deadline(), std::nullopt);
}

TEST(SntpClient, TellsNobodyItsTime) {
  Scene scene;
  const auto packet = decode(scene.request);
  EXPECT_EQ(packet->mode, Mode::client);
  EXPECT_EQ(packet->version, 4);
  EXPECT_NE(packet->transmit.value >> 32, to_timestamp(boot).value >> 32);
  EXPECT_EQ(packet->reference.value, 0U);
}

TEST(SntpClient, PassesOverWhatIsNotTheAnswer) {
  Scene scene;
  EXPECT_EQ(scene.client.receive(encode(scene.good()), Octets{192, 0, 2, 2, 0, 123}, boot),
            Refusal::wrong_peer);
  EXPECT_EQ(scene.client.receive(OctetView(encode(scene.good())).first(47), scene.server, boot),
            Refusal::length);
  Packet packet = scene.good();
  packet.originate.value ^= 1;
  EXPECT_EQ(scene.take(packet), Refusal::originate);
  packet = scene.good();
  packet.originate = {};
  EXPECT_EQ(scene.take(packet), Refusal::originate);
  for (const int mode : {0, 1, 2, 3, 5, 6, 7}) {
    packet = scene.good();
    packet.mode = static_cast<Mode>(mode);
    EXPECT_EQ(scene.take(packet), Refusal::mode) << mode;
  }
  for (const std::uint8_t version : std::vector<std::uint8_t>{0, 5, 6, 7}) {
    packet = scene.good();
    packet.version = version;
    EXPECT_EQ(scene.take(packet), Refusal::version);
  }
  EXPECT_EQ(scene.client.state(), Client::State::asking);
  EXPECT_EQ(scene.take(scene.good()), std::nullopt) << "the real answer still counts";
}

Refusal refusal_of(const std::function<void(Packet&)>& change) {
  Scene scene;
  Packet packet = scene.good();
  change(packet);
  const auto refusal = scene.take(packet);
  EXPECT_TRUE(refusal);
  return refusal.value_or(Refusal::repeated);
}

TEST(SntpClient, RefusesAnAnswerThatCannotBeRight) {
  EXPECT_EQ(refusal_of([](Packet& one) { one.leap = 3; }), Refusal::unsynchronized);
  EXPECT_EQ(refusal_of([](Packet& one) { one.root_dispersion = 16 << 16; }),
            Refusal::unsynchronized);
  EXPECT_EQ(refusal_of([](Packet& one) { one.stratum = 16; }), Refusal::stratum);
  EXPECT_EQ(refusal_of([](Packet& one) { one.stratum = 255; }), Refusal::stratum);
  EXPECT_EQ(refusal_of([](Packet& one) { one.transmit = {}; }), Refusal::no_time);
  EXPECT_EQ(refusal_of([](Packet& one) { one.receive = {}; }), Refusal::no_time);
  EXPECT_EQ(refusal_of([](Packet& one) { std::swap(one.receive, one.transmit); }), Refusal::order);
  EXPECT_EQ(refusal_of([](Packet& one) {
              one.receive = one.transmit = to_timestamp(build_date - seconds(1));
            }),
            Refusal::before_build);
}

TEST(SntpClient, TakesTheEdgesOfWhatIsRight) {
  for (const std::uint8_t stratum : std::vector<std::uint8_t>{1, 15}) {
    Scene scene;
    Packet packet = scene.good();
    packet.stratum = stratum;
    packet.leap = 2;
    packet.root_dispersion = (16 << 16) - 1;
    packet.receive = packet.transmit = to_timestamp(build_date);
    EXPECT_EQ(scene.take(packet), std::nullopt) << int{stratum};
  }
}

TEST(SntpClient, KnowsTheTimeAfter2036) {
  const Time later = std::chrono::sys_days(std::chrono::year(2040) / 1 / 1);
  Scene scene;
  Packet packet = scene.good();
  packet.receive = packet.transmit = to_timestamp(later);
  EXPECT_EQ(scene.take(packet), std::nullopt);
  EXPECT_EQ(scene.client.answer().time, later + milliseconds(6));
}

TEST(SntpClient, StopsWhenItIsToldTo) {
  Scene scene;
  Packet packet = scene.good();
  packet.stratum = 0;
  packet.reference_id = {'D', 'E', 'N', 'Y'};
  EXPECT_EQ(scene.take(packet), Refusal::kiss);
  EXPECT_EQ(scene.client.state(), Client::State::refused);
  EXPECT_EQ(scene.client.kiss_code(), "DENY");
  EXPECT_EQ(scene.client.deadline(), std::nullopt);
  scene.client.advance(boot + seconds(60));
  EXPECT_TRUE(scene.client.output().empty());
}

TEST(SntpClient, AForgedKissStopsNobody) {
  Scene scene;
  Packet packet = scene.good();
  packet.stratum = 0;
  packet.originate.value ^= 1;
  EXPECT_EQ(scene.take(packet), Refusal::originate);
  EXPECT_EQ(scene.client.state(), Client::State::asking);
}

TEST(SntpClient, AsksAgainAndGivesUpAfterFiveSeconds) {
  Scene scene;
  std::vector<milliseconds> asked;
  while (const auto deadline = scene.client.deadline()) {
    scene.client.advance(*deadline - Duration(1));
    EXPECT_TRUE(scene.client.output().empty());
    scene.client.advance(*deadline);
    if (!scene.client.output().empty())
      asked.push_back(std::chrono::duration_cast<milliseconds>(*deadline - boot));
  }
  EXPECT_EQ(asked, (std::vector{milliseconds(1000), milliseconds(3000)}));
  EXPECT_EQ(scene.client.requests(), 3U);
  EXPECT_EQ(scene.client.state(), Client::State::no_answer);
}

TEST(SntpClient, AnAnswerToAnEarlierRequestIsLate) {
  Scene scene;
  const Packet first = scene.good();
  scene.client.advance(boot + seconds(1));
  ASSERT_FALSE(scene.client.output().empty());
  EXPECT_EQ(scene.take(first, boot + seconds(1)), Refusal::originate);
}

TEST(SntpClient, KeepsAskingAServerThatWasUnusableAndSaysSoAtTheEnd) {
  Scene scene;
  Packet packet = scene.good();
  packet.leap = 3;
  EXPECT_EQ(scene.take(packet), Refusal::unsynchronized);
  EXPECT_EQ(scene.take(scene.good()), Refusal::repeated) << "the first answer has used the request";
  EXPECT_EQ(scene.client.state(), Client::State::asking);
  scene.client.advance(boot + seconds(5));
  EXPECT_EQ(scene.client.state(), Client::State::refused);
  EXPECT_EQ(scene.client.refusal(), Refusal::unsynchronized);
}

}  // namespace
}  // namespace touchstone::sntp
