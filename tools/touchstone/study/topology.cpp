#include "tools/touchstone/study/topology.h"

#include <fmt/format.h>

#include <map>

#include "sim/scenario/scenario.h"
#include "sim/study/topology_picture.h"
#include "tools/touchstone/sweep/folder.h"
#include "tools/touchstone/sweep/program.h"

namespace touchstone::tool {
namespace {

std::string count_roles(const sim::Topology& topology) {
  std::map<sim::Role, std::size_t> counts;
  for (const sim::TopologyNode& node : topology.nodes)
    ++counts[node.role];
  std::string text;
  for (const auto& [role, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, sim::print_role(role));
  return text;
}

}  // namespace

nlohmann::json picture_of(const std::filesystem::path& folder) {
  const std::filesystem::path from = folder / "scenario.toml";
  const auto text = read_text(from);
  if (!text) return nullptr;
  const auto scenario = sim::parse_scenario(*text, from.string());
  if (!scenario) return nullptr;
  const sim::Topology topology = sim::build_topology(*scenario);
  const std::filesystem::path graph = folder / "topology.dot";
  if (!write_text(graph, sim::study::print_dot(sim::study::make_picture(topology)))) return nullptr;
  const Answer drawn = ask_child({{"dot", "-Tsvg", graph.string()}, {}, {}, "/dev/null"});
  const std::string svg = drawn.status == 0 ? sim::study::svg_of_graphviz(drawn.output) : "";
  if (svg.empty())
    return {{"note", count_roles(topology) + ". Graphviz (dot) is not installed: topology.dot is "
                                             "beside this page, to be drawn elsewhere."}};
  return {{"svg", svg},
          {"note", count_roles(topology) + ". What is alike is drawn once or twice."}};
}

}  // namespace touchstone::tool
