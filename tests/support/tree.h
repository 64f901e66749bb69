#pragma once
// Where the tree is that a test program was built from.

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace touchstone::tests {

// The path of a file of the tree, named as seen from its top. CTest says where the top is; by hand
// it is the nearest folder above the program that has the presets. Not a definition of the
// compiler: that would give every checkout objects of its own.
inline std::string tree_path(std::string_view relative) {
  if (const char* top = std::getenv("TOUCHSTONE_SOURCE_DIR"))
    return (std::filesystem::path(top) / relative).string();
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  while (folder.has_relative_path() && !std::filesystem::exists(folder / "CMakePresets.json"))
    folder = folder.parent_path();
  return (folder / relative).string();
}

}  // namespace touchstone::tests
