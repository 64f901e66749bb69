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

std::string print_ms(Duration time) {
  const double ms = static_cast<double>(time.count()) / 1e6;
  return ms >= 1000 ? fmt::format("{:g} s", ms / 1000) : fmt::format("{:g} ms", ms);
}

std::string print_link(const LinkProperties& link) {
  std::string text = print_ms(link.delay);
  if (link.jitter > Duration()) text += " + " + print_ms(link.jitter);
  const auto rate = static_cast<double>(link.rate);
  if (rate >= 1e6)
    text += fmt::format(", {:g} Mbit/s", rate / 1e6);
  else if (rate > 0)
    text += fmt::format(", {:g} kbit/s", rate / 1e3);
  return text;
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
    return print_link(topology_.nodes[node].uplink);
  }

  const Topology& topology_;
  std::vector<std::uint64_t> shapes_;  // the same for nodes with the same below them
  std::vector<std::vector<NodeIndex>> children_;
  std::vector<PictureNode> picture_;
};

std::string class_of(const PictureNode& node) {
  return std::string(print_role(node.role)) + (node.is_more ? " more" : "");
}

const char* colour_of(Role role) {
  switch (role) {
    case Role::kms:
      return "#f4d58d";
    case Role::lks:
      return "#e8dab2";
    case Role::gateway:
      return "#a9c5a0";
    case Role::access_point:
      return "#d6e5e3";
    case Role::attacker:
      return "#e5989b";
    default:
      return "white";
  }
}

std::string quote(std::string_view text) {
  std::string safe = "\"";
  for (const char one : text) {
    if (one == '"' || one == '\\') safe += '\\';
    safe += one;
  }
  return safe + '"';
}

}  // namespace

std::vector<PictureNode> make_picture(const Topology& topology) {
  return Painter(topology).paint();
}

std::string print_dot(const std::vector<PictureNode>& picture) {
  std::string text =
      "graph topology {\n  rankdir=LR; bgcolor=transparent; ranksep=1.1; nodesep=0.2;\n"
      "  node [shape=box style=\"rounded,filled\" fontname=\"DejaVu Sans\" fontsize=11 "
      "height=0.3];\n"
      "  edge [fontname=\"DejaVu Sans\" fontsize=9];\n";
  for (std::size_t i = 0; i < picture.size(); ++i) {
    const PictureNode& node = picture[i];
    text += fmt::format("  n{} [label={} class=\"{}\" fillcolor=\"{}\"];\n", i, quote(node.label),
                        class_of(node), colour_of(node.role));
    if (i > 0) text += fmt::format("  n{} -- n{} [label={}];\n", node.parent, i, quote(node.link));
  }
  return text + "}\n";
}

std::string svg_of_graphviz(const std::string& output) {
  const std::size_t begin = output.find("<svg");
  const std::size_t end = output.rfind("</svg>");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return output.substr(begin, end + 6 - begin);
}

}  // namespace touchstone::sim::study
