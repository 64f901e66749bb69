#pragma once
// What a reader or a lint has to say about a place in a file.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone {

enum class Severity { warning, error };

/// A place and what was expected there. Prints as `file:line:column: CODE: text`.
struct Finding {
  std::string_view code;  ///< a registered lint code such as "KL-CASE", or a syntax class
  Severity severity = Severity::warning;
  std::uint64_t line = 0;    ///< from 1; 0 for the file as a whole
  std::uint64_t column = 0;  ///< in octets from 1; 0 for the line as a whole
  std::string text;          ///< what was expected; never the offending key text (KR-26)
};

using Findings = std::vector<Finding>;

/// `file:line:column: CODE: text`, leaving out what is 0.
[[nodiscard]] std::string print_finding(std::string_view file, const Finding& finding);

}  // namespace touchstone
