// The readers of what racoonctl, setkey -D and racoon print: they end, what was read is read again
// from its print, and a redacted dump shows no key.

#include <cstdlib>

#include "reference/ipsec/config/racoon_log.h"
#include "reference/ipsec/config/sa_dump.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace config = touchstone::ipsec::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const config::IsakmpList list = config::read_isakmp_list(text);
  const auto detail = list.detail.value_or(config::ListDetail::plain);
  const auto again = config::read_isakmp_list(config::print_isakmp_list(list.rows, detail));
  if (again.rows != list.rows) std::abort();

  const config::SaDump dump = config::read_sa_dump(text);
  const auto printed = config::print_sa_dump(dump.associations, config::DumpedKeys::shown);
  const auto second = config::read_sa_dump(touchstone::as_text(printed));
  if (second.associations.size() != dump.associations.size()) std::abort();
  for (const config::IpsecSa& one : config::read_sa_dump(config::redact_sa_dump(text)).associations)
    for (const auto* key : {&one.cipher, &one.auth})
      if (*key && !(*key)->key.empty()) std::abort();

  const config::RacoonLog log = config::read_racoon_log(text);
  for (const config::LogLine& line : log.lines)
    if (config::read_racoon_log(config::print_log_line(line)).lines.size() != 1) std::abort();
  static_cast<void>(config::judge_racoon_log(log, {}));
  return 0;
}
