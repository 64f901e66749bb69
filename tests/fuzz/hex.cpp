// from_hex against to_hex, and Reader against Writer: what is read back must be what was written.

#include <cctype>
#include <cstdlib>
#include <string>

#include "reference/base/octets.h"
#include "reference/base/reader.h"

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

void check_hex(std::string_view text) {
  const auto octets = touchstone::from_hex(text);
  if (octets && touchstone::to_hex(*octets) != lower(text)) std::abort();
}

void check_reader(touchstone::OctetView in) {
  touchstone::Reader reader(in);
  touchstone::Writer writer;
  while (const auto width = reader.u8()) {
    writer.u8(*width);
    const std::size_t before = reader.offset();
    const auto value = reader.octets(*width % 32U);
    if (!value) {
      if (reader.offset() != before) std::abort();
      break;
    }
    writer.octets(*value);
  }
  const auto written = writer.view();
  if (!std::equal(written.begin(), written.end(), in.begin())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const touchstone::OctetView in(data, size);
  check_hex(touchstone::as_text(in));
  check_reader(in);
  return 0;
}
