#pragma once
// One thing that a doctor of the media gateway has looked at.

#include <string>
#include <string_view>
#include <vector>

namespace touchstone::mediagateway {

struct Check {
  enum class Verdict {
    good,
    warned,  ///< it works, and something should be done
    bad,
    unknown,  ///< it cannot be told from here
  };
  std::string_view name;   ///< one word, such as "radius"
  std::string_view asked;  ///< the question, in the words of the document
  Verdict verdict = Verdict::good;
  std::vector<std::string> lines = {};  ///< what was found, and what to do

  /// A line, and a verdict that is at least as bad as `least`; unknown stays when nothing is bad.
  void say(Verdict least, std::string line) {
    if (least != Verdict::good && verdict != Verdict::bad) verdict = least;
    lines.push_back(std::move(line));
  }
};

using Checks = std::vector<Check>;

}  // namespace touchstone::mediagateway
