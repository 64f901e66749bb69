// parse_rows: accepted rows print and read back; and the fixed-layout scan agrees with the patient
// reader on every line that both can read.

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

touchstone::Result<keyring::NodeRows> read(OctetView body) {
  touchstone::Findings findings;
  return keyring::parse_rows(body, {Strictness::tolerant, false}, findings);
}

bool same(const keyring::NodeRow& a, const keyring::NodeRow& b) {
  return a.node_id == b.node_id && a.batch == b.batch && a.count == b.count &&
         a.root_key == b.root_key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const OctetView body(data, size);
  const auto rows = read(body);
  if (!rows) return 0;
  const auto printed = keyring::print_rows(*rows);
  const auto again = read(printed);
  require(again && std::equal(rows->begin(), rows->end(), again->begin(), again->end(), same));
  // A line alone is shorter than the scan asks for, so it goes through the patient reader.
  const std::size_t first_line = touchstone::as_text(printed).find('\n') + 1;
  const auto alone = read(OctetView(printed).first(first_line));
  require(alone && same((*alone)[0], (*rows)[0]));
  return 0;
}
