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

/// A row of a registry of codes; `Id` is the component's enumeration, one enumerator a row.
template <class Id>
struct FindingCode {
  Id id;
  std::string_view code;
  Severity tolerant;  ///< in strict mode it is always an error
  std::string_view clause;
  std::string_view text;  ///< what was expected
};

/// A finding with the severity of tolerant mode. `detail`, if any, stands in place of the row's
/// text; it must not hold octets of a key.
template <class Id>
[[nodiscard]] Finding make_finding(const FindingCode<Id>& row, std::uint64_t line = 0,
                                   std::uint64_t column = 0, std::string_view detail = {}) {
  return {row.code, row.tolerant, line, column, std::string(detail.empty() ? row.text : detail)};
}

/// Sorts the findings from index `first` on by line and column; equal places keep their order.
void sort_by_place(Findings& findings, std::size_t first);

/// `file:line:column: CODE: text`, leaving out what is 0.
[[nodiscard]] std::string print_finding(std::string_view file, const Finding& finding);

}  // namespace touchstone
