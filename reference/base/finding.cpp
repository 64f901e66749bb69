#include "reference/base/finding.h"

#include <fmt/format.h>

namespace touchstone {

std::string print_finding(std::string_view file, const Finding& finding) {
  if (finding.line == 0) return fmt::format("{}: {}: {}", file, finding.code, finding.text);
  if (finding.column == 0) {
    return fmt::format("{}:{}: {}: {}", file, finding.line, finding.code, finding.text);
  }
  return fmt::format("{}:{}:{}: {}: {}", file, finding.line, finding.column, finding.code,
                     finding.text);
}

}  // namespace touchstone
