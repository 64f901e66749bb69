#pragma once
// The topology of a run as a picture for its page.

#include <filesystem>
#include <nlohmann/json.hpp>

namespace touchstone::tool {

/// {svg, note} of FOLDER/scenario.toml. Graphviz draws it from FOLDER/topology.dot, which is
/// written first and stays; without Graphviz the note says so and there is no svg. Null where there
/// is no scenario to draw.
[[nodiscard]] nlohmann::json picture_of(const std::filesystem::path& folder);

}  // namespace touchstone::tool
