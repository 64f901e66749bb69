#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tools/touchstone/actions.h"
#include "tools/touchstone/study/draw.h"

namespace touchstone::tool {
namespace {

constexpr int cannot_run = 3;

}  // namespace

int simulate(const std::vector<std::string>& arguments) {
  if (const auto status = simulate_and_draw(arguments)) return *status;
  std::error_code fault;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", fault);
  const std::string program = (self.parent_path() / "touchstone-sim").string();
  std::vector<std::string> words{"touchstone simulate"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words)
    pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(program.c_str(), pointers.data());
  fmt::print(stderr, "touchstone simulate: {}: {}\n", program, std::strerror(errno));
  return cannot_run;
}

}  // namespace touchstone::tool
