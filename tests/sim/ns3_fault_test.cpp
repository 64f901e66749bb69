// Every fault of a link, on ns-3: what it does, and the counter that shows it.

#include "sim/net/packet_view.h"
#include "tests/sim/net_scene.h"

namespace touchstone::sim {
namespace {

/// Sends `count` datagrams a millisecond apart and waits for them.
void say_often(Scene& scene, int count) {
  const Moment start = scene.world->now();
  for (int i = 0; i < count; ++i)
    scene.world->schedule(start + milliseconds(i),
                          [&scene, i] { scene.say(fmt::format("{:04}", i)); });
  scene.world->run_until(start + milliseconds(count) + seconds(5));
}

std::size_t heard(const Scene& scene) {
  return scene.hearing.lines.size();
}

TEST(Ns3Fault, LosesAtTheRateThatWasAskedFor) {
  Scene scene;
  scene.bind();
  scene.world->set_impairment(Scene::client, {.loss = 0.2});
  say_often(scene, 2000);
  EXPECT_NEAR(static_cast<double>(scene.world->counters().lost), 400, 60);
  EXPECT_EQ(heard(scene) + scene.world->counters().lost, 2000U);
}

TEST(Ns3Fault, LosesInBursts) {
  Scene scene;
  scene.bind();
  scene.world->set_impairment(Scene::client, {.burst = {.to_bad = 0.02, .to_good = 0.2}});
  say_often(scene, 2000);
  const std::uint64_t lost = scene.world->counters().burst_lost;
  EXPECT_NEAR(static_cast<double>(lost), 2000.0 / 11, 70);
  EXPECT_EQ(scene.world->counters().lost, 0U);
  std::size_t bursts = 0;
  int last = -1;
  for (const std::string& line : scene.hearing.lines) {
    const int number = std::stoi(line.substr(line.size() - 4));
    if (number != last + 1) ++bursts;
    last = number;
  }
  EXPECT_GT(static_cast<double>(lost) / static_cast<double>(bursts), 3.0);
}

TEST(Ns3Fault, DropsThePacketThatWasNamed) {
  Scene scene;
  scene.bind();
  say_often(scene, 1);
  scene.world->drop_packet(Scene::client, Way::up, 2);
  say_often(scene, 4);
  EXPECT_EQ(scene.world->counters().dropped, 1U);
  EXPECT_EQ(scene.hearing.count("hears 0001"), 0U);
  EXPECT_EQ(heard(scene), 4U);
}

TEST(Ns3Fault, CutsALinkBothWays) {
  Scene scene;
  scene.bind();
  scene.world->set_link_up(Scene::client, false);
  say_often(scene, 3);
  EXPECT_EQ(heard(scene), 0U);
  EXPECT_EQ(scene.world->counters().cut, 3U);
  scene.world->set_link_up(Scene::client, true);
  say_often(scene, 3);
  EXPECT_EQ(heard(scene), 3U);
}

TEST(Ns3Fault, PartsTwoSetsOfNodesUntilTheyAreHealed) {
  Scene scene;
  scene.bind();
  const PartitionId parted = scene.world->partition({{Scene::server, Scene::server + 1}},
                                                    {{Scene::client, Scene::client + 1}});
  say_often(scene, 3);
  EXPECT_EQ(heard(scene), 0U);
  EXPECT_EQ(scene.world->counters().cut, 3U);
  scene.world->heal(parted);
  say_often(scene, 3);
  EXPECT_EQ(heard(scene), 3U);
}

TEST(Ns3Fault, CutsWhatIsOnItsWayToANodeWithoutPower) {
  Scene scene;
  scene.bind();
  scene.say("lost");
  scene.world->schedule(milliseconds(29), [&] { scene.world->set_power(Scene::server, false); });
  scene.world->run_until(seconds(1));
  EXPECT_EQ(heard(scene), 0U);
  EXPECT_EQ(scene.world->counters().cut, 1U);
}

TEST(Ns3Fault, DelaysAndKeepsTheOrder) {
  Scene scene;
  scene.bind();
  scene.world->set_impairment(Scene::client, {.extra_delay = milliseconds(500)});
  scene.say("first");
  scene.world->run_until(milliseconds(1));
  scene.world->set_impairment(Scene::client, {});
  scene.say("second");
  scene.world->run_until(seconds(2));
  EXPECT_EQ(scene.hearing.when("first"), milliseconds(530));
  EXPECT_EQ(scene.hearing.when("second"), milliseconds(530));
  EXPECT_TRUE(scene.hearing.lines.at(0).ends_with("first"));
  EXPECT_EQ(scene.world->counters().delayed, 1U);
}

TEST(Ns3Fault, Reorders) {
  Scene scene;
  scene.bind();
  scene.world->set_impairment(Scene::client, {.reorder = 0.1});
  say_often(scene, 200);
  EXPECT_GT(scene.world->counters().reordered, 5U);
  EXPECT_EQ(heard(scene), 200U);
  const auto said = [](const std::string& line) { return line.substr(line.size() - 4); };
  EXPECT_FALSE(std::ranges::is_sorted(scene.hearing.lines, {}, said));
}

TEST(Ns3Fault, Duplicates) {
  Scene scene;
  scene.bind();
  scene.world->set_impairment(Scene::client, {.duplicate = 1});
  say_often(scene, 10);
  EXPECT_EQ(scene.world->counters().duplicated, 10U);
  EXPECT_EQ(heard(scene), 20U);
}

// The pcap turns checksums on, so that what was not repaired would not come through.
TEST(Ns3Fault, CorruptsWhatStillReachesTheParser) {
  const tests::TemporaryFolder folder;
  WorldSettings settings;
  settings.pcap_folder = folder.folder();
  settings.pcap_links = {Scene::client};
  Scene scene(two_hops(), settings);
  scene.bind();
  const StreamId stream = scene.connected();
  scene.world->set_impairment(Scene::client, {.corrupt = 1});
  const Octets sent = pattern(3000);
  scene.world->send(stream, sent);
  scene.say("untouched");
  scene.world->run_until(seconds(30));
  EXPECT_EQ(scene.hearing.count("hears untouched"), 0U);
  const Octets& came = scene.hearing.octets[scene.hearing.accepted.at(0)];
  ASSERT_EQ(came.size(), sent.size());
  std::size_t differ = 0;
  for (std::size_t i = 0; i < sent.size(); ++i)
    differ += came[i] != sent[i];
  EXPECT_EQ(differ, 3U);  // one octet a segment
  EXPECT_EQ(scene.world->counters().corrupted, 4U);
  EXPECT_EQ(scene.world->counters().retransmitted, 0U);
}

TEST(Ns3Fault, OverflowsAQueue) {
  Scene scene(two_hops(100'000, 5));
  scene.bind();
  for (int i = 0; i < 20; ++i)
    scene.say("crowd");
  scene.world->run_until(seconds(5));
  EXPECT_EQ(scene.world->counters().overflowed, 14U);  // five wait and one is on its way
  EXPECT_EQ(heard(scene), 6U);
}

TEST(Ns3Fault, RepairsALossInAStream) {
  Scene scene;
  const StreamId stream = scene.connected();
  scene.world->drop_packet(Scene::client, Way::up, 1);
  const Moment start = scene.world->now();
  scene.world->send(stream, pattern(100));
  scene.world->run_until(seconds(10));
  EXPECT_EQ(scene.world->counters().dropped, 1U);
  EXPECT_EQ(scene.world->counters().retransmitted, 1U);
  const Duration took = scene.hearing.when("server has 100") - start;
  EXPECT_GE(took, milliseconds(230));  // the least time of Linux, not the second of ns-3
  EXPECT_LT(took, milliseconds(500));
}

TEST(Ns3Fault, DrawsTheSameLossesForTheSameSeed) {
  std::vector<std::vector<std::string>> runs;
  for (const std::uint64_t seed : {1U, 1U, 2U}) {
    WorldSettings settings;
    settings.seed = seed;
    Scene scene(two_hops(), settings);
    scene.bind();
    scene.world->set_impairment(Scene::client, {.loss = 0.3});
    say_often(scene, 100);
    runs.push_back(scene.hearing.lines);
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
}

TEST(Ns3Fault, ShowsEachPayloadToWhoListensOnTheWire) {
  std::string seen;
  WorldSettings settings;
  settings.tap = [&](const Captured& one) {
    seen += fmt::format("{} {} {};", one.link, one.is_stream ? "tcp" : "udp", as_text(one.payload));
  };
  Scene scene(two_hops(), settings);
  scene.bind();
  scene.say("hello");
  scene.world->run_until(seconds(1));
  const StreamId stream = scene.connected();
  scene.world->send(stream, as_octets("stream"));
  scene.world->run_until(seconds(3));
  EXPECT_EQ(seen, "2 udp hello;1 udp hello;2 tcp stream;1 tcp stream;");
}

TEST(PacketView, KnowsNothingOfWhatIsNoPacket) {
  EXPECT_FALSE(net::view_packet(Octets(19, 0x45)));
  Octets packet(40, 0);
  packet[0] = 0x45;
  packet[3] = 40;
  packet[9] = 17;
  EXPECT_TRUE(net::view_packet(packet));
  packet[6] = 0x20;  // more fragments follow
  EXPECT_FALSE(net::view_packet(packet));
}

}  // namespace
}  // namespace touchstone::sim
