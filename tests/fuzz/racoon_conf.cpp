// read_racoon: whatever the octets are, it ends; what racoon takes prints to a text that reads as
// the same statements, and a statement that is added and removed again leaves the text as it was.

#include <cstdlib>

#include "reference/ipsec/config/racoon.h"
#include "reference/ipsec/config/racoon_edit.h"

namespace {

namespace config = touchstone::ipsec::config;

config::RacoonReading read(std::string_view text, config::Profile profile) {
  const touchstone::OctetView octets = touchstone::as_octets(text);
  return config::read_racoon("fuzz", {octets.begin(), octets.end()}, {.profile = profile});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(touchstone::as_text({data, size}));
  const config::RacoonReading strict = read(text, config::Profile::strict);
  const config::RacoonReading daemon = read(text, config::Profile::daemon);
  if (!daemon.accepted && daemon.findings.empty()) std::abort();
  if (!daemon.accepted) return 0;
  if (strict.document.statements != daemon.document.statements) std::abort();
  const std::string printed = config::print_racoon(daemon.document.statements);
  const config::RacoonReading again = read(printed, config::Profile::daemon);
  if (!again.accepted || again.document.statements != daemon.document.statements) std::abort();
  if (config::print_racoon(again.document.statements) != printed) std::abort();
  if (!strict.accepted) return 0;
  const std::string added = config::add_include(text, "/fuzz");
  const std::string kept = config::remove_include(added, "/fuzz");
  if (kept != text && kept != text + "\n" && added != text) std::abort();
  return 0;
}
