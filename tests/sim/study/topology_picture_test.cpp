#include "sim/study/topology_picture.h"

#include <gtest/gtest.h>

#include <chrono>

namespace touchstone::sim::study {
namespace {

using namespace std::chrono_literals;

// A KMS and `gateways` gateways with ten nodes each, the last of which has eleven.
Topology topology_of(int gateways) {
  TopologyBuilder builder;
  const auto core = builder.add("core", Role::router, std::nullopt);
  builder.add("kms<1>", Role::kms, core);
  for (int i = 1; i <= gateways; ++i) {
    const auto gateway = builder.add("gw" + std::to_string(i), Role::gateway, core, {20ms});
    const int nodes = i == gateways ? 11 : 10;
    for (int n = 0; n < nodes; ++n)
      builder.add("gw" + std::to_string(i) + "-n" + std::to_string(n), Role::enode, gateway,
                  {1500ms});
  }
  return builder.build();
}

std::vector<std::string> labels_of(const std::vector<PictureNode>& picture) {
  std::vector<std::string> labels;
  for (const PictureNode& node : picture)
    labels.push_back(node.label);
  return labels;
}

TEST(TopologyPicture, DrawsWhatIsAlikeOnce) {
  const auto picture = make_picture(topology_of(51));
  EXPECT_EQ(labels_of(picture),
            (std::vector<std::string>{"core", "kms<1>", "gw1", "10 nodes", "gw2", "10 nodes",
                                      "48 more gateways", "gw51", "11 nodes"}));
  EXPECT_TRUE(picture[6].is_more);
  EXPECT_EQ(picture[6].parent, 0U);
  EXPECT_EQ(picture[3].parent, 2U);
  EXPECT_EQ(picture[2].link, "20 ms");
  EXPECT_EQ(picture[3].link, "1.5 s");
}

TEST(TopologyPicture, ShowsAFewOneByOne) {
  EXPECT_EQ(labels_of(make_picture(topology_of(3))).size(), 8U);
  EXPECT_TRUE(make_picture(Topology()).empty());
}

TEST(TopologyPicture, IsAGraphForGraphviz) {
  const std::string dot = print_dot(make_picture(topology_of(2)));
  EXPECT_NE(dot.find("n1 [label=\"kms<1>\" class=\"kms\" fillcolor="), std::string::npos) << dot;
  EXPECT_NE(dot.find("n0 -- n2 [label=\"20 ms\"];"), std::string::npos) << dot;
  EXPECT_NE(dot.find("class=\"enode more\""), std::string::npos) << dot;
}

TEST(TopologyPicture, TakesTheSvgFromWhatGraphvizPrints) {
  EXPECT_EQ(svg_of_graphviz("<?xml?>\n<!DOCTYPE svg>\n<svg a=\"b\"><g/></svg>\n"),
            "<svg a=\"b\"><g/></svg>");
  EXPECT_EQ(svg_of_graphviz("dot: not found"), "");
}

}  // namespace
}  // namespace touchstone::sim::study
