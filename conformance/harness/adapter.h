#pragma once
// The one interface through which a suite meets an implementation under test (IUT), whatever its
// tier: in process, a shim that speaks tsp/1, or commands that are executed. Operations and their
// arguments are those of docs/formats/tsp-1.md.

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::harness {

using Json = nlohmann::json;

/// One operation: `op` is a name of tsp/1, `args` a JSON object.
struct Request {
  std::string op;
  Json args = Json::object();
};

enum class Status {
  ok,           ///< carried out
  reject,       ///< the input was refused
  unsupported,  ///< the implementation has no such operation
  error,        ///< the adapter itself failed; no verdict is drawn from it
};

/// Why an input was refused: the closed set of tsp/1.
enum class RejectClass {
  syntax,
  length,
  encoding,
  order,
  duplicate,
  range,
  signature,
  decrypt,
  manifest,
  auth,
  state,
  io,
  perm,
  unspecified,  ///< the implementation does not say; satisfies any class unless classes are exact
};

/// Observations, never a verdict.
struct Response {
  Status status = Status::error;
  RejectClass reject_class = RejectClass::unspecified;  ///< of Status::reject alone
  Json obs = Json::object();
  std::string detail;  ///< for people: what failed in the adapter, or what the program wrote

  [[nodiscard]] bool ok() const noexcept { return status == Status::ok; }
  [[nodiscard]] bool rejected() const noexcept { return status == Status::reject; }
};

[[nodiscard]] std::string_view print_status(Status status) noexcept;
[[nodiscard]] std::optional<Status> parse_status(std::string_view text) noexcept;
[[nodiscard]] std::string_view print_reject_class(RejectClass reject_class) noexcept;
[[nodiscard]] std::optional<RejectClass> parse_reject_class(std::string_view text) noexcept;

/// What an implementation says of itself; `ops` may be empty when the tier cannot ask.
struct IutDescription {
  std::string name;
  std::string version;
  std::vector<std::string> ops;
};

/// What an adapter is told before the first operation of a case.
struct CaseStart {
  std::string test;  ///< the case's id, now and then a renamed one
  std::vector<std::string> requirements;
  std::filesystem::path sandbox;  ///< absolute; names in args are relative to it
  std::chrono::milliseconds time_limit{5000};
};

/// An implementation under test. Calls come from one thread, in the order begin, call..., end.
/// An adapter never throws: what goes wrong is Status::error with a detail.
class Adapter {
 public:
  virtual ~Adapter() = default;

  virtual IutDescription describe() = 0;
  virtual void begin(const CaseStart& start) = 0;
  virtual Response call(const Request& request) = 0;
  /// Ends the case; everything it started in the sandbox has ended when this returns.
  virtual void end() {}
  /// Forgets all state, between two cases or two candidates of a property.
  virtual void reset() {}
  /// What the implementation wrote to its standard error since the last call of this function; it
  /// is searched for secrets and kept for the report.
  virtual std::string take_log() { return {}; }
};

}  // namespace touchstone::conformance::harness
