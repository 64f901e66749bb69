// The line readers of psk.txt and ifcfg files: they end, a key that is set is found again and taken
// away again, and a printed assignment reads as itself.

#include <algorithm>
#include <cstdlib>

#include "reference/ipsec/config/ifcfg.h"
#include "reference/ipsec/config/psk.h"
#include "reference/ipsec/config/shell_assignments.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace config = touchstone::ipsec::config;
  const touchstone::OctetView text(data, size);
  static_cast<void>(config::read_ifcfg({.name = "ipsec0", .ifcfg = text, .keys = text}));
  static_cast<void>(config::read_psk(text, config::Profile::strict));
  const auto key = touchstone::as_octets("0123456789abcdef");
  const auto with = config::set_psk(text, "192.0.2.1", key);
  const auto reading = config::read_psk(with, config::Profile::strict);
  const config::PskEntry* found = reading.find("192.0.2.1");
  if (found == nullptr || !std::ranges::equal(found->key, key)) std::abort();
  const auto without = config::remove_psk(with, "192.0.2.1");
  const auto rest = config::read_psk(without, config::Profile::strict);
  for (const config::PskEntry& one : rest.entries)
    if (one.identifier == "192.0.2.1") std::abort();
  if (size > 1024 || std::ranges::find(text, 0) != text.end()) return 0;
  config::RuleLog log(config::Profile::strict);
  const auto printed = config::print_assignment("K", text);
  const auto again = config::read_assignments(printed, 0, log);
  if (again.size() != 1 || !std::ranges::equal(again[0].value, text)) std::abort();
  return 0;
}
