#pragma once
// A command that changes /etc, run where /etc is its own, so that a generator of configuration
// files is judged by what it left there and the machine stays as it was.
//
//   PrivateEtc place(sandbox.folder().parent_path() / "private");
//   const PrivateRun run = place.run(sandbox.folder(), {.argv = {"ipsec", "--create", ...}});
//
// The command finds the contents of `<sandbox>/etc` over the machine's /etc, without what it is
// asked to make (hidden_names()), and afterwards `<sandbox>/etc` is what it left: files, modes,
// links, and a white-out (a character device 0:0) for a file of the machine that it deleted.
// `<sandbox>/run` is its /run, and what lies in `<sandbox>/sbin`, where a suite puts programs that
// only note what they are told, lies over its /usr/sbin. It has a mount namespace and a network
// namespace of its own, in which there is no interface, and is traced: the arguments of every
// program that it starts come back. What it leaves running ends with it.
//
// Root needs CAP_SYS_ADMIN; another user needs user namespaces and overlayfs in them, and gets a
// copy of /etc below, made once. Where the machine does not allow that, run() says so in `fault`
// and the command was not executed. An adapter answers with cannot_capture() then, and the case is
// shown as skipped, with the reason, and never as passed.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/adapter.h"
#include "conformance/harness/process.h"

namespace touchstone::conformance::harness {

/// Whether an operation is a command that is run so: cmd.ipsec, cmd.net8021x, cmd.localNTP. In a
/// suite:
///   ctx.sandbox().make_folder("etc", 0755);         // what the command finds
///   const Response response = ctx.call("cmd.ipsec", {{"argv", {"--create", ...}}});
///   ctx.sandbox().read("etc/racoon/psk.txt");       // what it left; snapshot() has the modes
/// `argv` is the command line word for word, `lines` its standard input, `umask` a number; obs
/// holds exit, stdout, stderr, and `executed`: a list of arguments a program, each searched for
/// secrets.
[[nodiscard]] bool is_generator(std::string_view op);

struct PrivateRun {
  ProcessResult process;
  /// The argument lists of the programs that it started, in order; its own is left out.
  std::vector<std::vector<std::string>> executed;
  std::string fault;  ///< why the machine cannot run a command so; empty when it was run
};

class PrivateEtc {
 public:
  /// `workspace` is made when it is needed and removed with this; not inside a sandbox.
  explicit PrivateEtc(std::filesystem::path workspace);
  ~PrivateEtc();
  PrivateEtc(const PrivateEtc&) = delete;
  PrivateEtc& operator=(const PrivateEtc&) = delete;

  /// Runs `request`, whose working directory is the sandbox unless it names another.
  [[nodiscard]] PrivateRun run(const std::filesystem::path& sandbox, const ProcessRequest& request,
                               std::optional<unsigned> umask = {});
  /// The same for a command of this program: `body` is called in a copy of this process, which
  /// ends with the status that it gives; `request.argv` is not looked at.
  [[nodiscard]] PrivateRun run_body(const std::filesystem::path& sandbox,
                                    const ProcessRequest& request, const std::function<int()>& body,
                                    std::optional<unsigned> umask = {});

 private:
  struct Layers;

  std::string prepare(const std::filesystem::path& sandbox, Layers& layers);
  PrivateRun capture(const std::filesystem::path& sandbox, const ProcessRequest& request,
                     const std::function<int()>& command, std::optional<unsigned> umask);

  std::filesystem::path workspace_;
  int runs_ = 0;
};

/// The names in /etc that are never the machine's: what the commands make.
[[nodiscard]] const std::vector<std::string_view>& hidden_names();

/// The answer of an adapter whose machine gives no private /etc; is_skip() knows it.
[[nodiscard]] Response cannot_capture(std::string_view fault);
[[nodiscard]] bool is_skip(const Response& response);

/// The member `umask` of the arguments of an operation.
[[nodiscard]] std::optional<unsigned> umask_of(const Json& args);
/// Fills in obs["executed"].
void tell_executed(const PrivateRun& run, Json& obs);

}  // namespace touchstone::conformance::harness
