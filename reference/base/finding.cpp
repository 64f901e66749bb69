#include "reference/base/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace touchstone {

std::string print_finding(std::string_view file, const Finding& finding) {
  if (finding.line == 0) return fmt::format("{}: {}: {}", file, finding.code, finding.text);
  if (finding.column == 0) {
    return fmt::format("{}:{}: {}: {}", file, finding.line, finding.code, finding.text);
  }
  return fmt::format("{}:{}:{}: {}: {}", file, finding.line, finding.column, finding.code,
                     finding.text);
}

void sort_by_place(Findings& findings, std::size_t first) {
  std::stable_sort(findings.begin() + static_cast<std::ptrdiff_t>(first), findings.end(),
                   [](const Finding& a, const Finding& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
}

}  // namespace touchstone
