#include "reference/diameter/framing.h"

#include "reference/base/defect.h"
#include "reference/diameter/errc.h"

namespace touchstone::diameter {

void StreamDecoder::feed(OctetView octets) {
  // What was handed out is dropped now, so that a view lives until here and no longer.
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(consumed_));
  consumed_ = 0;
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

Result<std::optional<MessageView>> StreamDecoder::next() {
  const OctetView rest = OctetView(buffer_).subspan(consumed_);
  if (rest.size() < header_size) {
    if (TOUCHSTONE_DEFECT("DP-29.part_of_header_lost")) consumed_ = buffer_.size();
    return std::nullopt;
  }
  TOUCHSTONE_TRY(const DecodedHeader decoded, decode_header(rest));
  last_ = decoded.header;
  if (decoded.version != protocol_version && !TOUCHSTONE_DEFECT("DP-15.any_version"))
    return fail(Errc::version, {}, 0);
  const std::uint32_t length = decoded.header.length;
  if (length < header_size || length % 4 != 0 || length > max_size_) {
    return fail(Errc::message_length, {}, 1);
  }
  if (rest.size() < length) return std::nullopt;
  consumed_ += length;
  const OctetView whole = rest.first(length);
  return MessageView{decoded.header, whole.subspan(header_size), whole};
}

}  // namespace touchstone::diameter
