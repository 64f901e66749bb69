#include "sim/flow/streams.h"

#include <algorithm>

namespace touchstone::sim {

StreamId StreamTable::add(NodeIndex node) {
  const StreamId id{node, next_number_++};
  ends_.try_emplace(key(id));
  return id;
}

StreamEnd* StreamTable::find(StreamId id) {
  const auto found = ends_.find(key(id));
  return found == ends_.end() ? nullptr : &found->second;
}

std::vector<StreamId> StreamTable::of_node(NodeIndex node) const {
  std::vector<StreamId> ids;
  for (const auto& [key, end] : ends_)
    if (key >> 32 == node) ids.push_back({node, static_cast<std::uint32_t>(key)});
  std::ranges::sort(ids);
  return ids;
}

}  // namespace touchstone::sim
