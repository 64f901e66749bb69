// parse_manifest: what it takes must print and read back as the same.

#include <cstdlib>

#include "reference/keyring/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace keyring = touchstone::keyring;
  touchstone::Findings findings;
  const auto read = keyring::parse_manifest({data, size}, 4096, findings);
  if (!read) return 0;
  const std::string printed = keyring::print_manifest(*read);
  const auto again = keyring::parse_manifest(touchstone::as_octets(printed), 4096, findings);
  if (!again || !(*again == *read)) std::abort();
  return 0;
}
