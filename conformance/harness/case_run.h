#pragma once
// Runs one case against one adapter. Of the harness alone: suites see CaseContext.

#include <exception>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "conformance/harness/adapter.h"
#include "conformance/harness/case.h"
#include "conformance/harness/iut.h"
#include "conformance/harness/leak_scan.h"
#include "conformance/harness/outcome.h"
#include "conformance/harness/sandbox.h"

namespace touchstone::conformance::harness {

/// What is the same for all cases of a run.
struct RunSettings {
  std::uint64_t seed = 1;
  int cases = 200;  ///< candidates a property
  int shrink_milliseconds =
      2000;  ///< after the first failure; 0 saves the first failing input as it is
  std::filesystem::path sandbox_root;  ///< one worker's own folder
  const Iut* iut = nullptr;
};

/// A property's saved input.
struct SavedInput {
  std::string property;
  Json input;
};

/// How a body ends before its end. Thrown by CaseContext, caught by run_case and by the property
/// wrapper, which shrinks.
struct Stop : std::exception {
  explicit Stop(Failure of_case) : failure(std::move(of_case)) {}
  Stop(Outcome end, std::string why) : outcome(end), note(std::move(why)) {}

  Outcome outcome = Outcome::fail;
  Failure failure;   ///< of Outcome::fail
  std::string note;  ///< of the others

  [[nodiscard]] const char* what() const noexcept override { return "case stopped"; }
};

struct RunState {
  const Case* tested = nullptr;
  Adapter* adapter = nullptr;
  const RunSettings* settings = nullptr;
  std::optional<Sandbox> sandbox;
  LeakScan leaks;
  CaseResult result;
  Json attachments = Json::object();  ///< of CaseContext::counterexample
  std::optional<SavedInput> replay;   ///< run this input in place of the property of that name
  bool replayed = false;              ///< the property of that name was met
  std::set<std::string> candidate_classes;  ///< of the property's candidate at hand
  bool of_generator = false;                ///< the operation at hand (private_etc.h)
  std::optional<Snapshot> candidate_start;  ///< what the sandbox held when the first operation came
};

/// The result of `tested`, without its expectation. NOT_SUPPORTED when the PICS declines one of its
/// needs. `replay` runs the body on a saved input, without RapidCheck.
CaseResult run_case(const Case& tested, Adapter& adapter, const RunSettings& settings,
                    std::optional<SavedInput> replay = std::nullopt);

/// Tells the adapter that a case starts; the test's name is now and then another one, so that an
/// implementation cannot be built to know the test.
void begin_case(RunState& state);

}  // namespace touchstone::conformance::harness
