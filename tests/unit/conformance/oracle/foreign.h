#pragma once
// Runs tools that we did not write.

#include <string>
#include <vector>

#include "reference/base/octets.h"

namespace touchstone::conformance::oracle {

struct ToolResult {
  int exit_code = -1;
  std::string output;  ///< standard output
};

/// argv[0] is looked up on PATH; standard error is dropped, `input` goes to standard input.
ToolResult run_tool(const std::vector<std::string>& argv, const std::string& input = {});

/// A directory of its own, removed at the end.
class WorkFolder {
 public:
  WorkFolder();
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  /// Writes a file and gives its path.
  std::string write(const std::string& name, OctetView octets) const;
  std::string write(const std::string& name, const std::string& text) const {
    return write(name, as_octets(text));
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] Octets read(const std::string& name) const;

 private:
  std::string folder_;
};

}  // namespace touchstone::conformance::oracle
