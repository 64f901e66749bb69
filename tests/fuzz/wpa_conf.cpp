// wpa_supplicant.conf and the status of a supplicant: the readers end, lose no octet, and a field
// that is set is found again and taken away again.

#include <algorithm>
#include <cstdlib>

#include "reference/dot1x/config/wpa_conf.h"
#include "reference/dot1x/config/wpa_status.h"

namespace {

namespace config = touchstone::dot1x::config;

void change(const config::WpaDocument& document, std::size_t block) {
  const auto value = touchstone::as_octets("\"what was set\"");
  const auto with =
      config::read_wpa_conf(config::set_field(document, block, "identity", value)).document;
  const auto found = with.string(block, "identity");
  if (!found || touchstone::as_text(*found) != "what was set") std::abort();
  const auto without =
      config::read_wpa_conf(config::remove_field(with, block, "identity")).document;
  if (without.find(block, "identity") != nullptr) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const touchstone::OctetView text(data, size);
  const auto status = config::read_status(touchstone::as_text(text));
  if (status.verdict == config::PortVerdict::authenticated && status.method() != 13) std::abort();
  const auto reading = config::read_wpa_conf(touchstone::copy_secret(text));
  std::size_t next = 0;
  for (const config::WpaLine& line : reading.document.lines) {
    if (line.begin != next || line.value + line.value_size > size) std::abort();
    next += line.size;
  }
  if (next != size) std::abort();
  if (reading.loads && !reading.document.blocks("network").empty())
    change(reading.document, reading.document.blocks("network").front());
  return 0;
}
