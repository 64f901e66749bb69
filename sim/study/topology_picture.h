#pragma once
// A topology as people draw it: what is there fifty times is drawn twice, with "48 more" below.

#include <string>
#include <vector>

#include "sim/world/topology.h"

namespace touchstone::sim::study {

struct PictureNode {
  std::string label;
  Role role = Role::router;
  bool is_more = false;    ///< stands for others
  std::size_t parent = 0;  ///< index in the picture; of the first node itself
  std::string link = {};   ///< what is written at the link to the parent: `20 ms, 2 Mbit/s`
};

/// In preorder. Brothers of one role with the same below them are alike: of more than three, two
/// are shown and the rest is one node; leaves for nodes of the wireless network are one from the
/// second on.
[[nodiscard]] std::vector<PictureNode> make_picture(const Topology& topology);

/// In the language of Graphviz; the class of a node is its role, for the style of a page.
[[nodiscard]] std::string print_dot(const std::vector<PictureNode>& picture);

/// What Graphviz made of print_dot(), from the element `svg` on; empty when it holds none.
[[nodiscard]] std::string svg_of_graphviz(const std::string& output);

}  // namespace touchstone::sim::study
