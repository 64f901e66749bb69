// parse_keyring: what it takes in either mode must print to a canonical file that reads the same,
// and what strict mode takes must be that very file (KR-16).

#include <algorithm>
#include <cstdlib>

#include "reference/keyring/keyring_file.h"

namespace {

namespace keyring = touchstone::keyring;
using keyring::Strictness;
using touchstone::OctetView;

void require(bool condition) {
  if (!condition) std::abort();
}

bool equal(OctetView a, OctetView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void check(OctetView file, Strictness strictness, bool accept_short_hex) {
  touchstone::Findings findings;
  const auto read = keyring::parse_keyring(file, {strictness, accept_short_hex}, findings);
  require(read || !findings.empty());
  if (!read) return;
  const auto printed = keyring::print_keyring(*read);
  if (findings.empty()) require(equal(printed, file));
  touchstone::Findings again;
  const auto reread = keyring::parse_keyring(printed, {Strictness::tolerant, false}, again);
  require(reread.has_value());
  require(equal(keyring::print_keyring(*reread), printed));
  for (const auto& finding : again)  // what is left is about values, not layout
    require(finding.code == "KL-PARITY" || finding.code == "KL-BATCH0");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OctetView file(data, size);
  check(file, Strictness::strict, false);
  check(file, Strictness::tolerant, false);
  check(file, Strictness::tolerant, true);
  return 0;
}
