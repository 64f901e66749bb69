#include "tests/unit/conformance/oracle/foreign.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "reference/base/result.h"

namespace touchstone::conformance::oracle {

namespace {

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

ToolResult run_tool(const std::vector<std::string>& argv, const std::string& input) {
  const WorkFolder folder;
  std::string command;
  for (const std::string& word : argv)
    command += quoted(word) + " ";
  command += "2>/dev/null <" + quoted(folder.write("stdin", input));
  ToolResult result;
  FILE* pipe = ::popen(command.c_str(), "r");
  TOUCHSTONE_CHECK(pipe != nullptr);
  char buffer[4096];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    result.output.append(buffer, size);
  const int status = ::pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

WorkFolder::WorkFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "oracle-test-XXXXXX";
  TOUCHSTONE_CHECK(::mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
}

WorkFolder::~WorkFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string WorkFolder::write(const std::string& name, OctetView octets) const {
  std::ofstream file(path(name), std::ios::binary);
  file.write(reinterpret_cast<const char*>(octets.data()),
             static_cast<std::streamsize>(octets.size()));
  return path(name);
}

Octets WorkFolder::read(const std::string& name) const {
  std::ifstream file(path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace touchstone::conformance::oracle
