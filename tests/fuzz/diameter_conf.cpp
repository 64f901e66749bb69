// parse_config: what it takes must print to a file that reads as the same, and what strict mode
// takes, tolerant mode takes without a finding.

#include <cstdlib>

#include "reference/diameter/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace diameter = touchstone::diameter;
  const diameter::ConfigSurroundings safe{.has_certificate = true, .has_ipsec = true};
  touchstone::Findings findings;
  const auto read = diameter::parse_config({data, size}, {.surroundings = safe}, findings);
  touchstone::Findings strict_findings;
  const auto strict =
      diameter::parse_config({data, size}, {.strict = true, .surroundings = safe}, strict_findings);
  if (strict.has_value() != (read.has_value() && findings.empty())) std::abort();
  if (!read) return findings.empty() ? std::abort(), 0 : 0;
  const std::string printed = diameter::print_config(*read);
  touchstone::Findings again_findings;
  const auto again = diameter::parse_config(touchstone::as_octets(printed), {.surroundings = safe},
                                            again_findings);
  if (!again || !(*again == *read) || diameter::print_config(*again) != printed) std::abort();
  return 0;
}
