#include "sim/flow/flow_world.h"

#include <gtest/gtest.h>

#include "sim/world/random_stream.h"

namespace touchstone::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t port = 700;

/// Two nodes around a router; node 1 listens and keeps what it hears.
class Pair : public testing::Test, public WorldEvents {
 protected:
  Pair() {
    TopologyBuilder builder;
    const auto root = builder.add("core", Role::router, {});
    builder.add("a", Role::kms, root, {10ms, {}, 0});
    builder.add("b", Role::gateway, root, {10ms, {}, 0});
    topology_ = builder.build();
    world_ = *make_flow_world(topology_, {.seed = 5});
    world_->attach(*this);
    world_->listen(1, port);
    world_->bind(1, port);
  }

  void on_accepted(StreamId stream, std::uint16_t, Endpoint) override { accepted_ = stream; }
  void on_connected(StreamId) override { connected_at_ = world_->now(); }
  void on_connect_failed(StreamId) override { failed_at_ = world_->now(); }
  void on_octets(StreamId stream, OctetView octets) override {
    if (stream.node == 1) heard_.insert(heard_.end(), octets.begin(), octets.end());
  }
  void on_closed(StreamId stream) override { closed_.push_back(stream); }
  void on_datagram(NodeIndex, std::uint16_t, Endpoint, OctetView octets) override {
    datagrams_.emplace_back(octets.begin(), octets.end());
  }

  [[nodiscard]] Endpoint far() const { return {topology_.nodes[1].address, port}; }
  static Octets some(std::size_t size) {
    Octets octets(size);
    RandomStream(1, "some", "octets").fill(octets);
    return octets;
  }

  Topology topology_;
  std::unique_ptr<World> world_;
  StreamId accepted_;
  Moment connected_at_{-1};
  Moment failed_at_{-1};
  Octets heard_;
  std::vector<StreamId> closed_;
  std::vector<Octets> datagrams_;
};

TEST_F(Pair, ConnectsInOneRoundTrip) {
  world_->connect(2, far(), 5s);
  world_->run_until(1s);
  EXPECT_EQ(connected_at_, 40ms);
  EXPECT_EQ(accepted_.node, 1U);
}

TEST_F(Pair, RefusesWhereNobodyListensAndGivesUpOnSilence) {
  world_->connect(2, {far().address, 9}, 5s);
  world_->run_until(1s);
  EXPECT_EQ(failed_at_, 40ms);
  world_->set_power(1, false);
  world_->connect(2, far(), 5s);
  world_->run_until(10s);
  EXPECT_EQ(failed_at_, 6s);
}

TEST_F(Pair, LosesNothingOfAStreamWhateverTheLinkDoes) {
  world_->set_impairment(
      2, {.loss = 0.2, .extra_delay = 3ms, .reorder = 0.3, .reorder_by = 30ms, .duplicate = 0.3});
  const StreamId stream = world_->connect(2, far(), 100s);
  world_->run_until(90s);
  const Octets sent = some(300'000);
  world_->send(stream, sent);
  world_->close(stream);
  world_->run_until(600s);
  EXPECT_EQ(heard_, sent);
  ASSERT_EQ(closed_.size(), 1U);
  EXPECT_EQ(closed_[0], accepted_);
  const WorldCounters& counters = world_->counters();
  EXPECT_GT(counters.lost, 20U);
  EXPECT_GT(counters.reordered, 20U);
  EXPECT_GT(counters.duplicated, 20U);
  EXPECT_GT(counters.delayed, 100U);
  EXPECT_GE(counters.retransmitted, counters.lost / 2);
}

TEST_F(Pair, DropsExactlyTheNthPacket) {
  world_->drop_packet(2, Way::up, 3);
  for (std::uint8_t i = 1; i <= 5; ++i)
    world_->send_datagram(2, 1, far(), OctetView(&i, 1));
  world_->run_until(1s);
  EXPECT_EQ(datagrams_, (std::vector<Octets>{{1}, {2}, {4}, {5}}));
  EXPECT_EQ(world_->counters().dropped, 1U);
}

TEST_F(Pair, CorruptsOneOctetOfADatagram) {
  world_->set_impairment(2, {.corrupt = 1});
  const Octets sent = some(100);
  world_->send_datagram(2, 1, far(), sent);
  world_->run_until(1s);
  ASSERT_EQ(datagrams_.size(), 1U);
  std::size_t changed = 0;
  for (std::size_t i = 0; i < sent.size(); ++i)
    changed += datagrams_[0][i] != sent[i] ? 1U : 0U;
  EXPECT_EQ(changed, 1U);
  EXPECT_EQ(world_->counters().corrupted, 1U);
}

TEST_F(Pair, LosesInBursts) {
  world_->set_impairment(2, {.burst = {.to_bad = 0.02, .to_good = 0.2}});
  const std::uint8_t one = 1;
  for (int i = 0; i < 5000; ++i)
    world_->send_datagram(2, 1, far(), {&one, 1});
  world_->run_until(1s);
  // A tenth of the time is bad: 0.02 / (0.02 + 0.2).
  EXPECT_NEAR(static_cast<double>(world_->counters().burst_lost) / 5000, 0.09, 0.03);
}

TEST_F(Pair, SeparatesWhatAPartitionSeparatesUntilItHeals) {
  const std::uint8_t one = 1;
  const PartitionId partition = world_->partition({{1, 2}}, {{2, 3}});
  world_->send_datagram(2, 1, far(), {&one, 1});
  world_->run_until(1s);
  EXPECT_TRUE(datagrams_.empty());
  EXPECT_EQ(world_->counters().cut, 1U);
  world_->heal(partition);
  world_->send_datagram(2, 1, far(), {&one, 1});
  world_->run_until(2s);
  EXPECT_EQ(datagrams_.size(), 1U);
}

TEST_F(Pair, TellsOfACrashByResetWhenTheNodeIsBack) {
  const StreamId stream = world_->connect(2, far(), 5s);
  world_->run_until(1s);
  world_->set_power(1, false);
  world_->set_power(1, true);
  world_->send(stream, some(10));
  world_->run_until(2s);
  EXPECT_EQ(closed_, std::vector<StreamId>{stream});
}

TEST_F(Pair, GivesAStreamToASilentNodeUp) {
  const StreamId stream = world_->connect(2, far(), 5s);
  world_->run_until(1s);
  world_->set_link_up(1, false);
  world_->send(stream, some(10));
  world_->run_until(100s);
  EXPECT_TRUE(closed_.empty());
  world_->run_until(400s);
  EXPECT_EQ(closed_, std::vector<StreamId>{stream});
}

TEST_F(Pair, TakesTheTimeThatTheRateWants) {
  TopologyBuilder builder;
  const auto root = builder.add("core", Role::router, {});
  builder.add("a", Role::kms, root, {10ms, {}, 1'000'000, 10});
  topology_ = builder.build();
  world_ = *make_flow_world(topology_, {.seed = 5});
  world_->attach(*this);
  world_->bind(1, port);
  const Octets kilo = some(972);  // 1000 octets with its headers: 8 ms
  for (int i = 0; i < 50; ++i)
    world_->send_datagram(0, 1, far(), kilo);
  world_->run_until(17ms);
  EXPECT_TRUE(datagrams_.empty());
  world_->run_until(18ms);
  EXPECT_EQ(datagrams_.size(), 1U);
  world_->run_until(1s);
  EXPECT_EQ(datagrams_.size() + world_->counters().overflowed, 50U);
  EXPECT_GT(world_->counters().overflowed, 20U);
}

}  // namespace
}  // namespace touchstone::sim
