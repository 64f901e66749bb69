#pragma once
// Three readers that share nothing but the documents, asked the same question.

#include <rapidcheck.h>

#include <functional>
#include <map>
#include <set>
#include <string>

#include "conformance/harness/adapter.h"
#include "conformance/oracle/model.h"

namespace touchstone::tests {

using conformance::harness::Json;

/// What a reader made of an input.
struct Verdict {
  int exit = 0;                 ///< exit class: 0, 4, 5, 6, 7, 8 or 13
  Json value;                   ///< what was read; null when refused
  std::set<std::string> codes;  ///< of the findings; empty when refused
  std::string why;              ///< for people

  friend bool operator==(const Verdict& a, const Verdict& b) {
    return a.exit == b.exit && a.value == b.value && a.codes == b.codes;
  }
};

/// `members` are what is read of obs. A response of status error or unsupported is exit 1.
[[nodiscard]] Verdict verdict_of(const conformance::harness::Response& response,
                                 std::initializer_list<const char*> members);

/// The verdict of an accepting oracle.
[[nodiscard]] Verdict accepted(Json value, const Findings& findings);
[[nodiscard]] Verdict refused(int exit, std::string why);

/// The reference in process and conformance/samples/python, both in a folder of their own that
/// lives as long as the program.
[[nodiscard]] conformance::harness::Adapter& reference();
[[nodiscard]] conformance::harness::Adapter& python();

/// Draws `count` inputs from `seed` on, and tells of the first on which `judge` finds the readers
/// apart, shrunk within three hundred steps; empty when there is none. `judge` returns what it
/// found, the input included, or nothing when all agree.
template <class Input>
[[nodiscard]] std::string first_disagreement(
    std::uint64_t seed, int count, const std::function<Input()>& draw,
    const std::function<std::string(const Input&)>& judge) {
  const auto generator = rc::gen::exec(draw);
  for (const std::uint64_t last = seed + static_cast<std::uint64_t>(count); seed < last; ++seed) {
    auto drawn = generator(rc::Random(seed), 30);
    std::string found = judge(drawn.value());
    if (found.empty()) continue;
    int steps_left = 300;
    auto candidates = drawn.shrinks();
    for (auto next = candidates.next(); next && steps_left > 0; next = candidates.next()) {
      --steps_left;
      std::string still = judge(next->value());
      if (still.empty()) continue;
      found = std::move(still);
      drawn = *std::move(next);
      candidates = drawn.shrinks();
    }
    return "seed " + std::to_string(seed) + "\n" + found;
  }
  return {};
}

/// How often the reference came to each exit class: a run that reaches one alone proves little.
using Tally = std::map<int, int>;

/// Empty when the verdicts are equal, else both.
[[nodiscard]] std::string differ(const char* a_name, const Verdict& a, const char* b_name,
                                 const Verdict& b);

}  // namespace touchstone::tests
