// read_setkey: whatever the octets are, it ends; what setkey takes prints to a script that setkey
// takes and that prints as itself.

#include <algorithm>
#include <cstdlib>

#include "reference/ipsec/config/setkey.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace config = touchstone::ipsec::config;
  using touchstone::SecretOctets;
  const auto read = [](touchstone::OctetView text, config::Profile profile) {
    return config::read_setkey(SecretOctets(text.begin(), text.end()), profile);
  };
  const auto strict = read({data, size}, config::Profile::strict);
  if (!strict.accepted && strict.findings.empty()) std::abort();
  const auto daemon = read({data, size}, config::Profile::daemon);
  if (!daemon.accepted) return 0;
  const SecretOctets printed = config::print_setkey(daemon);
  const auto again = read(printed, config::Profile::daemon);
  if (!again.accepted || again.commands.size() != daemon.commands.size()) std::abort();
  if (!std::ranges::equal(config::print_setkey(again), printed)) std::abort();
  return 0;
}
