#include "sim/faults/fault.h"

#include <algorithm>

namespace touchstone::sim {
namespace {

constexpr std::size_t longest_description = 40;

}  // namespace

Moment end_of(const FaultPlan& plan) {
  Moment end{};
  for (const Fault& fault : plan)
    end = std::max(end, fault.at + fault.lasts);
  return end;
}

std::string describe(const Fault& fault) {
  std::string text = std::string(print_fault_kind(fault.kind)) + " " + fault.target;
  if (!fault.other.empty()) text += "|" + fault.other;
  text.resize(std::min(text.size(), longest_description));
  return text;
}

bool matches(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::vector<NodeIndex> matching(const Topology& topology, std::string_view pattern) {
  std::vector<NodeIndex> found;
  for (NodeIndex i = 0; i < topology.size(); ++i)
    if (matches(pattern, topology.nodes[i].name)) found.push_back(i);
  return found;
}

}  // namespace touchstone::sim
