#pragma once
// Child processes of the harness: one that runs to its end, and one that stays and talks in lines.

#include <sys/types.h>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::harness {

struct ProcessRequest {
  std::vector<std::string> argv;
  std::filesystem::path folder;  ///< working directory
  std::string input;             ///< all of its standard input
  std::chrono::milliseconds time_limit{5000};
  std::filesystem::path search_folder;  ///< a program `./x` or `x/y` is looked for from here
};

struct ProcessResult {
  int exit_status = -1;  ///< -1 when it did not exit by itself
  int signal = 0;        ///< that ended it, or 0
  bool timed_out = false;
  bool started = true;
  std::string output;
  std::string errors;

  /// `exit 3`, `signal 11 (Segmentation fault)`, `time-out`, `could not be started`.
  [[nodiscard]] std::string describe() const;
};

/// Runs to the end; on a time-out the process and its group are killed.
[[nodiscard]] ProcessResult run_process(const ProcessRequest& request);
/// The same for a copy of this process, which calls `body` and ends with what it gives.
/// `request.argv` is not looked at. For a process of one thread alone.
[[nodiscard]] ProcessResult run_forked(const ProcessRequest& request,
                                       const std::function<int()>& body);

/// A long-lived child that answers each line with a line (tsp/1).
class LineProcess {
 public:
  LineProcess(const std::vector<std::string>& argv, const std::filesystem::path& folder);
  ~LineProcess();
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;

  /// Sends one line; false when the child is gone.
  bool send(std::string_view line);
  /// The next line without its end; nothing on a time-out or the end of the stream. An answer
  /// longer than 64 MiB ends the stream.
  std::optional<std::string> receive(std::chrono::milliseconds time_limit);
  [[nodiscard]] bool running() const noexcept { return child_ > 0 && !ended_; }
  [[nodiscard]] pid_t id() const noexcept { return child_; }
  /// The exit status once it has ended by itself, 128 and the signal when one ended it; asked for
  /// once. Nothing while it runs.
  std::optional<int> take_exit();
  [[nodiscard]] bool timed_out() const noexcept { return timed_out_; }
  /// What it wrote to its standard error since the last call, at most 64 KiB.
  std::string take_errors();
  /// Kills it and its group.
  void kill();

 private:
  void drain_errors();

  pid_t child_ = -1;
  int to_child_ = -1;
  int from_child_ = -1;
  int errors_ = -1;
  bool ended_ = false;
  bool timed_out_ = false;
  std::string pending_;
  std::string error_text_;
};

/// `program` as it is executed: one with a slash is relative to `folder`, a bare name is looked for
/// in PATH.
[[nodiscard]] std::string resolve_program(const std::string& program,
                                          const std::filesystem::path& folder);

}  // namespace touchstone::conformance::harness
