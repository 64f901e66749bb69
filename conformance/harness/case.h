#pragma once
// What a suite registers. A case is a row of data and a body; no macro, no static initialiser:
// each suite has one function `void add_<suite>_cases(Registry&)` that the tool calls.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::conformance::harness {

class CaseContext;

struct Case {
  std::string id;     ///< "KR-01.HeaderLinesInOrder": first requirement, dot, CapitalWords
  std::string suite;  ///< "keyring", "keyfiles"
  std::vector<std::string> requirements;  ///< one to three; the first is the one in the id
  /// Operations and capabilities that the body uses (touchstone check --capabilities lists them). A
  /// call of an operation that is not named here is an error of the suite.
  std::vector<std::string> needs;
  std::string title;  ///< a sentence about the IUT: "A keyring begins with its four header lines"
  std::function<void(CaseContext&)> body;
  int time_limit_s = 20;
};

/// All cases of a run, in the order of registration.
class Registry {
 public:
  /// Stops the program when the id is taken or malformed, no requirement or more than three are
  /// cited, the id does not begin with the first of them, or an unknown capability is needed.
  void add(Case added);

  [[nodiscard]] const std::vector<Case>& cases() const noexcept { return cases_; }
  [[nodiscard]] const Case* find(std::string_view id) const noexcept;

 private:
  std::vector<Case> cases_;
};

/// A property used in the PICS: every operation of tsp/1, and what an operation may leave out.
struct Capability {
  std::string_view name;
  std::string_view meaning;
  /// The kind of implementation ([iut] kinds) that has to answer it. `diameter` stands for every
  /// kind that begins with `diameter-`; the others answer no by being of another kind.
  std::string_view kind = "file-tool";
};
/// The values of [iut] kinds.
[[nodiscard]] const std::vector<std::string_view>& iut_kinds();
/// Whether an implementation of `kinds` answers `capability` in its PICS; one that names no kind
/// answers all.
[[nodiscard]] bool must_answer(const std::vector<std::string>& kinds, const Capability& capability);
[[nodiscard]] const std::vector<Capability>& capabilities();
[[nodiscard]] bool is_capability(std::string_view name);
/// True for a name that is an operation of tsp/1.
[[nodiscard]] bool is_operation(std::string_view name);

}  // namespace touchstone::conformance::harness
