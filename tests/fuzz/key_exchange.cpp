// decode_key_request, decode_key_answer and decode_rotation: what they take from a message that
// keeps the grammar must encode to a message that reads as the same.

#include <cstdlib>

#include "reference/diameter/grammar.h"
#include "reference/diameter/mobile_ip.h"

namespace {

namespace diameter = touchstone::diameter;

void require(bool condition) {
  if (!condition) std::abort();
}

diameter::MessageView view_of(touchstone::OctetView octets) {
  return {diameter::decode_header(octets)->header, octets.subspan(diameter::header_size), octets};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < diameter::header_size) return 0;
  const diameter::MessageView message = view_of({data, size});
  (void)diameter::decode_rotation(message, nullptr);
  const auto request = diameter::decode_key_request(message, "example");
  if (!request) {
    require(request.error().result_code >= 4000 && !request.error().text.empty());
    return 0;
  }
  const auto answer = diameter::decode_key_answer(message, *request, nullptr);
  require(!answer || answer->result_code != diameter::result_success ||
          answer->node_root.has_value() == request->asked.node_root);
  if (request->session_id.size() + request->origin_host.size() > 30000) return 0;
  touchstone::SecretOctets again;
  diameter::encode_key_request(again, message.header, *request);
  const auto reread = diameter::decode_key_request(view_of(again), "example");
  require(reread && reread->asked == request->asked && reread->node_id == request->node_id &&
          reread->session_id == request->session_id);
  return 0;
}
