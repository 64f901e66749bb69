// /etc/ntp.conf: lines of ours that are set are found again, and taken out they leave the rest.

#include <cstdlib>

#include "reference/mediagateway/local_ntp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace mg = touchstone::mediagateway;
  const touchstone::OctetView text(data, size);
  static_cast<void>(mg::parse_ntp_address(touchstone::as_text(text)));
  const mg::LocalNtp ten{"192.168.1.10", true};
  const auto with = mg::edit_local_ntp(text, ten);
  if (!with) return 0;
  const auto read = mg::read_local_ntp(touchstone::as_octets(*with));
  if (!read || *read != ten) std::abort();
  const auto without = mg::edit_local_ntp(touchstone::as_octets(*with), std::nullopt);
  if (!without || without->size() > size + 1) std::abort();
  const auto again = mg::edit_local_ntp(touchstone::as_octets(*with), ten);
  if (!again || *again != *with) std::abort();
  return 0;
}
