// ns-3 behind the interface of a world: what it lacks or does in its own way must not be seen.

#include "sim/net/ns3_world.h"

#include "tests/sim/net_scene.h"

namespace touchstone::sim {
namespace {

TEST(Ns3World, CarriesADatagramInTheTimeOfItsLinks) {
  Scene scene;
  scene.bind();
  scene.say("hello");
  scene.world->run_until(seconds(1));
  EXPECT_EQ(scene.hearing.when("server hears hello"), milliseconds(30));
  EXPECT_EQ(scene.world->now(), seconds(1));
}

TEST(Ns3World, AddsTheTimeThatAnOctetTakesOnASlowLink) {
  Scene scene(two_hops(1'000'000));
  scene.bind();
  scene.say(std::string(970, 'x'));  // 1000 octets with IPv4, UDP and PPP: 8 ms a link
  scene.world->run_until(seconds(1));
  EXPECT_EQ(scene.hearing.when("x"), milliseconds(46));
}

TEST(Ns3World, BringsAMegaoctetBothWaysWhole) {
  Scene scene;
  const StreamId client = scene.connected();
  const Octets much = pattern(1'000'000);
  scene.world->send(client, much);
  scene.world->send(scene.hearing.accepted.at(0), much);
  EXPECT_GT(scene.world->backlog(client), 500'000U);  // more than ns-3 takes at once
  scene.world->run_until(seconds(60));
  EXPECT_EQ(scene.hearing.octets[client], much);
  EXPECT_EQ(scene.hearing.octets[scene.hearing.accepted.at(0)], much);
  EXPECT_EQ(scene.world->backlog(client), 0U);
}

TEST(Ns3World, SendsALoneSegmentOnce) {
  Scene scene;
  const StreamId client = scene.connected();
  for (int i = 1; i <= 20; ++i)
    scene.world->schedule(seconds(i), [&] { scene.world->send(client, pattern(100)); });
  scene.world->run_until(seconds(30));
  EXPECT_EQ(scene.hearing.octets[scene.hearing.accepted.at(0)].size(), 2000U);
  EXPECT_EQ(scene.world->counters().retransmitted, 0U);
}

TEST(Ns3World, ClosesBehindWhatWasSent) {
  Scene scene;
  const StreamId client = scene.connected();
  scene.world->send(client, pattern(600'000));
  scene.world->close(client);
  scene.world->run_until(seconds(60));
  EXPECT_EQ(scene.hearing.octets[scene.hearing.accepted.at(0)].size(), 600'000U);
  EXPECT_EQ(scene.hearing.count("server closed"), 1U);
  EXPECT_EQ(scene.hearing.count("client closed"), 0U);
}

TEST(Ns3World, HearsARefusalAfterOneRoundTrip) {
  Scene scene;
  scene.world->connect(Scene::client, scene.at(Scene::server), seconds(20));
  scene.world->run_until(seconds(300));
  EXPECT_EQ(scene.hearing.lines, std::vector<std::string>{"60000000 client not connected"});
}

TEST(Ns3World, HasThePatienceOfItsCallerWithADeadHost) {
  Scene scene;
  scene.world->set_power(Scene::server, false);
  scene.world->connect(Scene::client, scene.at(Scene::server), seconds(5));
  scene.world->run_until(seconds(300));
  EXPECT_EQ(scene.hearing.lines, std::vector<std::string>{"5000000000 client not connected"});
  EXPECT_GE(scene.world->counters().retransmitted, 2U);
}

TEST(Ns3World, TellsOfAnAddressWithoutAWay) {
  Scene scene;
  scene.world->connect(Scene::client, {0x0B000001, 1}, seconds(5));
  EXPECT_TRUE(scene.hearing.lines.empty());
  scene.world->run_until(seconds(1));
  EXPECT_EQ(scene.hearing.lines, std::vector<std::string>{"0 client not connected"});
}

TEST(Ns3World, ResetsAtOnce) {
  Scene scene;
  const StreamId client = scene.connected();
  const Moment before = scene.world->now();
  scene.world->abort(client);
  scene.world->run_until(seconds(10));
  EXPECT_EQ(scene.hearing.when("server closed") - before, milliseconds(30));
  EXPECT_EQ(scene.hearing.count("client closed"), 0U);
}

TEST(Ns3World, AbortsWhileItConnects) {
  Scene scene;
  scene.world->listen(Scene::server, Scene::port);
  scene.world->abort(scene.world->connect(Scene::client, scene.at(Scene::server), seconds(5)));
  scene.world->run_until(seconds(30));
  EXPECT_EQ(scene.hearing.count("connected"), 0U);
}

TEST(Ns3World, LosesPowerWithoutAWordAndComesBackWithAReset) {
  Scene scene;
  const StreamId client = scene.connected();
  scene.world->set_power(Scene::server, false);
  scene.world->run_until(seconds(20));
  EXPECT_EQ(scene.hearing.count("closed"), 0U);
  scene.world->set_power(Scene::server, true);
  const Octets word = pattern(10);
  scene.world->send(client, word);
  scene.world->run_until(seconds(21));
  // ns-3 sends a nanosecond after it was told to.
  EXPECT_EQ(scene.hearing.when("client closed"), seconds(20) + milliseconds(60) + Duration(1));
  scene.world->listen(Scene::server, Scene::port);
  scene.world->connect(Scene::client, scene.at(Scene::server), seconds(5));
  scene.world->run_until(seconds(22));
  EXPECT_EQ(scene.hearing.count(" connected"), 2U);
}

TEST(Ns3World, PassesOverAResetOfAConnectionThatItsListenerNeverHad) {
  Scene scene;
  const StreamId client = scene.connected();
  scene.world->set_power(Scene::server, false);
  scene.world->set_power(Scene::server, true);
  scene.world->listen(Scene::server, Scene::port);
  scene.world->abort(client);
  scene.world->run_until(seconds(30));
  EXPECT_EQ(scene.hearing.count("closed"), 0U);
  scene.world->connect(Scene::client, scene.at(Scene::server), seconds(5));
  scene.world->run_until(seconds(31));
  EXPECT_EQ(scene.hearing.count(" connected"), 2U);
}

TEST(Ns3World, LetsTheOwnerCloseFromWithinACall) {
  Scene scene;
  const StreamId client = scene.connected();
  scene.hearing.then = [&](StreamId stream) { scene.world->close(stream); };
  scene.world->send(client, pattern(100'000));
  scene.world->run_until(seconds(30));
  EXPECT_EQ(scene.hearing.count("server has 1448"), 1U);  // segments of Ethernet, not of 536
  EXPECT_EQ(scene.hearing.octets.size(), 1U);
  EXPECT_EQ(scene.hearing.count("client closed"), 1U);
}

TEST(Ns3World, DoesAllThatIsDueAtTheEnd) {
  Scene scene;
  int done = 0;
  scene.world->schedule(seconds(1), [&] {
    ++done;
    scene.world->schedule(seconds(1), [&] { ++done; });
  });
  scene.world->run_until(seconds(1));
  EXPECT_EQ(done, 2);
  scene.world->schedule(seconds(2), [&] { scene.world->stop(); });
  scene.world->run_until(seconds(3));
  EXPECT_EQ(scene.world->now(), seconds(2));
}

TEST(Ns3World, RefusesASecondWorldAndAnUnknownScheduler) {
  const Scene scene;
  EXPECT_FALSE(net::make_ns3_world(two_hops(), {}));
}

TEST(Ns3World, RefusesWhatItCannotBuild) {
  EXPECT_FALSE(net::make_ns3_world(two_hops(), {}, {.scheduler = "none"}));
  EXPECT_FALSE(net::make_ns3_world({}, {}));
  WorldSettings settings;
  settings.pcap_folder = "/nonexistent";
  settings.pcap_links = {1};
  EXPECT_FALSE(net::make_ns3_world(two_hops(), settings));
}

/// A run with all kinds of traffic and loss: its lines and its captured packets.
std::string run_of(std::uint64_t seed, const std::string& scheduler) {
  const tests::TemporaryFolder folder;
  WorldSettings settings;
  settings.seed = seed;
  settings.pcap_folder = folder.folder();
  settings.pcap_links = {Scene::server, Scene::client};
  Hearing hearing;
  {
    Scene scene(two_hops(10'000'000), settings, {.scheduler = scheduler});
    scene.world->set_impairment(Scene::client, {.loss = 0.02, .reorder = 0.02, .duplicate = 0.02});
    scene.hearing.echo = Scene::server;
    scene.bind();
    scene.world->listen(Scene::server, Scene::port);
    const StreamId stream =
        scene.world->connect(Scene::client, scene.at(Scene::server), seconds(20));
    scene.world->send(stream, pattern(200'000));
    for (int i = 0; i < 50; ++i)
      scene.world->schedule(milliseconds(10 * i), [&] { scene.say("again"); });
    scene.world->run_until(seconds(30));
    hearing = std::move(scene.hearing);
  }
  std::string all;
  for (const std::string& line : hearing.lines)
    all += line + '\n';
  return all + folder.read("server.pcap") + folder.read("client.pcap");
}

TEST(Ns3World, GivesTheSameRunAgainOnAnyScheduler) {
  const std::string first = run_of(7, "map");
  EXPECT_GT(first.size(), 400'000U);
  for (const char* scheduler : {"map", "heap", "list", "calendar", "priority_queue"})
    EXPECT_TRUE(run_of(7, scheduler) == first) << scheduler;
  EXPECT_FALSE(run_of(8, "map") == first);
}

}  // namespace
}  // namespace touchstone::sim
