#pragma once
// What came of a case, and everything a report says about it.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/adapter.h"

namespace touchstone::conformance::harness {

enum class Outcome {
  pass,
  fail,           ///< a MUST is broken
  warn,           ///< a SHOULD is missed
  info,           ///< a choice recorded where the text is open
  inconclusive,   ///< the preamble or the environment failed; nothing is known
  not_supported,  ///< the PICS says no
  harness_error,  ///< the adapter or the harness failed
};
/// The lower-case word of the report: `pass`, `not_supported`.
[[nodiscard]] std::string_view print_outcome(Outcome outcome) noexcept;
/// Of either case, so that a manifest may say FAIL.
[[nodiscard]] std::optional<Outcome> parse_outcome(std::string_view text) noexcept;

/// How the outcome compares with the manifest's [expect].
enum class Expectation {
  expected,
  xfail,    ///< failed as announced
  xpass,    ///< announced to fail, but passed: the entry is stale, the run fails
  changed,  ///< failed in another way than announced, the run fails
  unexpected,
};
[[nodiscard]] std::string_view print_expectation(Expectation expectation) noexcept;

/// Classes of failure, so that a known failure that turns into another one is noticed.
/// value: an observation differs; status: accepted where it must refuse or the reverse; class:
/// refused for another reason; exit: another exit status; files: the sandbox holds something else;
/// leak: a secret in the open; unsupported: declared in the PICS but not there; coverage: a
/// generator that did not reach a declared class; timeout.
struct Failure {
  std::string kind;         ///< one of the words above
  std::string requirement;  ///< the id that is broken
  std::string expected;     ///< one line for people
  std::string observed;     ///< one line for people
  std::string place;        ///< file:line of the check in the suite
};

struct FileChange {
  std::string path;
  std::string change;  ///< added, removed, content, mode or kind
  std::string before;  ///< mode, size and digest, or the first lines of a text
  std::string after;
};

/// One operation as the report shows it; long values are abbreviated.
struct TraceStep {
  std::string op;
  Json args;
  std::string status;
  std::string reject_class;
  Json obs;
};

struct CaseResult {
  std::string test;
  Outcome outcome = Outcome::pass;
  Expectation expectation = Expectation::expected;
  std::string expectation_reason;
  std::optional<Failure> failure;
  std::string note;                ///< reason of anything that is neither pass nor fail
  std::vector<std::string> infos;  ///< choices and warnings recorded on the way
  Json counterexample;             ///< the complete input, for touchstone replay; null if none
  std::vector<TraceStep> trace;    ///< of the failing run; the last steps of a passing one
  std::vector<FileChange> files;
  std::string log;                      ///< standard error of the implementation
  std::map<std::string, long> classes;  ///< property: how many candidates fell into each class
  long candidates = 0;                  ///< property: how many were run
  long operations = 0;
  std::uint64_t scanned_octets = 0;  ///< searched for secrets
  std::uint64_t secrets = 0;         ///< different secrets searched for
  std::chrono::microseconds duration{0};
};

void to_json(Json& json, const Failure& failure);
void from_json(const Json& json, Failure& failure);
void to_json(Json& json, const FileChange& change);
void from_json(const Json& json, FileChange& change);
void to_json(Json& json, const TraceStep& step);
void from_json(const Json& json, TraceStep& step);
void to_json(Json& json, const CaseResult& result);
void from_json(const Json& json, CaseResult& result);

}  // namespace touchstone::conformance::harness
