#include "sim/study/topology_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/world/random_stream.h"

namespace touchstone::sim::study {
namespace {

constexpr std::size_t most_alike = 3;
constexpr std::size_t shown_alike = 2;

std::string plural_of(Role role, std::size_t count) {
  switch (role) {
    case Role::kms:
    case Role::lks:
      return fmt::format("{} {}", count, role == Role::kms ? "KMS" : "LKS");
    case Role::enode:
      return fmt::format("{} node{}", count, count == 1 ? "" : "s");
    case Role::access_point:
      return fmt::format("{} access point{}", count, count == 1 ? "" : "s");
    default:
      return fmt::format("{} {}{}", count, print_role(role), count == 1 ? "" : "s");
  }
}

std::string print_delay(Duration delay) {
  const double ms = static_cast<double>(delay.count()) / 1e6;
  return ms >= 1000 ? fmt::format("{:g} s", ms / 1000) : fmt::format("{:g} ms", ms);
}

class Painter {
 public:
  explicit Painter(const Topology& topology)
      : topology_(topology), shapes_(topology.size()), children_(topology.size()) {
    for (NodeIndex i = 1; i < topology.size(); ++i)
      children_[topology.nodes[i].parent].push_back(i);
    // Children come after their parents. The order of brothers does not matter.
    for (std::size_t i = topology.size(); i-- > 0;) {
      std::uint64_t below = 0;
      for (const NodeIndex child : children_[i])
        below += hash_name("below", shapes_[child]);
      shapes_[i] = hash_name(print_role(topology.nodes[i].role), below);
    }
  }

  std::vector<PictureNode> paint() {
    if (topology_.size() > 0) add(0, 0);
    return std::move(picture_);
  }

 private:
  void add(NodeIndex node, std::size_t parent) {
    const TopologyNode& from = topology_.nodes[node];
    const std::size_t self = picture_.size();
    picture_.push_back({from.name, from.role, false, parent, node == 0 ? "" : link_of(node)});
    std::map<std::uint64_t, std::vector<NodeIndex>> alike;
    for (const NodeIndex child : children_[node])
      alike[shapes_[child]].push_back(child);
    for (const NodeIndex child : children_[node]) {
      const std::vector<NodeIndex>& group = alike[shapes_[child]];
      const bool is_leaf = topology_.nodes[child].role == Role::enode;
      const std::size_t shown = is_leaf && group.size() > 1 ? 0
                                : group.size() > most_alike ? shown_alike
                                                            : group.size();
      const auto position =
          static_cast<std::size_t>(std::ranges::find(group, child) - group.begin());
      if (position < shown) add(child, self);
      if (position == shown) add_rest(child, group.size() - shown, shown > 0, self);
    }
  }

  void add_rest(NodeIndex like, std::size_t count, bool are_more, std::size_t parent) {
    const Role role = topology_.nodes[like].role;
    std::string label = plural_of(role, count);
    if (are_more) label.insert(label.find(' '), " more");
    picture_.push_back({std::move(label), role, true, parent, link_of(like)});
  }

  [[nodiscard]] std::string link_of(NodeIndex node) const {
    return print_delay(topology_.nodes[node].uplink.delay);
  }

  const Topology& topology_;
  std::vector<std::uint64_t> shapes_;  // the same for nodes with the same below them
  std::vector<std::vector<NodeIndex>> children_;
  std::vector<PictureNode> picture_;
};

std::string class_of(const PictureNode& node) {
  return std::string(print_role(node.role)) + (node.is_more ? " more" : "");
}

std::string escape(std::string_view text, bool is_xml) {
  std::string safe;
  for (const char one : text) {
    if (is_xml && one == '<')
      safe += "&lt;";
    else if (is_xml && one == '&')
      safe += "&amp;";
    else if (!is_xml && (one == '"' || one == '\\'))
      safe += {'\\', one};
    else
      safe += one;
  }
  return safe;
}

}  // namespace

std::vector<PictureNode> make_picture(const Topology& topology) {
  return Painter(topology).paint();
}

std::string print_dot(const std::vector<PictureNode>& picture) {
  std::string text =
      "graph topology {\n  rankdir=LR; bgcolor=transparent; ranksep=0.9; nodesep=0.15;\n"
      "  node [shape=box style=rounded fontname=\"DejaVu Sans\" fontsize=11 height=0.3];\n"
      "  edge [fontname=\"DejaVu Sans\" fontsize=9];\n";
  for (std::size_t i = 0; i < picture.size(); ++i) {
    const PictureNode& node = picture[i];
    text += fmt::format("  n{} [label=\"{}\" class=\"{}\"];\n", i, escape(node.label, false),
                        class_of(node));
    if (i > 0)
      text +=
          fmt::format("  n{} -- n{} [label=\"{}\"];\n", node.parent, i, escape(node.link, false));
  }
  return text + "}\n";
}

std::string draw_svg(const std::vector<PictureNode>& picture) {
  constexpr double column = 190;
  constexpr double row = 36;
  constexpr double width = 124;
  constexpr double height = 24;
  std::vector<std::size_t> depth(picture.size());
  std::vector<double> y(picture.size(), -1);
  double next_row = 0;
  // A leaf takes the next row, a node the row of its first child.
  std::vector<bool> has_child(picture.size());
  for (std::size_t i = 1; i < picture.size(); ++i)
    has_child[picture[i].parent] = true;
  for (std::size_t i = 0; i < picture.size(); ++i) {
    depth[i] = i == 0 ? 0 : depth[picture[i].parent] + 1;
    if (!has_child[i]) y[i] = row * next_row++;
  }
  for (std::size_t i = picture.size(); i-- > 1;)
    y[picture[i].parent] = y[i];  // the first child comes last
  std::string wires;
  std::string boxes;
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < picture.size(); ++i) {
    const double x = column * static_cast<double>(depth[i]);
    deepest = std::max(deepest, depth[i]);
    boxes += fmt::format(
        "<g class=\"{}\"><rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
        "rx=\"6\"/>"
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text></g>\n",
        class_of(picture[i]), x, y[i], width, height, x + width / 2, y[i] + 16,
        escape(picture[i].label, true));
    if (i == 0) continue;
    const double from = y[picture[i].parent] + height / 2;
    wires += fmt::format(
        "<path class=\"wire\" d=\"M{} {}C{} {} {} {} {} {}\"/>"
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" style=\"font-size:9px\">{}</text>\n",
        x - column + width, from, x - 40, from, x - 26, y[i] + height / 2, x, y[i] + height / 2,
        x - 20, y[i] + height / 2 - 3, escape(picture[i].link, true));
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"-4 -4 {0} {1}\">\n{2}{3}</svg>\n",
      column * static_cast<double>(deepest) + width + 8, row * std::max(next_row, 1.0) + 4, wires,
      boxes);
}

std::string svg_of_graphviz(const std::string& output) {
  const std::size_t begin = output.find("<svg");
  const std::size_t end = output.rfind("</svg>");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return output.substr(begin, end + 6 - begin);
}

}  // namespace touchstone::sim::study
