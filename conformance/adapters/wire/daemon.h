#pragma once
// The program under test that stays: started by the argv template of net.start, known to be there
// by the line that the manifest names, ended by SIGTERM.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "conformance/harness/iut.h"
#include "conformance/harness/process.h"

namespace touchstone::conformance::adapters::wire {

/// Values of the placeholders of `pattern` (`ready kms {host}:{port}`) in `line`, as text; null
/// when the line is another one.
[[nodiscard]] harness::Json match_line(std::string_view pattern, std::string_view line);

class Daemon {
 public:
  /// Starts `argv` in `folder`; `pattern` is its line of readiness, empty when it has none.
  Daemon(const std::vector<std::string>& argv, const std::filesystem::path& folder,
         std::string pattern);

  /// Reads what it said, waiting up to `limit` for its readiness.
  void look(std::chrono::milliseconds limit);
  /// What its line of readiness told; null before.
  [[nodiscard]] const harness::Json& readiness() const noexcept { return readiness_; }
  [[nodiscard]] bool is_ready() const noexcept { return !readiness_.is_null(); }
  /// Its exit status once, when it has ended; 128 and the signal when one ended it.
  std::optional<int> take_end();
  void terminate() const;
  [[nodiscard]] int id() const noexcept { return process_.id(); }
  /// All that it wrote since the last call.
  std::string take_log();

 private:
  harness::LineProcess process_;
  std::string pattern_;
  std::string log_;
  harness::Json readiness_;
};

}  // namespace touchstone::conformance::adapters::wire
