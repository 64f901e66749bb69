#include "sim/world/topology.h"

#include <gtest/gtest.h>

#include "sim/world/random_stream.h"

namespace touchstone::sim {
namespace {

Topology two_gateways() {
  TopologyBuilder builder;
  const auto root = builder.add("kms1", Role::kms, {});
  const auto one = builder.add("gw1", Role::gateway, root);
  const auto two = builder.add("gw2", Role::gateway, root);
  builder.add("gw1-n1", Role::enode, one);
  builder.add("gw2-n1", Role::enode, two);
  builder.add("gw1-n2", Role::enode, one);
  return builder.build();
}

TEST(Topology, NumbersASubtreeWithoutGaps) {
  const Topology made = two_gateways();
  ASSERT_EQ(made.size(), 6U);
  const NodeIndex gateway = made.find("gw1");
  EXPECT_EQ(made.nodes[gateway].end_of_subtree - gateway, 3U);
  for (NodeIndex i = gateway; i < made.nodes[gateway].end_of_subtree; ++i)
    EXPECT_TRUE(made.nodes[i].name.starts_with("gw1"));
  EXPECT_EQ(made.at_address(made.nodes[gateway].address), gateway);
  EXPECT_EQ(made.at_address(made.nodes.back().address + 1), no_node);
}

TEST(Topology, LeadsFromAnyNodeToAnyOther) {
  const Topology made = two_gateways();
  for (NodeIndex from = 0; from < made.size(); ++from) {
    for (NodeIndex to = 0; to < made.size(); ++to) {
      NodeIndex at = from;
      for (int hops = 0; at != to && hops < 5; ++hops)
        at = made.next_hop(at, to);
      EXPECT_EQ(at, to);
    }
  }
}

TEST(RandomStream, DiffersByOwnerPurposeAndSeedAlone) {
  EXPECT_EQ(RandomStream(7, "gw1", "jitter").next(), RandomStream(7, "gw1", "jitter").next());
  EXPECT_NE(RandomStream(7, "gw1", "jitter").next(), RandomStream(8, "gw1", "jitter").next());
  EXPECT_NE(RandomStream(7, "gw1", "jitter").next(), RandomStream(7, "gw2", "jitter").next());
  EXPECT_NE(RandomStream(7, "gw1", "jitter").next(), RandomStream(7, "gw1", "loss").next());
}

TEST(RandomStream, DrawsWithinItsBoundsAndCloseToItsMean) {
  RandomStream stream(1, "a", "b");
  double sum = 0;
  double exponential = 0;
  for (int i = 0; i < 10000; ++i) {
    EXPECT_LT(stream.below(7), 7U);
    sum += stream.unit();
    exponential += stream.exponential(3);
  }
  EXPECT_NEAR(sum / 10000, 0.5, 0.02);
  EXPECT_NEAR(exponential / 10000, 3, 0.15);
}

}  // namespace
}  // namespace touchstone::sim
