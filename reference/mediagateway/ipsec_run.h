#pragma once
// The programs that `ipsec --start`, `--stop` and `--status` run, and what is run when the gateway
// boots. Which programs there are is for the one who runs them: nothing here starts a process.

#include <chrono>
#include <string>
#include <vector>

#include "reference/mediagateway/ipsec_tree.h"
#include "reference/mediagateway/tree_plan.h"

namespace touchstone::mediagateway {

/// One program. No secret is in its arguments or its input.
struct ProgramCall {
  std::vector<std::string> argv;  ///< the first is a name without a path
  std::string input;              ///< for its standard input

  [[nodiscard]] bool operator==(const ProgramCall&) const = default;
};

struct ProgramOutcome {
  bool found = false;       ///< there is such a program, and it was run
  int code = 0;             ///< its exit code; 128 and more for a signal
  std::string output = {};  ///< standard output and standard error, at most 1 MiB
};

class ProgramRunner {
 public:
  virtual ~ProgramRunner() = default;
  virtual ProgramOutcome run(const ProgramCall& call) = 0;
  /// Whether run() would find it.
  [[nodiscard]] virtual bool has(std::string_view name) const = 0;
};

/// The policies of a configuration, as commands of setkey.
[[nodiscard]] std::string policies_of(const Connection& connection);

/// What brings a configuration up: its policies, in place of those of `before` (what was in force
/// by a file of IpsecTree::active_folder()), then racoon, told to read its files again or begun.
[[nodiscard]] ProgramCall add_policies(const Connection& connection, std::string_view before);
[[nodiscard]] ProgramCall take_policies(const Connection& connection, std::string_view before);
[[nodiscard]] ProgramCall reload_racoon();
[[nodiscard]] ProgramCall begin_racoon();
/// Ends the associations with a peer.
[[nodiscard]] ProgramCall disconnect(const Connection& connection);

/// What is said of a call that did not do what it should: which program is missing, or its output.
/// Empty when all is well. setkey ends with 0 whatever happens, so its output is read.
[[nodiscard]] std::string fault_of(const ProgramCall& call, const ProgramOutcome& outcome);

/// What a run of calls came to.
struct RunReport {
  std::vector<std::string> faults;  ///< of fault_of()
  bool missing = false;             ///< a program is not on this machine
};
/// Policies first, then racoon: without the policies of a configuration it is not begun.
RunReport bring_up(const std::vector<Connection>& connections,
                   const std::vector<std::string>& before, ProgramRunner& runner);
RunReport take_down(const std::vector<Connection>& connections,
                    const std::vector<std::string>& before, ProgramRunner& runner);

/// The same calls as lines of a shell script; as comments where they are not to be run.
[[nodiscard]] std::string print_calls(const std::vector<ProgramCall>& calls, bool to_run);

/// What a boot does with the tree: the policies of every configuration that starts then, and
/// racoon. Nothing where there is none (OR-08).
Result<std::vector<ProgramCall>> plan_boot(IpsecTree& tree);

}  // namespace touchstone::mediagateway
