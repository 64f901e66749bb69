// check: the octets of any message, requests and answers. What is found wrong must itself be
// well-formed, and a violation must not depend on padding or on a second look.

#include <cstdlib>

#include "reference/diameter/framing.h"
#include "reference/diameter/grammar.h"

namespace {

namespace diameter = touchstone::diameter;
using touchstone::OctetView;

void require(bool condition) {
  if (!condition) std::abort();
}

void try_message(const diameter::MessageView& message) {
  const auto violation = diameter::check(message);
  if (!violation) return;
  require(violation->result_code >= 3000 && !violation->clause.empty());
  const auto again = diameter::check(message);
  require(again && again->result_code == violation->result_code);
  if (violation->failed_avp.empty()) return;
  diameter::AvpReader reader(violation->failed_avp);
  require(reader.next().has_value() && reader.at_end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  diameter::StreamDecoder decoder;
  decoder.feed(OctetView(data, size));
  for (;;) {
    const auto message = decoder.next();
    if (!message || !*message) return 0;
    try_message(**message);
  }
}
