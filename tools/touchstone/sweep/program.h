#pragma once
// Child programs of a sweep: the simulator, GNU parallel, sbatch.

#include <filesystem>
#include <string>
#include <vector>

#include "reference/base/result.h"

namespace touchstone::tool {

struct Child {
  std::vector<std::string> argv;      ///< a name without a slash is looked for in PATH
  std::filesystem::path input = {};   ///< of standard input; empty: nothing to read
  std::filesystem::path output = {};  ///< of standard output; empty: ours
  std::filesystem::path errors = {};  ///< of standard error; empty: ours
};

/// Runs to its end and dies with us. The exit status, 128 and the signal when one ended it, 127
/// when there is no such program.
[[nodiscard]] int run_child(const Child& child);

/// The same with standard output caught, at most 1 MiB.
struct Answer {
  int status = 0;
  std::string output;
};
[[nodiscard]] Answer ask_child(const Child& child);

/// Of this process; what a job script starts again.
[[nodiscard]] std::filesystem::path own_path();

/// touchstone-sim beside this program, else in PATH; empty when there is none.
[[nodiscard]] std::filesystem::path find_simulator();

/// What the results of `simulator` depend on: what `--version` prints, and a digest of the program,
/// since two builds of one version may differ. Error: it cannot be run.
Result<std::string> version_of(const std::filesystem::path& simulator);

/// As a word of a POSIX shell.
[[nodiscard]] std::string quote_for_shell(const std::string& text);

}  // namespace touchstone::tool
